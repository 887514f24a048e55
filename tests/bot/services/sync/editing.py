"""A person at work in the Spotify app: random edits of every kind, the same for the same seed."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.bot.services.sync.lab import Lab

Edit = Callable[[], Awaitable[object]]


@dataclass
class Editor:
    """Edits the library of the lab's person."""

    lab: Lab
    rng: random.Random

    async def edit(self, times: int) -> list[str]:
        """So many random edits; what they were."""
        return [await self.edit_once() for _ in range(times)]

    async def edit_once(self) -> str:
        """One random edit; its name."""
        edits = [
            self.like,
            self.like_several,
            self.unlike,
            self.unlike_several,
            self.like_again,
            self.save_album,
            self.drop_album,
            self.save_talk,
            self.follow_artist,
            self.unfollow_artist,
            self.append,
            self.insert,
            self.remove,
            self.reorder,
            self.rename,
            self.describe,
            self.create,
            self.delete,
            self.move_playlist,
        ]
        chosen = self.rng.choice(edits)
        await chosen()
        return chosen.__name__

    async def library(self) -> dict[str, Any]:
        return await self.lab.hands.library(self.lab.user)

    async def like(self) -> None:
        await self.lab.hands.like(self.lab.user, (await self._new_songs(1))[0])

    async def like_several(self) -> None:
        """As when a whole record is liked: all in one second."""
        for uri in await self._new_songs(self.rng.randint(2, 70)):
            await self.lab.hands.like(self.lab.user, uri)

    async def unlike(self) -> None:
        await self._unlike(1)

    async def unlike_several(self) -> None:
        await self._unlike(self.rng.randint(2, 40))

    async def like_again(self) -> None:
        likes = (await self.library())["likes"]
        if likes:
            uri = self.rng.choice(likes)["uri"]
            await self.lab.hands.unlike(self.lab.user, [uri])
            await self.lab.hands.like(self.lab.user, uri)

    async def save_album(self) -> None:
        await self._save("album", "albums")

    async def drop_album(self) -> None:
        await self._drop("albums")

    async def save_talk(self) -> None:
        await self._save(*self.rng.choice([("show", "shows"), ("episode", "episodes")]))

    async def follow_artist(self) -> None:
        await self._save("artist", "follows")

    async def unfollow_artist(self) -> None:
        await self._drop("follows")

    async def append(self) -> None:
        await self._add(position=None)

    async def insert(self) -> None:
        await self._add(position=0)

    async def remove(self) -> None:
        playlist = await self._playlist()
        if playlist and playlist["items"]:
            position = self.rng.randrange(len(playlist["items"]))
            await self.lab.hands.remove_from_playlist(self.lab.user, playlist["id"], position)

    async def reorder(self) -> None:
        playlist = await self._playlist()
        if playlist and len(playlist["items"]) > 1:
            start, to = (self.rng.randrange(len(playlist["items"])) for _ in range(2))
            await self.lab.hands.reorder(self.lab.user, playlist["id"], start, to)

    async def rename(self) -> None:
        playlist = await self._playlist()
        if playlist:
            await self.lab.hands.rename_playlist(self.lab.user, playlist["id"], f"Name {self.rng.randrange(10**6)}")

    async def describe(self) -> None:
        playlist = await self._playlist()
        if playlist:
            await self.lab.hands.describe_playlist(self.lab.user, playlist["id"], f"About {self.rng.randrange(10**6)}")

    async def create(self) -> None:
        await self.lab.hands.create_playlist(
            self.lab.user, f"New {self.rng.randrange(10**6)}", await self._new_songs(self.rng.randint(0, 120))
        )

    async def delete(self) -> None:
        playlist = await self._playlist()
        if playlist:
            await self.lab.hands.delete_playlist(self.lab.user, playlist["id"])

    async def move_playlist(self) -> None:
        library = await self.library()
        if library["playlists"]:
            chosen = self.rng.choice(library["playlists"])["id"]
            await self.lab.hands.move_playlist(self.lab.user, chosen, self.rng.randrange(len(library["playlists"])))

    async def _add(self, position: int | None) -> None:
        """Songs, some twice, an episode, a file of one's own."""
        playlist = await self._playlist()
        if playlist:
            songs = await self._new_songs(self.rng.randint(1, 60))
            uris = [*songs, self.rng.choice(songs), *(await self.lab.hands.some("episode", 1))]
            await self.lab.hands.add_to_playlist(self.lab.user, playlist["id"], uris, position)

    async def _playlist(self) -> dict[str, Any] | None:
        owned = [playlist for playlist in (await self.library())["playlists"] if playlist["owned"]]
        return self.rng.choice(owned) if owned else None

    async def _new_songs(self, count: int) -> list[str]:
        liked = [like["uri"] for like in (await self.library())["likes"]]
        return list(await self.lab.hands.some("track", count, liked))

    async def _unlike(self, count: int) -> None:
        likes = (await self.library())["likes"]
        gone = self.rng.sample(likes, min(count, len(likes)))
        await self.lab.hands.unlike(self.lab.user, [like["uri"] for like in gone])

    async def _save(self, kind: str, kept: str) -> None:
        besides = [_uri(entry) for entry in (await self.library())[kept]]
        for uri in await self.lab.hands.some(kind, 1, besides):
            await self.lab.hands.save(self.lab.user, uri)

    async def _drop(self, kept: str) -> None:
        entries = (await self.library())[kept]
        if entries:
            await self.lab.hands.unsave(self.lab.user, _uri(self.rng.choice(entries)))


def _uri(entry: str | dict[str, Any]) -> str:
    """Who is followed is listed by URI alone."""
    return entry if isinstance(entry, str) else str(entry["uri"])
