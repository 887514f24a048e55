"""Whatever a person does between two syncs, the vault equals Spotify after the next one, and remembers what was."""

import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.bot.services.sync.editing import Editor
from tests.bot.services.sync.lab import Lab, a_lab
from tests.storage.seeing import identity

ROUNDS, LONG = 25, 400
Seen = list[tuple[datetime, dict[str, Any]]]


async def live(lab: Lab, seed: int, rounds: int) -> None:
    """Rounds of a few edits and a sync; in the end the history must replay to each state that was seen."""
    rng = random.Random(seed)
    editor = Editor(lab, rng)
    await lab.hands.furnish(
        "gus", likes=140, playlists=4, items=60, followed=2, albums=55, artists=5, shows=2, episodes=3, plays=3
    )
    await lab.sync()
    seen: Seen = []
    for number in range(rounds):
        done = await editor.edit(rng.randint(1, 5))
        await lab.sync(full=rng.random() < 0.05)
        there, here = await lab.at_spotify(), await lab.in_vault()
        there["artists"] = here["artists"]  # who is followed may be a day old
        assert here == there, f"seed {seed}, round {number}, after {done}"
        seen.append((lab.clock.now(), here))
    await _replays(lab, seen)


async def _replays(lab: Lab, seen: Seen) -> None:
    """Every state of every playlist and of the likes, as it was at each moment."""
    kept = lab.rooms.kept
    for playlist_id in {playlist_id for _, state in seen for playlist_id in state["playlists"]}:
        states = []
        for version in reversed(await kept.history.changes(lab.discord_id, which=playlist_id, limit=2 * LONG)):
            at, then = await kept.history.playlist_at(lab.discord_id, playlist_id, version.number)
            states.append((at, [identity(item) for item in then.items]))
        for moment, state in seen:
            if playlist_id in state["playlists"]:
                assert [then for at, then in states if at <= moment][-1] == state["playlists"][playlist_id][1]
    for moment, state in seen:
        likes = await kept.history.likes_at(lab.discord_id, moment)
        assert [(like.track.uri if like.track else None, like.added_at) for like in likes] == state["likes"]


@pytest.mark.parametrize("seed", range(8))
async def test_after_each_sync_the_vault_equals_spotify(tmp_path: Path, seed: int) -> None:
    async with a_lab(tmp_path, "gus") as lab:
        await live(lab, seed, ROUNDS)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(100, 110))
async def test_after_each_of_thousands_of_syncs_too(tmp_path: Path, seed: int) -> None:
    async with a_lab(tmp_path, "gus") as lab:
        await live(lab, seed, LONG)
