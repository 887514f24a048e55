"""What a person does in the Spotify app itself: likes, playlists, and a look at everything they have."""

from collections.abc import Sequence
from typing import Any

from tests.sandbox.music import LocalFile, Song, Talk
from tests.sandbox.spotify.objects import moment
from tests.sandbox.spotify.state import Account, Entry, Playlist, SpotifyState, named_playlist


class AppHands:
    """A person (`user` is their key) with the app in their hands. Playlists are named by name or id."""

    def __init__(self, state: SpotifyState) -> None:
        self._state = state

    async def library(self, user: str) -> dict[str, Any]:
        """Everything that person has, as they see it; `listed` is false for what apps get only as null.

        likes, playlists, albums, shows, episodes, audiobooks: newest first or from the top; follows: URIs; plays.
        """
        account = self._state.account(user)
        return {
            "likes": [{"uri": like.uri, "added_at": moment(like.added_at)} for like in account.likes],
            "playlists": [_snapshot(self._state.playlists[one], account) for one in account.shelf],
            **{
                f"{kind}s": [{"uri": one.uri, "added_at": moment(one.added_at)} for one in kept]
                for kind, kept in account.kept.items()
            },
            "follows": sorted(account.follows),
            "plays": [{"uri": play.uri, "played_at": play.played_at.isoformat()} for play in account.plays],
        }

    async def playlist(self, user: str, name: str) -> dict[str, Any]:
        """One playlist of that person's list."""
        account = self._state.account(user)
        return _snapshot(named_playlist(self._state, account, name), account)

    async def song(self, uri: str) -> dict[str, Any]:
        """What a URI is called: `title`, `artists`, `uri`, `playable`."""
        thing = self._state.catalogue.get(uri)
        match thing:
            case Song():
                title, artists = thing.title, [one.name for one in thing.performers]
            case Talk():
                title, artists = thing.title, [thing.podcast.name]
            case LocalFile():
                title, artists = thing.title, [thing.artist]
            case None:
                return {"uri": uri, "title": None, "artists": [], "playable": False}
            case _:
                title, artists = thing["name"], [one["name"] for one in thing.get("artists", [])]
        return {"uri": uri, "title": title, "artists": artists, "playable": True}

    async def new_songs(self, user: str, count: int) -> list[str]:
        """So many tracks that this person does not like yet."""
        liked = {like.uri for like in self._state.account(user).likes}
        unheard = (uri for uri, thing in self._state.catalogue.items() if isinstance(thing, Song) and uri not in liked)
        return [uri for uri, _ in zip(unheard, range(count), strict=False)]

    async def like(self, user: str, uri: str) -> None:
        """Press the heart."""
        if uri not in self._state.catalogue:
            raise LookupError(f"there is nothing called {uri}")
        self._state.like(self._state.account(user), [uri])

    async def unlike(self, user: str, uris: Sequence[str]) -> int:
        """Take hearts away; how many there were."""
        account, gone = self._state.account(user), set(uris)
        kept = [like for like in account.likes if like.uri not in gone]
        removed = len(account.likes) - len(kept)
        account.likes = kept
        return removed

    async def unlike_newest(self, user: str, n: int) -> list[str]:
        """Take the newest hearts away; which those were, newest first."""
        account = self._state.account(user)
        gone, account.likes = account.likes[:n], account.likes[n:]
        return [like.uri for like in gone]

    async def create_playlist(self, user: str, name: str, uris: Sequence[str] = ()) -> str:
        """A new playlist; its id."""
        account = self._state.account(user)
        made = self._state.new_playlist(account, name)
        made.entries.extend(self._entries(account, uris))
        made.touch()
        return made.id

    async def delete_playlist(self, user: str, name: str) -> str:
        """Delete one's own playlist, or stop following another's; its id."""
        account = self._state.account(user)
        playlist = named_playlist(self._state, account, name)
        account.shelf.remove(playlist.id)
        return playlist.id

    async def rename_playlist(self, user: str, name: str, new_name: str) -> str:
        """Another name; the new snapshot id."""
        playlist = named_playlist(self._state, self._state.account(user), name)
        playlist.name = new_name
        return playlist.touch()

    async def describe_playlist(self, user: str, name: str, description: str) -> str:
        """Another description; the new snapshot id."""
        playlist = named_playlist(self._state, self._state.account(user), name)
        playlist.description = description
        return playlist.touch()

    async def add_to_playlist(self, user: str, name: str, uris: Sequence[str], position: int | None = None) -> str:
        """Add tracks, episodes, or (as the desktop app can) local files; the new snapshot id."""
        account = self._state.account(user)
        playlist = named_playlist(self._state, account, name)
        at = len(playlist.entries) if position is None else position
        playlist.entries[at:at] = self._entries(account, uris)
        return playlist.touch()

    async def remove_from_playlist(self, user: str, name: str, position: int) -> str | None:
        """Remove the one item at that position; its URI."""
        playlist = named_playlist(self._state, self._state.account(user), name)
        entry = playlist.entries.pop(position)
        playlist.touch()
        return entry.uri

    async def reorder(self, user: str, name: str, start: int, to: int) -> str:
        """Drag an item from one position to another; the new snapshot id."""
        playlist = named_playlist(self._state, self._state.account(user), name)
        playlist.entries.insert(to, playlist.entries.pop(start))
        return playlist.touch()

    async def move_playlist(self, user: str, name: str, to: int) -> None:
        """Drag a playlist to another place in the list."""
        account = self._state.account(user)
        playlist = named_playlist(self._state, account, name)
        account.shelf.remove(playlist.id)
        account.shelf.insert(to, playlist.id)

    async def follow(self, user: str, playlist_id: str) -> None:
        """Follow somebody's playlist."""
        account = self._state.account(user)
        if playlist_id not in self._state.playlists:
            raise LookupError(f"there is no playlist {playlist_id}")
        if playlist_id not in account.shelf:
            account.shelf.insert(0, playlist_id)

    async def empty_account(self, user: str) -> None:
        """All likes gone, all own playlists gone for good; the ones followed stay."""
        account = self._state.account(user)
        account.likes.clear()
        for playlist in self._state.playlists.values():
            if playlist.owner_id == account.user_id:
                self._state.forget_for_good(playlist)

    def _entries(self, account: Account, uris: Sequence[str]) -> list[Entry]:
        unknown = [uri for uri in uris if uri not in self._state.catalogue]
        if unknown:
            raise LookupError(f"there is nothing called {unknown[0]}")
        moment_ = self._state.now()
        return [Entry(uri, moment_, account.user_id) for uri in uris]


def _snapshot(playlist: Playlist, account: Account) -> dict[str, Any]:
    return {
        "id": playlist.id,
        "name": playlist.name,
        "description": playlist.description or "",
        "public": playlist.public,
        "collaborative": playlist.collaborative,
        "owner": playlist.owner_id,
        "owned": playlist.owner_id == account.user_id,
        "readable": playlist.editable_by(account.user_id),
        "listed": not playlist.by_spotify,
        "snapshot_id": playlist.snapshot_id,
        "cover": playlist.cover,
        "items": [
            {"uri": entry.uri, "added_at": moment(entry.added_at), "added_by": entry.added_by}
            for entry in playlist.entries
        ],
    }
