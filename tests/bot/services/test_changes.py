"""The journal on Spotify's stand-in: whatever becomes of an answer or of the bot, a step happens exactly once."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from bot.services.changes import TurnedDown, plan_undo
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
    seal_of,
)
from bot.services.progress import ignore
from storage.database import Database
from storage.records import Change, ChangeState, ChangeStep, StepState
from storage.tokens import TokenCipher
from tests.bot.services.ben import LIST, Bench, open_bench
from tests.bot.spotify.time import Time
from tests.builders import BEN, NOON


@pytest.fixture
async def bench(
    database: Database, cipher: TokenCipher, time: Time, executor: ThreadPoolExecutor
) -> AsyncIterator[Bench]:
    async with open_bench(database, cipher, time, executor) as bench:
        yield bench


@dataclass(frozen=True)
class Write:
    """A kind of step: what it asks, how it is sent, and what Ben has once it happened exactly once."""

    requests: tuple[Request, ...]
    method: str
    path: str
    after: dict[str, Any]


SHELVES = ("albums", "shows", "episodes", "artists")
KINDS = ("save_likes", "create", "add", "insert", "remove_likes", "remove_items", "unfollow", "follow", *SHELVES)


async def write_of(bench: Bench, kind: str) -> Write:
    likes, items, names = await bench.likes(), await bench.items(), await bench.names()
    new = tuple(await bench.hands.new_songs("ben", 4))
    made = CreatePlaylist("key", "Made Again", "as it was", public=True, collaborative=False)
    same = {"likes": likes, "items": items, "names": names}
    spins, to_sell = await bench.id_of(), await bench.id_of("To Sell")
    match kind:
        case "albums" | "shows" | "episodes" | "artists":
            some = tuple(await bench.hands.some(kind.removesuffix("s"), 4))
            after = same | {kind: sorted(some) if kind == "artists" else [*reversed(some)]}
            return Write((Save(some),), "PUT", "/me/library", after)
        case "follow":
            await bench.hands.delete_playlist("ben", "To Sell")
            follow = FollowPlaylist(to_sell, "To Sell", "what it held")
            first = same | {"names": ["To Sell", *(name for name in names if name != "To Sell")]}
            return Write((follow,), "PUT", "/me/library", first)
        case "save_likes":
            return Write((Save(new),), "PUT", "/me/library", same | {"likes": [*reversed(new), *likes]})
        case "create":
            return Write((made,), "POST", "/me/playlists", same | {"names": ["Made Again", *names]})
        case "add":
            add = AddItems("key", "Made Again", (*new, new[0]), 0)
            after = same | {"names": ["Made Again", *names], "made": [*new, new[0]]}
            return Write((made, add), "POST", "/items", after)
        case "insert":
            insert = InsertItems(spins, LIST, new, 3, len(items), seal_of(items), sole=new)
            return Write((insert,), "POST", "/items", same | {"items": [*items[:3], *new, *items[3:]]})
        case "remove_likes":
            return Write((Unsave(tuple(likes[:3])),), "DELETE", "/me/library", same | {"likes": likes[3:]})
        case "remove_items":
            remove = RemoveItems(spins, LIST, (str(items[1]), str(items[4])))
            left = [uri for uri in items if uri not in remove.uris]
            return Write((remove,), "DELETE", "/items", same | {"items": left})
        case _:
            left_names = [name for name in names if name != "To Sell"]
            seal = seal_of(await bench.items("To Sell"))
            unfollow = UnfollowPlaylist(to_sell, "To Sell", seal)
            return Write((unfollow,), "DELETE", "/me/library", same | {"names": left_names})


async def what_is(bench: Bench, like: dict[str, Any]) -> dict[str, Any]:
    now: dict[str, Any] = {
        "likes": await bench.likes(),
        "items": await bench.items(),
        "names": await bench.names(),
    }
    now |= {kind: await bench.shelf(kind) for kind in SHELVES if kind in like}
    return now | ({"made": await bench.items("Made Again")} if "made" in like else {})


@pytest.mark.parametrize("kind", KINDS)
async def test_a_step_does_what_it_says(bench: Bench, kind: str) -> None:
    write = await write_of(bench, kind)
    await bench.journal(*write.requests)
    change = await bench.apply()
    assert [step.state for step in change.steps] == [StepState.DONE] * len(write.requests)
    assert await what_is(bench, write.after) == write.after


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_lost_answer_neither_doubles_nor_drops_a_step(bench: Bench, kind: str, moment: str) -> None:
    """`after`: it was done and only the answer is gone; `before`: it never was."""
    write = await write_of(bench, kind)
    await bench.journal(*write.requests)
    await bench.hands.drop_connection_next(1, moment, write.method, write.path)
    change = await bench.applied()
    assert {step.state for step in change.steps} == {StepState.DONE}
    assert await what_is(bench, write.after) == write.after


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_server_error_neither_doubles_nor_drops_a_step(bench: Bench, kind: str, moment: str) -> None:
    write = await write_of(bench, kind)
    await bench.journal(*write.requests)
    await bench.hands.fail_next(1, 502, write.method, write.path, moment)
    await bench.applied()
    assert await what_is(bench, write.after) == write.after


@pytest.mark.parametrize("kind", KINDS)
async def test_a_crash_before_the_write_leaves_it_to_be_made(bench: Bench, kind: str) -> None:
    """The step says "sent", but it never was."""
    write = await write_of(bench, kind)
    await bench.journal(*write.requests, sent=1)
    await bench.applied()
    assert await what_is(bench, write.after) == write.after


@pytest.mark.parametrize("kind", KINDS)
async def test_a_crash_between_the_write_and_its_note_makes_it_once(bench: Bench, kind: str) -> None:
    """Everything is done, but the last step's note was never written."""
    write = await write_of(bench, kind)
    await bench.journal(*write.requests)
    change = await bench.apply()
    await bench.changes.journal.mark_step("c", change.steps[-1].seq, StepState.SENT)
    await bench.apply()
    assert await what_is(bench, write.after) == write.after


async def test_what_is_done_is_not_sent_again(bench: Bench) -> None:
    write = await write_of(bench, "add")
    await bench.journal(*write.requests)
    await bench.apply()
    await bench.hands.reset_requests()
    await bench.apply()
    assert await bench.hands.writes() == []


async def test_a_playlist_the_person_made_meanwhile_is_not_taken_for_ours(bench: Bench) -> None:
    theirs = await bench.hands.new_songs("ben", 2)
    await bench.hands.create_playlist("ben", "Made Again", theirs)
    write = await write_of(bench, "add")
    await bench.journal(*write.requests, sent=1)
    await bench.apply()
    library = await bench.hands.library("ben")
    both = [playlist for playlist in library["playlists"] if playlist["name"] == "Made Again"]
    assert sorted(len(playlist["items"]) for playlist in both) == [2, 5]


async def test_an_edited_playlist_is_left_alone_and_the_rest_goes_on(bench: Bench) -> None:
    insert = (await write_of(bench, "insert")).requests[0]
    likes = (await write_of(bench, "save_likes")).requests[0]
    await bench.journal(insert, likes)
    await bench.hands.reorder("ben", LIST, 0, 5)
    edited = await bench.items()
    change = await bench.apply()
    assert [step.state for step in change.steps] == [StepState.FAILED, StepState.DONE]
    assert await bench.items() == edited


async def test_one_track_that_left_spotify_keeps_no_other_out(bench: Bench) -> None:
    new = await bench.hands.new_songs("ben", 5)
    items = await bench.items()
    await bench.hands.withdraw(new[2])
    await bench.journal(
        Save(tuple(new)),
        InsertItems(await bench.id_of(), LIST, tuple(new), 2, len(items), seal_of(items)),
        CreatePlaylist("key", "Made Again", "", public=True, collaborative=False),
        AddItems("key", "Made Again", tuple(new), 0),
    )
    change = await bench.apply()
    left = [uri for uri in new if uri != new[2]]
    assert {step.state for step in change.steps} == {StepState.DONE}
    assert [(step.result or {}).get("refused") for step in change.steps] == [[new[2]], [new[2]], None, [new[2]]]
    assert (await bench.likes())[:4] == left[::-1]
    assert await bench.items() == [*items[:2], *left, *items[2:]]
    assert await bench.items("Made Again") == left


async def test_later_insertions_still_fit_after_one_was_refused(bench: Bench) -> None:
    """Planned with all items in place, from the end to the start."""
    new = await bench.hands.new_songs("ben", 3)
    items = await bench.items()
    await bench.hands.withdraw(new[1])
    with_end = [*items[:6], new[0], new[1], *items[6:]]
    at_end = InsertItems(await bench.id_of(), LIST, (new[0], new[1]), 6, len(items), seal_of(items))
    at_start = InsertItems(await bench.id_of(), LIST, (new[2],), 1, len(with_end), seal_of(with_end))
    await bench.journal(at_end, at_start)
    change = await bench.apply()
    assert {step.state for step in change.steps} == {StepState.DONE}
    assert await bench.items() == [items[0], new[2], *items[1:6], new[0], *items[6:]]


@pytest.mark.parametrize("loudly", [False, True], ids=["left out quietly", "refused"])
async def test_what_left_spotify_keeps_nothing_else_out_of_the_library(bench: Bench, loudly: bool) -> None:
    albums, artists = await bench.hands.some("album", 5), sorted(await bench.hands.some("artist", 3))
    await bench.hands.unknown_is_refused(loudly)
    await bench.hands.withdraw(albums[1])
    await bench.hands.withdraw(artists[1])
    await bench.journal(Save(tuple(albums)), Save(tuple(artists)))
    change = await bench.apply()
    assert [(step.result or {}).get("refused") for step in change.steps] == [[albums[1]], [artists[1]]]
    assert await bench.shelf("albums") == [albums[4], albums[3], albums[2], albums[0]]
    assert await bench.shelf("artists") == [artists[0], artists[2]]


async def test_a_plan_that_is_turned_down_at_the_last_moment_writes_nothing(bench: Bench) -> None:
    likes, new = await bench.likes(), await bench.hands.new_songs("ben", 1)
    await bench.changes.journal.create(
        Change("c", BEN, ChangeState.PREVIEWED, NOON, {}, journalled([Save(tuple(new))]))
    )
    read = await bench.changes.journal.get("c")
    await bench.changes.journal.turn_down(BEN, "c")
    with pytest.raises(TurnedDown):
        await bench.changes.apply(read, await bench.accounts.spotify(BEN), ignore)
    assert await bench.likes() == likes


async def test_a_journal_of_when_likes_alone_came_back_goes_on(bench: Bench) -> None:
    likes, new = await bench.likes(), await bench.hands.new_songs("ben", 2)
    steps = (
        ChangeStep(0, "save_likes", {"uris": [new[0]]}, StepState.DONE, {"had": [], "refused": []}),
        ChangeStep(1, "save_likes", {"uris": [new[1]]}),
        ChangeStep(2, "remove_likes", {"uris": [likes[0]]}),
    )
    await bench.changes.journal.create(Change("c", BEN, ChangeState.APPLYING, NOON, {}, steps))
    change = await bench.apply()
    assert await bench.likes() == [new[1], *likes[1:]]
    assert plan_undo(change.steps) == (Unsave((new[1],)), Unsave((new[0],)))


async def test_a_deleted_playlist_that_was_edited_since_it_came_back_stays(bench: Bench) -> None:
    spins, items = await bench.id_of(), await bench.items()
    await bench.hands.delete_playlist("ben", LIST)
    await bench.journal(FollowPlaylist(spins, LIST, seal_of(items)))
    back = plan_undo((await bench.apply()).steps)
    assert back == (UnfollowPlaylist(spins, LIST, seal_of(items)),)
    await bench.hands.add_to_playlist("ben", LIST, await bench.hands.new_songs("ben", 1))
    await bench.changes.journal.create(Change("u", BEN, ChangeState.PREVIEWED, NOON, {}, journalled(back)))
    spotify = await bench.accounts.spotify(BEN)
    (step,) = (await bench.changes.apply(await bench.changes.journal.get("u"), spotify, ignore)).steps
    assert step.state is StepState.FAILED
    assert LIST in await bench.names()


@pytest.mark.parametrize("order", ["kept", "reversed", "shuffled"])
async def test_likes_keep_their_order_over_several_calls(bench: Bench, order: str) -> None:
    before = await bench.likes()
    new = tuple(await bench.hands.new_songs("ben", 30))
    await bench.hands.library_order(order)
    await bench.journal(Save(new[:12]), Save(new[12:24]), Save(new[24:]))
    await bench.apply()
    assert await bench.likes() == [*reversed(new), *before]


async def test_what_somebody_added_to_a_restored_playlist_is_not_taken_back_with_it(bench: Bench) -> None:
    spins, seal = await bench.id_of(), seal_of(await bench.items())
    (new,) = await bench.hands.new_songs("ben", 1)
    await bench.hands.add_to_playlist("ben", LIST, [new])
    await bench.journal(UnfollowPlaylist(spins, LIST, seal))
    (step,) = (await bench.apply()).steps
    assert step.state is StepState.FAILED
    assert LIST in await bench.names()


async def test_a_further_copy_somebody_added_is_not_taken_back(bench: Bench) -> None:
    spins, items = await bench.id_of(), await bench.items()
    await bench.hands.add_to_playlist("ben", LIST, [str(items[1])])
    await bench.journal(RemoveItems(spins, LIST, (str(items[1]), str(items[4]))))
    (step,) = (await bench.apply()).steps
    assert step.state is StepState.FAILED
    assert await bench.items() == [*items[:4], *items[5:], items[1]]


async def test_a_song_liked_again_by_hand_before_the_restore_keeps_its_place_and_is_not_undone(bench: Bench) -> None:
    likes, (first, second) = await bench.likes(), await bench.hands.new_songs("ben", 2)
    await bench.hands.like("ben", first)
    await bench.journal(Save((first, second)))
    change = await bench.apply()
    assert await bench.likes() == [second, first, *likes]
    assert plan_undo(change.steps) == (Unsave((second,)),)


async def test_somebody_else_s_playlist_comes_back_into_the_list(bench: Bench) -> None:
    playlist_id = await bench.id_of()
    await bench.hands.delete_playlist("ben", LIST)
    await bench.journal(FollowPlaylist(playlist_id, LIST))
    (step,) = (await bench.apply()).steps
    assert step.state is StepState.DONE
    assert LIST in await bench.names()
