"""The restore's plan: pure, from what a backup holds and what Spotify has now."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.services.changes import plan_undo
from bot.services.changes.steps import (
    AddItems,
    CreatePlaylist,
    FollowPlaylist,
    InsertItems,
    RemoveItems,
    Request,
    Save,
    UnfollowPlaylist,
    Unsave,
    journalled,
    request_of,
    seal_of,
)
from bot.services.restore.compare import missing_runs, uris_of
from bot.services.restore.plan import Obstacle, RestorePlan, plan_versions
from bot.services.restore.plan import plan_restore as plan_of
from bot.services.restore.scene import Now, Owner, Then
from storage.records import Album, Artist, ChangeStep, Library, Saved, SavedKind, StepState
from tests.builders import at, episode, library, likes, local_file, playlist
from tests.storage.strategies import some_libraries

NOTHING = library()
ADA = Owner(then="ada_spotify", now="ada_spotify")


ALBUMS = tuple(Saved(Album(name, name), at(-number)) for number, name in enumerate(["New", "Middle", "Old"]))


def plan_restore(archived: Library, current: Library) -> RestorePlan:
    """For Ada, who made the backup and has the account she had then."""
    return plan_of(Then(archived), Now(current), ADA)


def applied(here: Sequence[str | None], requests: Sequence[Request]) -> list[str | None]:
    """What a playlist holds after the insertions."""
    now = list(here)
    for request in requests:
        assert isinstance(request, InsertItems)
        assert len(now) == request.total
        now[request.position : request.position] = request.uris
    return now


def test_what_is_all_there_needs_no_writes() -> None:
    same = library(playlist("Road", "A", None, local_file("Tape")), likes=likes("A"))
    plan = plan_restore(same, same)
    assert plan.requests == ()
    assert plan.present == 1


@given(some_libraries())
def test_any_library_restored_onto_itself_needs_no_writes(any_library: Library) -> None:
    assert plan_restore(any_library, any_library).requests == ()


def test_likes_are_saved_oldest_first_forty_a_call() -> None:
    names = [f"{number:02}" for number in range(45)]
    plan = plan_restore(library(likes=likes(*names)), NOTHING)
    sent = [uri for request in plan.requests if isinstance(request, Save) for uri in request.uris]
    assert sent == [f"spotify:track:{name}" for name in reversed(names)]
    assert [len(request.uris) for request in plan.requests if isinstance(request, Save)] == [40, 5]


def test_likes_that_are_there_are_not_saved_again() -> None:
    plan = plan_restore(library(likes=likes("A", "B", "C")), library(likes=likes("B")))
    assert plan.requests == (Save(("spotify:track:C", "spotify:track:A")),)


def test_playlists_are_made_from_the_last_to_the_first() -> None:
    plan = plan_restore(library(playlist("First"), playlist("Second")), NOTHING)
    assert [request.name for request in plan.requests if isinstance(request, CreatePlaylist)] == ["Second", "First"]


def test_items_keep_order_and_duplicates_a_hundred_a_call() -> None:
    names = [f"{number % 60}" for number in range(130)]
    plan = plan_restore(library(playlist("Long", *names)), NOTHING)
    adds = [request for request in plan.requests if isinstance(request, AddItems)]
    assert [uri for request in adds for uri in request.uris] == [f"spotify:track:{name}" for name in names]
    assert [(request.position, len(request.uris)) for request in adds] == [(0, 100), (100, 30)]


def test_episodes_come_back_and_local_files_and_lost_entries_are_named() -> None:
    plan = plan_restore(library(playlist("Mixed", "A", local_file("Tape"), episode("Talk"), None)), NOTHING)
    (add,) = [request for request in plan.requests if isinstance(request, AddItems)]
    assert add.uris == ("spotify:track:A", "spotify:episode:Talk")
    assert [(each.position, each.name, each.obstacle) for each in plan.cannot] == [
        (2, "Tape", Obstacle.LOCAL_FILE),
        (4, "", Obstacle.LOST_ENTRY),
    ]


def test_a_playlist_removed_before_the_backup_stays_removed() -> None:
    assert plan_restore(library(playlist("Old", "A", removed_at=at(-9))), NOTHING).requests == ()


def test_a_playlist_that_an_earlier_restore_made_is_not_made_again() -> None:
    archived = library(playlist("Road", "A", local_file("Tape"), "B"))
    remade = library(playlist("Road", "A", "B", id="another"))
    assert plan_restore(archived, remade).requests == ()


def test_two_equal_playlists_of_which_one_is_left_are_two_again() -> None:
    archived = library(playlist("Road", "A", id="one"), playlist("Road", "A", id="two"))
    plan = plan_restore(archived, library(playlist("Road", "A", id="made")))
    assert [type(request) for request in plan.requests] == [CreatePlaylist, AddItems]


def test_namesakes_of_a_new_playlist_are_remembered() -> None:
    plan = plan_restore(library(playlist("Road", "A")), library(playlist("Road", "Z", id="other")))
    (create,) = [request for request in plan.requests if isinstance(request, CreatePlaylist)]
    assert create.namesakes == ("other",)


def test_missing_items_go_back_between_their_old_neighbours() -> None:
    archived = playlist("Road", "A", "B", "C", "D")
    now = playlist("Road", "A", "New", "D")
    plan = plan_restore(library(archived), library(now))
    after = applied([f"spotify:track:{name}" for name in ("A", "New", "D")], plan.requests)
    assert [uri for uri in after if uri != "spotify:track:New"] == [f"spotify:track:{name}" for name in "ABCD"]


uris = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c", "d", "spotify:local:x"])), max_size=12)


@given(uris, uris)
def test_after_putting_back_nothing_is_missing_and_nothing_was_lost(
    wanted: list[str | None], here: list[str | None]
) -> None:
    now = list(here)
    for run in reversed(missing_runs(wanted, here)):
        now[run.position : run.position] = run.uris
    assert missing_runs(wanted, now) == ()
    rest = iter(now)
    assert all(uri in rest for uri in here)


def test_steps_of_the_journal_read_back_as_they_were_written() -> None:
    plan = plan_restore(
        library(playlist("New", "A"), playlist("Gap", "A", "B"), likes=likes("A")), library(playlist("Gap", "A"))
    )
    assert tuple(request_of(step) for step in journalled(plan.requests)) == plan.requests


def done(request: Request, result: dict[str, object] | None = None) -> ChangeStep:
    (step,) = journalled([request])
    return ChangeStep(step.seq, step.kind, step.request, StepState.DONE, result or {})


def test_undo_takes_away_what_was_added_and_nothing_else() -> None:
    steps = [
        done(Save(("spotify:track:a", "spotify:track:b"))),
        done(CreatePlaylist("key", "Road", "", False, False), {"playlist_id": "made"}),
        done(AddItems("key", "Road", ("a",), 0)),
        done(InsertItems("there", "Gap", ("x", "y"), 1, 5, "seal", sole=("y",))),
        ChangeStep(9, "save_likes", {"uris": ["never"]}, StepState.FAILED),
    ]
    assert plan_undo(steps) == (
        RemoveItems("there", "Gap", ("y",)),
        UnfollowPlaylist("made", "Road", seal_of(["a"])),
        Unsave(("spotify:track:a", "spotify:track:b")),
    )


def test_other_people_s_playlists_are_followed_again_and_never_filled() -> None:
    theirs = playlist("Club", "A", "B", owner="ben_spotify")
    gone = playlist("Away", "A", owner="ben_spotify")
    plan = plan_restore(library(theirs, gone), library(playlist("Club", "A", owner="ben_spotify")))
    assert plan.requests == (FollowPlaylist("playlist-Away", "Away"),)
    assert [(each.playlist, each.obstacle) for each in plan.cannot] == [("Club", Obstacle.SOMEBODY_ELSES)]


def test_what_was_mine_is_made_again_in_another_account() -> None:
    moved = Owner(then="ada_spotify", now="ada_again")
    plan = plan_of(Then(library(playlist("Road", "A"))), Now(NOTHING), moved)
    assert [type(request) for request in plan.requests] == [CreatePlaylist, AddItems]


def test_saved_albums_come_back_oldest_first_and_those_there_are_left_alone() -> None:
    then = Then(NOTHING, {SavedKind.ALBUM: [*ALBUMS, Saved(None)]})
    plan = plan_of(then, Now(NOTHING, {SavedKind.ALBUM: {"spotify:album:Middle"}}), ADA)
    assert plan.requests == (Save(("spotify:album:Old", "spotify:album:New")),)


def test_each_list_is_saved_by_calls_of_its_own() -> None:
    artists = [Saved(Artist(f"{number}", f"{number}")) for number in range(41)]
    then = Then(library(likes=likes("A")), {SavedKind.ALBUM: ALBUMS, SavedKind.ARTIST: artists})
    plan = plan_of(then, Now(NOTHING, {SavedKind.ALBUM: set(), SavedKind.ARTIST: set()}), ADA)
    sent = [request.uris for request in plan.requests if isinstance(request, Save)]
    assert [len(uris) for uris in sent] == [1, 3, 40, 1]
    assert all(len({uri.split(":")[1] for uri in uris}) == 1 for uris in sent)


def test_a_list_that_is_not_known_is_never_taken_for_an_empty_one() -> None:
    then = Then(NOTHING, {SavedKind.ALBUM: ALBUMS}, unknown=(SavedKind.SHOW,))
    plan = plan_of(then, Now(NOTHING), ADA)
    assert plan.requests == ()
    assert [(each.name, each.obstacle) for each in plan.cannot] == [
        ("show", Obstacle.NOT_IN_BACKUP),
        ("album", Obstacle.NOT_SHOWN),
    ]


def test_a_deleted_playlist_that_lives_on_comes_back_as_it_is_and_gets_what_it_lacks() -> None:
    archived, hidden = playlist("Road", "A", local_file("Tape"), "B"), playlist("Road", "A", local_file("Tape"))
    plan = plan_of(Then(library(archived)), Now(NOTHING, hidden={"playlist-Road": hidden}), ADA)
    follow, insert = plan.requests
    assert follow == FollowPlaylist("playlist-Road", "Road", seal_of(uris_of(hidden)))
    assert isinstance(insert, InsertItems)
    assert (insert.uris, insert.position) == (("spotify:track:B",), 2)
    assert (plan.missing, plan.cannot) == ((), ()), "the local file is still in it"


def test_what_was_put_into_a_deleted_playlist_twice_is_no_reason_to_keep_it() -> None:
    """It cannot be taken out again, so what the playlist holds then says nothing of who edited it."""
    steps = [
        done(FollowPlaylist("there", "Gap", "seal")),
        done(InsertItems("there", "Gap", ("x", "y"), 1, 5, "seal", sole=("y",))),
    ]
    assert plan_undo(steps) == (RemoveItems("there", "Gap", ("y",)), UnfollowPlaylist("there", "Gap", None))


def test_closed_playlists_of_others_are_followed_again_unless_they_are_listed() -> None:
    closed = [playlist(name, owner="ben_spotify").details for name in ("Here", "Away")]
    plan = plan_of(Then(NOTHING, closed=closed), Now(NOTHING, listed={"playlist-Here"}), ADA)
    assert plan.requests == (FollowPlaylist("playlist-Away", "Away"),)


VERSIONS = {"spotify:track:Lost": "spotify:track:Again"}


def test_another_version_goes_where_the_lost_song_stood_and_nothing_else_comes_back() -> None:
    then = Then(library(playlist("Road", "A", "Lost", "B", "Gone"), likes=likes("A", "Lost", "Unliked")))
    now = Now(library(playlist("Road", "A", "New", "B"), likes=likes("A")))
    plan = plan_versions(then, now, ADA, VERSIONS)
    save, insert = plan.requests
    assert save == Save(("spotify:track:Again",))
    assert isinstance(insert, InsertItems)
    after = applied(uris_of(now.library.playlists[0]), [insert])
    assert after == [f"spotify:track:{name}" for name in ("A", "Again", "New", "B")]


def test_a_song_that_is_there_after_all_is_not_replaced() -> None:
    there = library(playlist("Road", "A", "Lost"), likes=likes("Lost"))
    assert plan_versions(Then(there), Now(there), ADA, VERSIONS).requests == ()


def test_the_same_version_is_not_put_in_twice() -> None:
    then = Then(library(playlist("Road", "A", "Lost"), likes=likes("Lost")))
    now = Now(library(playlist("Road", "A", "Again"), likes=likes("Again")))
    assert plan_versions(then, now, ADA, VERSIONS).requests == ()


@given(uris, uris)
def test_putting_versions_in_loses_nothing_and_is_done_once(wanted: list[str | None], here: list[str | None]) -> None:
    only = {"a"}
    now = list(here)
    for run in reversed(missing_runs(wanted, here, only)):
        assert set(run.uris) <= only
        now[run.position : run.position] = run.uris
    assert missing_runs(wanted, now, only) == ()
