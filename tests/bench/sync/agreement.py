"""Whether a vault holds what Spotify has: likes, albums, and the playlists an app may look into."""

from datetime import datetime
from typing import Any

from storage.library import LibraryRepository

State = dict[str, object]


class Differs(AssertionError):
    """The vault is not what it should be."""


def at_spotify(library: dict[str, Any]) -> State:
    """Of the `library` hand; only what apps are shown."""
    playlists = {
        one["id"]: (one["name"], [(it["uri"], _moment(it["added_at"]), it["added_by"] or None) for it in one["items"]])
        for one in library["playlists"]
        if one["readable"] and one["listed"]
    }
    return {"likes": _saved(library["likes"]), "playlists": playlists}


async def in_vault(library: LibraryRepository, discord_id: int) -> State:
    """The same of the vault."""
    held = await library.load(discord_id)
    playlists = {
        one.details.spotify_id: (
            one.details.name,
            [(it.track.uri if it.track else None, it.added_at, it.added_by) for it in one.items],
        )
        for one in held.playlists
        if one.removed_at is None
    }
    likes = [(one.track.uri if one.track else None, one.added_at) for one in held.likes]
    return {"likes": likes, "playlists": playlists}


def check(there: State, here: State, when: str) -> None:
    """Raises `Differs` where they are not the same."""
    for name, value in there.items():
        if here[name] != value:
            raise Differs(f"{when}: {name} in the vault are not what Spotify has")


def _saved(entries: list[dict[str, Any]]) -> list[tuple[str, datetime | None]]:
    return [(entry["uri"], _moment(entry["added_at"])) for entry in entries]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
