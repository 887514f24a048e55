"""What a sync found, in words."""

from typing import Any

import pytest

from bot.services.sync.report import ListEdit, PlaylistEdit, SyncReport
from cogs.present.syncs import changes, library_changed, night_failed, synced
from storage.errors import NextStep
from storage.records import SavedKind
from tests.cogs.present.limits import fits, labels

TRAP = "@everyone **`" + "|" * 100


def report(**given: Any) -> SyncReport:  # noqa: ANN401
    values: dict[str, Any] = {
        "likes": 318,
        "playlists": 8,
        "items": 265,
        "playlists_added": (),
        "playlists_removed": (),
        "playlists_changed": (),
        "skipped": (),
    }
    return SyncReport(**values | given)


def edit(name: str = "Road", was_called: str | None = None, **given: Any) -> PlaylistEdit:  # noqa: ANN401
    return PlaylistEdit(name=name, was_called=was_called, **{"added": 0, "removed": 0, **given})


EXTREME = report(
    lists=(ListEdit(SavedKind.TRACK, 10**6, 10**6, (TRAP,) * 3, (TRAP,) * 3),) * 5,
    playlists_added=(TRAP,) * 1000,
    playlists_removed=(TRAP,) * 1000,
    playlists_returned=(TRAP,) * 1000,
    playlists_changed=(edit(TRAP, TRAP, added=10**6, removed=10**6, moved=10**6, redescribed=True),) * 1000,
    skipped=(TRAP,) * 1000,
)


def test_nothing_new_says_what_is_kept() -> None:
    card = synced(report())
    assert card.title == "Synced: nothing changed"
    assert "318 likes and 8 playlists with 265 items" in fits(card)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"lists": (ListEdit(SavedKind.TRACK, 1, 0),)}, "- Liked songs: 1 added"),
        ({"lists": (ListEdit(SavedKind.TRACK, 0, 1204),)}, "- Liked songs: 1,204 removed"),
        ({"lists": (ListEdit(SavedKind.ALBUM, 2, 3),)}, "- Saved albums: 2 added, 3 removed"),
        (
            {"lists": (ListEdit(SavedKind.TRACK, 2, 9, ("A", "B"), ("C", "D", "E")),)},
            "- Liked songs: 2 added (“A”, “B”), 9 removed (“C”, “D”, “E”, …)",
        ),
        ({"playlists_added": ("Fresh", "New")}, "- New: “Fresh”, “New”"),
        ({"playlists_removed": ("Gone",)}, "- Gone from Spotify, kept in your vault: “Gone”"),
        ({"playlists_returned": ("Gone",)}, "- Back on Spotify: “Gone”"),
        ({"playlists_changed": (edit("New", "Old"),)}, "- “New”, until now “Old”"),
        ({"playlists_changed": (edit(added=2, removed=1),)}, "- “Road”: 2 added, 1 removed"),
        ({"playlists_changed": (edit(moved=3),)}, "- “Road”: reordered"),
        ({"playlists_changed": (edit(redescribed=True),)}, "- “Road”: new description"),
        ({"playlists_changed": (edit("A", "B", added=1, moved=1),)}, "- “A”, until now “B”: 1 added, reordered"),
    ],
)
def test_each_kind_of_change_has_its_words(given: dict[str, Any], line: str) -> None:
    assert changes(report(**given)) == (line,)
    assert synced(report(**given)).title == "Synced"


def test_many_changed_playlists_are_counted() -> None:
    lines = changes(report(playlists_changed=tuple(edit(f"P{number}", added=1) for number in range(8))))
    assert len(lines) == 7
    assert lines[-1] == "- … and 2 other changed playlists"


def test_what_was_not_read_is_named() -> None:
    assert "left as it was: “your liked songs”" in fits(synced(report(skipped=("your liked songs",))))


def test_an_extreme_sync_fits() -> None:
    text = fits(synced(EXTREME))
    assert "@everyone" not in text
    assert "@everyone" not in fits(library_changed(EXTREME, "a" * 32))


def test_a_night_that_lost_something_offers_the_way_back() -> None:
    card = library_changed(report(playlists_removed=("Gone",)), "a" * 32)
    assert card.title == "Something is gone from your library"
    assert labels(card) == ["Bring it back…", "No more DMs"]
    assert card.buttons[0].arg == "a" * 32
    assert "preview first" in fits(card)


def test_a_night_that_only_gained_is_news() -> None:
    card = library_changed(report(playlists_added=("Fresh",)), None)
    assert card.title == "Your library changed"
    assert labels(card) == ["No more DMs"]
    fits(card)


def test_a_failed_night_offers_what_helps() -> None:
    assert labels(night_failed("Spotify is gone.", NextStep.LINK_SPOTIFY)) == ["Link Spotify", "No more DMs"]
    assert labels(night_failed("Spotify is down.", NextStep.LATER)) == ["No more DMs"]


def test_moving_is_neither_adding_nor_losing() -> None:
    assert not report(playlists_changed=(edit(moved=3),)).lost
    assert report(playlists_changed=(edit(removed=1),)).lost
    assert report(playlists_returned=("Gone",)).changed


def test_a_report_kept_before_moves_were_told_is_still_read() -> None:
    old = report(playlists_changed=(edit(added=1),)).to_json()
    del old["playlists_returned"]
    assert SyncReport.from_json(old).playlists_returned == ()
