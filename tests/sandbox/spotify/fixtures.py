"""Gus: somebody whose library is made of objects that the real Web API once answered. Only where they are at hand."""

import functools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from tests.sandbox.people import PEOPLE
from tests.sandbox.world import OLDEST, EntrySeed, LibrarySeed, LikeSeed, PlaylistSeed

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "api_fixtures"
KEY = "gus"
_CRUMB = "peter_schorn/Playlists_Crumb_-_Playlist_PagingObject_PlaylistItemContainer_PlaylistItem_.json"
_LOCAL = "peter_schorn/Playlists_Local_Songs_-_Playlist_PagingObject_PlaylistItemContainer_PlaylistItem_.json"


@dataclass(frozen=True)
class RealLibrary:
    """Real objects by URI, and a library made of them."""

    objects: dict[str, dict[str, Any]]
    playlists: tuple[PlaylistSeed, ...]
    library: LibrarySeed


def available() -> bool:
    """Whether Gus lives in this sandbox."""
    return FOLDER.is_dir()


@functools.cache
def real_library() -> RealLibrary:
    """Gus's library; the folder has to be there."""
    objects: dict[str, dict[str, Any]] = {}
    owned = [
        *(_playlist(_read(name), objects) for name in ("zmb3/get_playlist.txt", _CRUMB, _LOCAL)),
        *_page_playlists(objects),
    ]
    followed = [
        _followed(entry)
        for name in ("zmb3/current_users_playlists.txt", "zmb3/playlists_for_user.txt")
        for entry in _read(name)["items"]
        if entry["id"] not in {playlist.id for playlist in owned}
    ]
    playlists = (*owned, *followed)
    return RealLibrary(objects, playlists, LibrarySeed(_likes(objects), tuple(one.id for one in playlists)))


def _likes(objects: dict[str, dict[str, Any]]) -> tuple[LikeSeed, ...]:
    """What he liked, and what he listened to most as if he had liked it, a day apart."""
    likes = []
    for saved in _read("zmb3/current_users_tracks.txt")["items"]:
        objects.setdefault(saved["track"]["uri"], saved["track"])
        likes.append((saved["track"]["uri"], saved["added_at"]))
    seeds = {uri: LikeSeed(uri, _moment(added_at)) for uri, added_at in likes}
    for day, track in enumerate(_read("zmb3/current_users_top_tracks.txt")["items"]):
        objects.setdefault(track["uri"], track)
        seeds.setdefault(track["uri"], LikeSeed(track["uri"], OLDEST + timedelta(days=day)))
    return tuple(sorted(seeds.values(), key=lambda like: like.added_at, reverse=True))


def _page_playlists(objects: dict[str, dict[str, Any]]) -> Iterable[PlaylistSeed]:
    """Pages of items whose playlist was not kept: its id stands in the page's address."""
    names = {
        "zmb3/playlist_tracks.txt": "Top 40",
        "zmb3/playlist_items_episodes.json": "Episodes",
        "zmb3/playlist_items_episodes_and_tracks.json": "Episodes and tracks",
        "zmb3/playlist_items_tracks.json": "Tracks",
    }
    seen: set[str] = set()
    for number, (file, name) in enumerate(names.items()):
        answer = _read(file)
        spotify_id = answer["href"].split("/playlists/")[1].split("/")[0]
        if spotify_id in seen:
            spotify_id = spotify_id[:-1] + str(number)
        seen.add(spotify_id)
        yield _playlist({"id": spotify_id, "name": name, "tracks": answer}, objects)


def _playlist(answer: dict[str, Any], objects: dict[str, dict[str, Any]]) -> PlaylistSeed:
    """A playlist of his own; the real one belonged to somebody else."""
    entries = []
    for entry in answer["tracks"]["items"]:
        track = entry["track"]
        objects.setdefault(track["uri"], track)
        entries.append(EntrySeed(track["uri"], _moment(entry["added_at"]), (entry["added_by"] or {}).get("id")))
    return PlaylistSeed(
        id=answer["id"],
        name=answer["name"],
        owner_id=PEOPLE[KEY].spotify_id,
        owner_name=PEOPLE[KEY].spotify_name,
        entries=tuple(entries),
        description=unescape(answer.get("description", "")),
        public=answer.get("public", True),
    )


def _followed(entry: dict[str, Any]) -> PlaylistSeed:
    """Somebody else's, whose items are not known; Spotify's own among them."""
    owner = entry["owner"]
    return PlaylistSeed(
        id=entry["id"],
        name=entry["name"],
        owner_id=owner["id"],
        owner_name=owner["display_name"],
        description=unescape(entry["description"]),
        public=entry["public"],
    )


def _read(name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return answer


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
