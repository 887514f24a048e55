"""Fate: bad days that a test or the demo turns on, and how the Web API decides what documentation leaves open."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from tests.sandbox.spotify.mishaps import Meanwhile, Mishap, Noise
from tests.sandbox.spotify.state import Account, Playlist

T = TypeVar("T")


class LibraryOrder(StrEnum):
    """Which of several URIs liked in one call becomes the newest; Spotify does not say."""

    KEPT = "kept"  # the last one
    REVERSED = "reversed"  # the first one
    SHUFFLED = "shuffled"


@dataclass
class Switches:
    """All of them, off."""

    rng: random.Random
    order: LibraryOrder = LibraryOrder.KEPT
    deleted_is_gone: bool = False  # an unfollowed playlist of one's own cannot be read or followed again
    public_is_ignored: bool = False  # `public: false` is accepted and does nothing, as reported in 2026
    embedded: int = 50  # items inside `GET /playlists/{id}`; nobody has written down how many there are in 2026
    followed_snapshots_move: bool = False  # somebody else's playlist has another snapshot at each look
    unknown_is_refused: bool = False  # saving what Spotify no longer has is a 400, and not quietly left out
    cover_moves_snapshot: bool = False  # another cover is an edit
    latency: float = 0.0
    mishaps: list[Mishap] = field(default_factory=list)
    noise: Noise | None = None
    meanwhile: list[Meanwhile] = field(default_factory=list)

    async def wait(self) -> None:
        """The time an answer takes; of several at once each takes its own."""
        if self.latency:
            await asyncio.sleep(self.latency)

    async def let_others_act(self, request: web.Request) -> None:
        """What people do right before this request is answered."""
        due = [one for one in self.meanwhile if one.is_due(request)]
        self.meanwhile = [one for one in self.meanwhile if one not in due]
        for one in due:
            await one.act()

    def strike(self, request: web.Request) -> Mishap | None:
        """The mishap that this request meets, one time of it used up."""
        for mishap in self.mishaps:
            if mishap.matches(request):
                mishap.times -= 1
                return mishap
        return self.noise.mishap(request) if self.noise else None

    def in_library_order(self, uris: Sequence[T]) -> list[T]:
        """The order in which URIs of one call are liked, the last becoming the newest."""
        ordered = list(uris)
        if self.order is LibraryOrder.REVERSED:
            ordered.reverse()
        elif self.order is LibraryOrder.SHUFFLED:
            self.rng.shuffle(ordered)
        return ordered

    def look_at(self, playlist: Playlist, account: Account) -> None:
        """Somebody reads a playlist's details."""
        if self.followed_snapshots_move and not playlist.editable_by(account.user_id):
            playlist.touch()

    def put_cover(self, playlist: Playlist, digest: str) -> None:
        """A playlist has another picture."""
        playlist.cover = digest
        if self.cover_moves_snapshot:
            playlist.touch()
