"""Restores in words."""

import re
from dataclasses import replace

import pytest

from bot.services.restore import Preview, RestoreReport, Target
from bot.services.restore.plan import CannotRestore, Obstacle
from bot.services.restore.preview import Offer
from bot.services.restore.report import Failure
from bot.services.restore.source import Part
from bot.services.restore.versions import Lost, Release, Stopped
from cogs.cards import safe
from cogs.present.previews import part_of, preview_card
from cogs.present.restores import cannot, in_short, restored
from cogs.present.versions import versions_card
from storage.records import SavedKind
from tests.builders import NOON
from tests.cogs.present.limits import fits, labels

TRAP = "@everyone **`" + "|" * 100
PREVIEW = Preview("c" * 32, Target.SPOTIFY, "a" * 32, NOON, likes=3, playlists=("Road",), completed=("Rain",), items=40)
REPORT = RestoreReport("c" * 32, Target.SPOTIFY, likes=3, playlists=("Road",), items=40, can_undo=True)
ELSEWHERE = (Target.SPOTIFY, Target.UNDO)
FAILED = Failure("“{what}” did not come back; restore once more to bring the rest of it.", {"what": TRAP})
LOCAL = CannotRestore("Mixtape", 5, "Tape hiss", Obstacle.LOCAL_FILE)
LOST = CannotRestore("", 5, "", Obstacle.LOST_ENTRY)


OLD = Release("spotify:track:old", TRAP, TRAP, TRAP)
FOUND = Lost(OLD, Release("spotify:track:new", TRAP, TRAP, TRAP), looked=True)


def test_a_preview_counts_what_comes_back_and_asks() -> None:
    card = preview_card(PREVIEW)
    text = fits(card)
    assert "3 likes come back" in text
    assert "“Road”" in text
    assert "“Rain”" in text
    assert "Nothing is removed or overwritten." in text
    assert labels(card) == ["Restore", "Cancel"]


def test_nothing_to_do_asks_nothing() -> None:
    card = preview_card(Preview("c" * 32, Target.SPOTIFY, "a" * 32, NOON))
    assert card.title == "Nothing to restore"
    assert labels(card) == []
    fits(card)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_every_target_has_its_own_question_and_answer(target: Target) -> None:
    fits(preview_card(replace(PREVIEW, target=target)))
    fits(restored(replace(REPORT, target=target)))


def test_the_titles_of_the_targets_differ() -> None:
    assert len({preview_card(replace(PREVIEW, target=target)).title for target in ELSEWHERE}) == len(ELSEWHERE)
    assert len({restored(replace(REPORT, target=target)).title for target in ELSEWHERE}) == len(ELSEWHERE)


def test_what_cannot_come_back_is_named_with_its_reason() -> None:
    told = "\n".join(cannot([LOCAL, LOST, LOST]))
    assert "“Tape hiss”, number 5 of “Mixtape”" in told
    assert "2 entries of your liked songs" in told


def test_many_local_files_are_a_few_and_a_number() -> None:
    assert cannot([LOCAL] * 8)[-1] == "- … and 3 more"


def test_a_whole_restore_offers_its_undo() -> None:
    card = restored(REPORT)
    assert card.title == "Restored into Spotify"
    assert labels(card) == ["Undo…"]
    assert "everything that can be there is there" in fits(card)


def test_a_restore_with_gaps_says_so_in_its_title() -> None:
    for gap in (
        replace(REPORT, missing=1),
        replace(REPORT, refused=2),
        replace(REPORT, failed=(Failure("One did not.", {}),)),
    ):
        assert restored(gap).title == "Restored into Spotify, but not all of it"
        fits(restored(gap))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_extreme_restores_fit(target: Target) -> None:
    obstacles = tuple(
        CannotRestore(f"{number} {TRAP}", number, TRAP, kind) for number in range(500) for kind in Obstacle
    )
    preview = replace(
        PREVIEW,
        target=target,
        likes=10**6,
        playlists=(TRAP,) * 999,
        completed=(TRAP,) * 999,
        returned=(TRAP,) * 999,
        followed=(TRAP,) * 999,
        saved=dict.fromkeys(SavedKind, 10**6),
        present=10**6,
        cannot=obstacles,
        offers=tuple(Offer(f"{number:022}", TRAP, 10**6) for number in range(25)),
        offers_left_out=999,
    )
    report = replace(
        REPORT,
        target=target,
        playlists=(TRAP,) * 999,
        failed=(Failure("A sentence of an error that says what happened and what to do next. " * 3, {}),) * 200,
        refused=10**6,
        missing=1,
        cannot=obstacles,
        returned=(TRAP,) * 999,
        saved=dict.fromkeys(SavedKind, 10**6),
        songs_gone=10**6,
        others_gone=10**6,
        lost=(FOUND, Lost(OLD)) * 100,
        stopped=Stopped.LIMIT,
    )
    for card in (preview_card(preview), restored(report), *(versions_card(report, page) for page in (0, 5, 12))):
        text = fits(card)
        assert "@everyone" not in text
        assert card.buttons, "a cut text never takes the buttons with it"


def test_many_failures_and_lost_entries_leave_room_for_what_follows() -> None:
    failed = tuple(Failure("“{name}” was edited.", {"name": f"{number} {TRAP}"}) for number in range(300))
    lost = tuple(CannotRestore(f"{number} {TRAP}", 1, "", Obstacle.LOST_ENTRY) for number in range(300))
    theirs = CannotRestore("Theirs", 0, "", Obstacle.SOMEBODY_ELSES)
    text = fits(restored(replace(REPORT, failed=failed, missing=300, cannot=(*lost, theirs))))
    assert "and 295 more" in text
    assert "Restore once more" in text
    assert "“Theirs”" in text


def test_a_song_called_like_the_end_of_a_link_leads_to_spotify_alone() -> None:
    evil = replace(OLD, title="x](https://evil.example) [y")
    text = fits(versions_card(replace(REPORT, lost=(Lost(evil, evil, looked=True),)), 0))
    assert re.findall(r"(?<!\\)\]\(<?(.*?)>?\)", text) == ["https://open.spotify.com/track/old"] * 2


def test_a_name_in_a_failure_breaks_no_markup_and_links_nowhere() -> None:
    name = "[click](https://evil.example) <@1>"
    card = restored(replace(REPORT, failed=(Failure("“{name}” was edited.", {"name": name}),)))
    assert safe(name) in card.body
    assert name not in card.body


@pytest.mark.parametrize(
    ("part", "origin", "whole"),
    [
        (Part.BACKUP, "From the backup of", "Everything from the backup"),
        (Part.LIKES, "Your liked songs as they were on", "All your liked songs of"),
        (Part.ALBUMS, "Your saved albums as they were on", "All your saved albums of"),
        (Part.ARTISTS, "Your followed artists as they were on", "All your followed artists of"),
        (Part.PLAYLIST, "“Road” as it was on", "Everything “Road” held on"),
    ],
)
def test_a_preview_says_what_comes_back_from_when(part: Part, origin: str, whole: str) -> None:
    assert origin in fits(preview_card(replace(PREVIEW, part=part, name="Road")))
    nothing = Preview("c" * 32, Target.SPOTIFY, "a" * 32, NOON, part=part, name="Road")
    assert whole in fits(preview_card(nothing))


@pytest.mark.parametrize("part", [Part.LIKES, Part.PLAYLIST])
def test_bringing_back_a_state_only_adds(part: Part) -> None:
    text = fits(preview_card(replace(PREVIEW, part=part, name=TRAP)))
    assert "Only what is missing now is added." in text
    assert "Nothing is removed" in text


def test_each_kind_is_counted_and_a_deleted_playlist_keeps_its_dates() -> None:
    saved = {SavedKind.ALBUM: 12, SavedKind.ARTIST: 1}
    text = fits(preview_card(replace(PREVIEW, saved=saved, returned=("Rain",))))
    assert "12 albums and 1 artist come back" in text
    assert "1 deleted playlist comes back as you left it: “Rain”" in text
    alone = Preview("c" * 32, Target.SPOTIFY, "a" * 32, NOON, returned=("Rain",))
    assert "added today" not in fits(preview_card(alone))
    done = RestoreReport("c" * 32, Target.SPOTIFY, saved=saved, returned=("Rain",))
    assert "12 albums and 1 artist back" in fits(restored(done))
    assert in_short(done) == "restored into spotify (12 albums and 1 artist, 1 playlist)"


def test_lists_that_are_not_known_are_named_together() -> None:
    unknown = [CannotRestore("", 0, kind.value, Obstacle.NOT_IN_BACKUP) for kind in (SavedKind.ALBUM, SavedKind.SHOW)]
    assert cannot(unknown) == ["This backup does not know your saved albums and saved shows, so they stay as they are."]


def test_the_parts_of_a_backup_can_be_chosen_alone() -> None:
    offers = (Offer("album", "", 12), Offer("road", "Road", 1), Offer("rain", "Rain", 0))
    card = preview_card(replace(PREVIEW, offers=offers, offers_left_out=3))
    assert card.menu is not None
    told = [(choice.label, choice.description, part_of(choice.value)) for choice in card.menu.choices]
    assert told == [
        ("Saved albums", "12 albums come back", ("a" * 32, "album")),
        ("Road", "1 item comes back", ("a" * 32, "road")),
        ("Rain", "", ("a" * 32, "rain")),
    ]
    assert "3 more can come back alone" in fits(card)


@pytest.mark.parametrize(
    ("songs", "lost", "stopped", "words"),
    [
        (1, 1, None, "1 song is no longer on Spotify; I found another version of it."),
        (4, 4, None, "4 songs are no longer on Spotify; I found another version of them."),
        (4, 3, None, "4 songs are no longer on Spotify; I found another version of 3 of them."),
        (2, 0, None, "2 songs are no longer on Spotify; your vault keeps them."),
        (4, 1, Stopped.LIMIT, "3 I have not looked for yet. Restore again to go on."),
        (4, 1, Stopped.LATER, "3 I have not looked for yet. Restore again tomorrow"),
        (4, 0, Stopped.CLOSED, "I could not look for other versions"),
    ],
)
def test_songs_that_are_gone_are_counted_and_what_was_found(
    songs: int, lost: int, stopped: Stopped | None, words: str
) -> None:
    found = [replace(FOUND, was=replace(OLD, uri=f"spotify:track:{number}")) for number in range(lost)]
    report = replace(REPORT, refused=songs, songs_gone=songs, lost=tuple(found), stopped=stopped)
    card = restored(report)
    assert words in fits(card)
    assert ("Show them…" in labels(card)) == (lost > 0)


def test_a_report_of_before_songs_were_counted_apart_still_reads() -> None:
    old = {key: value for key, value in REPORT.to_json().items() if key in ("change_id", "target", "likes")}
    assert "2 items Spotify no longer takes" in fits(restored(RestoreReport.from_json(old | {"refused": 2})))


def test_each_lost_song_stands_beside_its_other_version_with_both_links() -> None:
    was = Release("spotify:track:old", "Harbour", "Wren", "First")
    found = Release("spotify:track:new", "Harbour - Remastered", "Wren", "Box")
    card = versions_card(replace(REPORT, lost=(Lost(was, found, looked=True), Lost(replace(was, title="Gone")))), 0)
    text = fits(card)
    assert "[“Harbour”](<https://open.spotify.com/track/old>) by Wren, on “First”" in text
    assert "→ [“Harbour - Remastered”](<https://open.spotify.com/track/new>) by Wren, on “Box”" in text
    assert "Without another version that I know of: “Gone”" in text
    assert labels(card) == ["Use these…"]
