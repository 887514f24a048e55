"""What a restore starts from: a backup, or one state out of the history; kept as a short text in the journal."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.services.restore.backup import SHELVES, then_of
from bot.services.restore.scene import Then
from bot.services.shelf import Shelf
from storage.archive import Opened
from storage.errors import MusiVaultError, NotFound
from storage.history import HistoryRepository, moment_of
from storage.records import Library, SavedKind, Which

STATE = "state"
PART = "part"


class NoSuchPart(MusiVaultError):
    """What was typed names nothing in the backup, or more than one thing."""

    template = (
        "That backup has no playlist of that name. Leave `part` out, and the preview of the whole backup lists what "
        "can come back on its own."
    )


class Part(StrEnum):
    """How much of a library there is to bring back."""

    BACKUP = "backup"
    LIKES = "likes"
    ALBUMS = "albums"
    ARTISTS = "artists"
    SHOWS = "shows"
    EPISODES = "episodes"
    PLAYLIST = "playlist"


PARTS = {
    SavedKind.TRACK: Part.LIKES,
    SavedKind.ALBUM: Part.ALBUMS,
    SavedKind.ARTIST: Part.ARTISTS,
    SavedKind.SHOW: Part.SHOWS,
    SavedKind.EPISODE: Part.EPISODES,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A library, or the part of it that is to come back, as it was `at` a moment.

    `owner` is the Spotify id of the account it was taken from; empty where that is not on record. `name` is a
    playlist's. `then` is what comes back into Spotify; `backup` is all that was opened, history and pictures too, and
    None for a part.
    """

    of: str
    part: Part
    at: datetime
    then: Then
    owner: str = ""
    name: str = ""
    backup: Opened | None = None

    @property
    def library(self) -> Library:
        """Likes and playlists."""
        return self.then.library


def state_source(which: Which, number: int) -> str:
    """How a state of a list is asked for."""
    return f"{STATE}:{number}:{which}"


def part_source(archive_id: str, which: str) -> str:
    """How a part of a backup is asked for: a saved list by its kind, a playlist by its id or its name."""
    return f"{PART}:{archive_id}:{which}"


@dataclass(frozen=True, slots=True)
class Sources:
    """Opens what restores are made of; raises `NotFound` where it is missing or somebody else's."""

    shelf: Shelf
    history: HistoryRepository

    async def open(self, discord_id: int, of: str) -> Source:
        """`of` is a backup's id, a part of one as `part_source` words it, or a state as `state_source` does."""
        if of.startswith(f"{PART}:"):
            _, archive_id, which = of.split(":", 2)
            return part_of(await self._backup(discord_id, archive_id), of, which)
        if not of.startswith(f"{STATE}:"):
            return await self._backup(discord_id, of)
        _, number, which = of.split(":", 2)
        if which == SavedKind.TRACK:
            return await self._likes(discord_id, of, moment_of(int(number)))
        if which in SHELVES:
            return await self._shelf(discord_id, of, SavedKind(which), moment_of(int(number)))
        return await self._playlist(discord_id, of, which, int(number))

    async def _backup(self, discord_id: int, of: str) -> Source:
        backup = await self.shelf.fetch(discord_id, of)
        made = backup.manifest
        return Source(
            of, Part.BACKUP, made.created_at, await asyncio.to_thread(then_of, backup), made.spotify_id, backup=backup
        )

    async def _likes(self, discord_id: int, of: str, at: datetime) -> Source:
        likes = await self.history.likes_at(discord_id, at)
        if not likes:
            raise NotFound(what="That state of your liked songs")
        return Source(of, Part.LIKES, at, Then(Library(likes=likes)))

    async def _shelf(self, discord_id: int, of: str, kind: SavedKind, at: datetime) -> Source:
        saved = await self.history.saved_at(discord_id, kind, at)
        if not saved:
            raise NotFound(what="That state of the list")
        return Source(of, PARTS[kind], at, Then(Library(), {kind: saved}))

    async def _playlist(self, discord_id: int, of: str, spotify_id: str, number: int) -> Source:
        at, playlist = await self.history.playlist_at(discord_id, spotify_id, number)
        return Source(of, Part.PLAYLIST, at, Then(Library(playlists=(playlist,))), name=playlist.details.name)


def part_of(whole: Source, of: str, which: str) -> Source:
    """One list of a backup alone; raises `NoSuchPart`."""
    if which in set(SavedKind):
        kind = SavedKind(which)
        return replace(whole, of=of, part=PARTS[kind], then=_one_list(whole.then, kind), backup=None)
    alone = _one_playlist(whole.then, which)
    name = (*(playlist.details for playlist in alone.library.playlists), *alone.closed)[0].name
    return replace(whole, of=of, part=Part.PLAYLIST, then=alone, name=name, backup=None)


def _one_list(then: Then, kind: SavedKind) -> Then:
    likes = then.library.likes if kind is SavedKind.TRACK else ()
    shelves = {kind: then.shelves[kind]} if kind in then.shelves else {}
    return Then(Library(likes=likes), shelves, unknown=tuple(one for one in then.unknown if one is kind))


def _one_playlist(then: Then, which: str) -> Then:
    """By its id or its whole name, or by a piece of a name that no other has. One that was gone by then comes back too.

    Of several with the same name all are meant.
    """
    playlists, typed = then.library.playlists, which.casefold()
    there = [playlist for playlist in playlists if playlist.removed_at is None]
    gone = [replace(playlist, removed_at=None) for playlist in playlists if playlist.removed_at is not None]
    for some in (there, gone):
        ids = [playlist for playlist in some if playlist.details.spotify_id == which]
        if found := ids or [playlist for playlist in some if playlist.details.name.casefold() == typed]:
            return Then(Library(playlists=tuple(found)))
    if closed := [each for each in then.closed if which == each.spotify_id or typed == each.name.casefold()]:
        return Then(Library(), closed=closed)
    pieces = [playlist for playlist in there if typed in playlist.details.name.casefold()]
    if len(pieces) != 1:
        raise NoSuchPart
    return Then(Library(playlists=tuple(pieces)))
