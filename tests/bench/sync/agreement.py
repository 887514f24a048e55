"""Whether a vault holds what Spotify has: likes, albums, and the playlists an app may look into."""

from datetime import datetime
from typing import Any

from storage.library import LibraryRepository
from storage.records import SavedKind

State = dict[str, object]
LISTS = {"likes": SavedKind.TRACK, "albums": SavedKind.ALBUM}


class Differs(AssertionError):
    """The vault is not what it should be."""


def at_spotify(library: dict[str, Any]) -> State:
    """Of the `library` hand; only what apps are shown."""
    playlists = {
        one["id"]: (one["name"], [(it["uri"], _moment(it["added_at"]), it["added_by"] or None) for it in one["items"]])
        for one in library["playlists"]
        if one["readable"] and one["listed"]
    }
    return {name: _saved(library[name]) for name in LISTS} | {"playlists": playlists}


async def in_vault(library: LibraryRepository, discord_id: int) -> State:
    """The same of the vault."""
    state: State = {name: list(await library.saved_keys(discord_id, kind)) for name, kind in LISTS.items()}
    heads = [head for head in await library.playlist_heads(discord_id) if not (head.removed_at or head.closed)]
    state["playlists"] = {
        head.details.spotify_id: (
            head.details.name,
            list(await library.playlist_keys(discord_id, head.details.spotify_id)),
        )
        for head in heads
    }
    return state


def check(there: State, here: State, when: str) -> None:
    """Raises `Differs` where they are not the same."""
    for name, value in there.items():
        if here[name] != value:
            raise Differs(f"{when}: {name} in the vault are not what Spotify has")


def _saved(entries: list[dict[str, Any]]) -> list[tuple[str, datetime | None]]:
    return [(entry["uri"], _moment(entry["added_at"])) for entry in entries]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
