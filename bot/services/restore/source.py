"""What a restore starts from: a backup, or one state out of the history; kept as a short text in the journal."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.services.shelf import Shelf
from storage.archive import Opened
from storage.errors import NotFound
from storage.history import HistoryRepository, moment_of
from storage.records import Library, SavedKind, Which

STATE = "state"


class Part(StrEnum):
    """How much of a library there is to bring back."""

    BACKUP = "backup"
    LIKES = "likes"
    PLAYLIST = "playlist"


@dataclass(frozen=True, slots=True)
class Source:
    """A library, or the part of it that is to come back, as it was `at` a moment.

    `owner` is the Spotify id of the account it was taken from; empty where that is not on record. `name` is a
    playlist's. `backup` is all that was opened, history and pictures too.
    """

    of: str
    part: Part
    at: datetime
    library: Library
    owner: str = ""
    name: str = ""
    backup: Opened | None = None


def state_source(which: Which, number: int) -> str:
    """How a state of a list is asked for."""
    return f"{STATE}:{number}:{which}"


@dataclass(frozen=True, slots=True)
class Sources:
    """Opens what restores are made of; raises `NotFound` where it is missing or somebody else's."""

    shelf: Shelf
    history: HistoryRepository

    async def open(self, discord_id: int, of: str) -> Source:
        """`of` is a backup's id, or a state as `state_source` words it."""
        if not of.startswith(f"{STATE}:"):
            return await self._backup(discord_id, of)
        _, number, which = of.split(":", 2)
        if which == SavedKind.TRACK:
            return await self._likes(discord_id, of, moment_of(int(number)))
        return await self._playlist(discord_id, of, which, int(number))

    async def _backup(self, discord_id: int, of: str) -> Source:
        backup = await self.shelf.fetch(discord_id, of)
        made = backup.manifest
        return Source(of, Part.BACKUP, made.created_at, backup.library, made.spotify_id, backup=backup)

    async def _likes(self, discord_id: int, of: str, at: datetime) -> Source:
        likes = await self.history.likes_at(discord_id, at)
        if not likes:
            raise NotFound(what="That state of your liked songs")
        return Source(of, Part.LIKES, at, Library(likes=likes))

    async def _playlist(self, discord_id: int, of: str, spotify_id: str, number: int) -> Source:
        at, playlist = await self.history.playlist_at(discord_id, spotify_id, number)
        return Source(of, Part.PLAYLIST, at, Library(playlists=(playlist,)), name=playlist.details.name)
