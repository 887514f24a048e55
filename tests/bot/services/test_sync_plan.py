"""The sync's plan: pure, from what is stored and what was read."""

from dataclasses import replace

from hypothesis import given

from bot.services.sync.old_plan import Fetched, plan_sync
from bot.services.sync.report import report_of
from storage.records import Library, LibraryCounts, SavedKind, SyncPlan
from storage.versions import replay
from tests.builders import at, item, library, likes, local_file, playlist
from tests.storage.strategies import some_libraries


def fetched(of: Library) -> Fetched:
    """Everything of a library, read completely."""
    here = [each for each in of.playlists if each.removed_at is None]
    return Fetched(
        likes=of.likes,
        playlists=tuple(each.details for each in here),
        items={each.details.spotify_id: each.items for each in here},
    )


def test_reading_what_is_stored_plans_nothing() -> None:
    same = library(playlist("Road", "A", None, local_file("Tape")), likes=likes("A", "B"))
    assert plan_sync(same, fetched(same)).empty


@given(some_libraries())
def test_any_library_read_again_plans_nothing(any_library: Library) -> None:
    kept = replace(any_library, playlists=tuple(each for each in any_library.playlists if each.removed_at is None))
    assert plan_sync(kept, fetched(kept)).empty


def test_likes_that_were_not_read_whole_are_no_removals() -> None:
    stored = library(likes=likes("A", "B"))
    assert plan_sync(stored, Fetched(likes=None, playlists=())).likes is None


def test_playlists_that_were_not_read_whole_are_no_removals() -> None:
    stored = library(playlist("Road", "A"))
    assert plan_sync(stored, Fetched(likes=(), playlists=None)).empty


def test_a_playlist_whose_items_were_not_read_keeps_its_items_and_snapshot() -> None:
    stored = library(playlist("Road", "A", "B", snapshot="old"))
    renamed = replace(stored.playlists[0].details, name="Street", snapshot_id="new")
    (change,) = plan_sync(stored, Fetched((), (renamed,), {})).playlists_changed
    assert change.after.items == stored.playlists[0].items
    assert change.after.details.name == "Street"
    assert change.after.details.snapshot_id == "old"
    assert change.events == ()


def test_a_new_playlist_that_could_not_be_read_is_not_taken_for_empty() -> None:
    unread = playlist("Secret").details
    assert plan_sync(library(), Fetched((), (unread,), {})).empty


def test_a_missing_like_is_removed_and_a_new_one_added() -> None:
    a, b, c = likes("A", "B", "C")
    plan = plan_sync(library(likes=(a, b)), Fetched((c, a), ()))
    assert (plan.likes, plan.likes_added, plan.likes_removed) == ((c, a), (c,), (b,))


def test_a_playlist_gone_from_spotify_is_removed_once() -> None:
    stored = library(playlist("Road", "A"), playlist("Gone", "B", removed_at=at(-5)))
    plan = plan_sync(stored, Fetched((), ()))
    assert [each.details.name for each in plan.playlists_removed] == ["Road"]
    assert plan.order == ()


def test_a_playlist_that_comes_back_is_changed_without_events() -> None:
    stored = library(playlist("Road", "A", removed_at=at(-5)))
    back = replace(stored.playlists[0], removed_at=None)
    (change,) = plan_sync(stored, fetched(library(back))).playlists_changed
    assert change.after.removed_at is None
    assert change.events == ()


def test_events_lead_from_the_stored_items_to_the_read_ones() -> None:
    before = playlist("Road", "A", "B", "A", None)
    after = playlist("Road", "B", "A", "A", item("C", minutes=3))
    (change,) = plan_sync(library(before), fetched(library(after))).playlists_changed
    assert replay(before.items, change.events) == after.items


def test_a_new_cover_address_is_no_change() -> None:
    stored = library(playlist("Road", "A"))
    details = replace(stored.playlists[0].details, image_url="https://image.example/fresh")
    assert plan_sync(stored, Fetched((), (details,), {})).empty


def test_a_new_snapshot_alone_is_stored_but_not_reported() -> None:
    stored = library(playlist("Road", "A", snapshot="old"))
    plan = plan_sync(stored, fetched(library(playlist("Road", "A", snapshot="new"))))
    assert plan.playlists_changed[0].after.details.snapshot_id == "new"
    assert not report_of(plan, LibraryCounts(), ()).changed


def test_playlists_in_another_order_are_put_in_that_order() -> None:
    stored = library(playlist("A"), playlist("B"))
    plan = plan_sync(stored, fetched(library(playlist("B"), playlist("A"))))
    assert plan == SyncPlan(order=("playlist-B", "playlist-A"))


def test_the_report_names_what_changed() -> None:
    stored = library(playlist("Road", "A", "B"), playlist("Gone"), likes=likes("A"))
    now = library(
        replace(playlist("Road", "A", "C"), details=replace(playlist("Road").details, name="Way")), playlist("New")
    )
    report = report_of(plan_sync(stored, fetched(now)), LibraryCounts(), ())
    assert report.edit_of(SavedKind.TRACK).removed == 1
    assert report.playlists_added == ("New",)
    assert report.playlists_removed == ("Gone",)
    (edit,) = report.playlists_changed
    assert (edit.name, edit.was_called, edit.added, edit.removed) == ("Way", "Road", 1, 1)
    assert report.lost
