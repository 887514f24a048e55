"""What the stand-ins themselves hold, compared with what the story claims: nothing here asks the bot."""

import asyncio
import base64
import hashlib
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.archive.read import read
from storage.records import Library
from tests.sandbox.person import Person

Json = dict[str, Any]
DETAILS = ("name", "description", "public", "collaborative", "owner")


@dataclass(frozen=True)
class Proof:
    """A claim and whether it holds; `found` says what was there instead."""

    claim: str
    holds: bool
    found: str = ""


@dataclass(frozen=True)
class Backup:
    """A backup as the bot's own database knows it."""

    name: str
    sha256: str
    remote_id: str


def equal(claim: str, wanted: object, found: object) -> Proof:
    """Holds where both are the same; else the first difference is shown."""
    return Proof(claim, wanted == found, f"expected {_short(wanted)}, found {_short(found)}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 200 else f"{text[:200]} …"


def uris(holder: Json, of: str = "items") -> list[str | None]:
    """What stands in a playlist, or what is liked, in order."""
    return [each["uri"] for each in holder[of]]


def named(library: Json, name: str) -> Json:
    """One playlist."""
    return next(each for each in library["playlists"] if each["name"] == name)


def doubles(playlist: Json) -> dict[str, list[int]]:
    """What stands in a playlist more than once, and on which places, counted from 1."""
    places = uris(playlist)
    often = [uri for uri, count in Counter(places).items() if uri and count > 1]
    return {uri: [place for place, each in enumerate(places, 1) if each == uri] for uri in often}


def likes_are_back(before: Json, after: Json) -> Proof:
    """Every like, and in its place."""
    wanted = uris(before, "likes")
    return _same_order(
        f"Spotify has all {len(wanted)} likes again, in the order they had", wanted, uris(after, "likes")
    )


def playlist_is_back(before: Json, after: Json, name: str) -> Proof:
    """A playlist that was deleted: the same to look at and to listen to."""
    old = named(before, name)
    claim = f"“{name}” is there again: its name, its description, and all {len(old['items'])} items in order"
    made = [each for each in after["playlists"] if each["name"] == name]
    return equal(claim, [(_details(old), uris(old))], [(_details(each), uris(each)) for each in made])


def doubles_are_back(before: Json, after: Json, name: str) -> Proof:
    """What was in a playlist more than once is so again."""
    wanted = doubles(named(before, name))
    places = " and ".join(str(place) for each in wanted.values() for place in each)
    return equal(
        f"the track that “{name}” has twice is on places {places} again",
        wanted,
        doubles(named(after, name)),
    )


def rest_is_untouched(before: Json, after: Json, apart_from: Sequence[str]) -> Proof:
    """The other playlists are not even written to: the same snapshots, in the same order."""
    wanted = [each for each in before["playlists"] if each["name"] not in apart_from]
    found = [each for each in after["playlists"] if each["name"] not in apart_from]
    return equal(f"the other {len(wanted)} playlists were not touched: same versions, same order", wanted, found)


def _same_order(claim: str, wanted: list[str | None], found: list[str | None]) -> Proof:
    place = next((at for at, pair in enumerate(zip(wanted, found, strict=False), 1) if pair[0] != pair[1]), 0)
    return Proof(claim, wanted == found, f"{len(found)} are there; the first difference is on place {place}")


def _details(playlist: Json) -> Json:
    return {key: playlist[key] for key in DETAILS}


def backups_of(database: Path, discord_id: int) -> list[Backup]:
    """What the bot's own records say about somebody's verified backups, oldest first."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
        rows = opened.execute(
            "SELECT name, sha256, remote_id FROM archives"
            " WHERE discord_id = ? AND state = 'verified' AND store = 'drive' ORDER BY created_at",
            (discord_id,),
        ).fetchall()
    return [Backup(*row) for row in rows]


async def drive_holds(person: Person, backups: Sequence[Backup]) -> Proof:
    """One file a backup, with the very bytes that were written: their checksum is taken here anew."""
    files = [each for each in await person.drive.files() if not each["folder"]]
    found = {each["id"]: (each["name"], hashlib.sha256(await _bytes(person, each["id"])).hexdigest()) for each in files}
    claim = f"Google Drive holds {len(files)} files, one for each backup, their SHA-256 unchanged by the upload"
    return equal(claim, {each.remote_id: (each.name, each.sha256) for each in backups}, found)


async def backup_holds(person: Person, backup: Backup, library: Json) -> Proof:
    """The file from Drive, opened by itself, holds what Spotify had."""
    kept = await asyncio.to_thread(_opened, await _bytes(person, backup.remote_id))
    readable = [each for each in library["playlists"] if each["listed"] and each["readable"]]
    by_id = {each.details.spotify_id: each for each in kept.playlists}
    return equal(
        f"the first backup, opened as a file, holds all {len(library['likes'])} likes and every item of "
        f"{len(readable)} playlists",
        (uris(library, "likes"), [(each["name"], uris(each)) for each in readable]),
        (
            [each.track.uri if each.track else None for each in kept.likes],
            [
                (by_id[each["id"]].details.name, _uris_kept(by_id, each["id"]))
                for each in readable
                if each["id"] in by_id
            ],
        ),
    )


def _uris_kept(playlists: Json, playlist_id: str) -> list[str | None]:
    return [each.track.uri if each.track else None for each in playlists[playlist_id].items]


def _opened(content: bytes) -> Library:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "backup.zip")
        path.write_bytes(content)
        return read(path).library


async def _bytes(person: Person, file_id: str) -> bytes:
    return base64.b64decode(await person.drive.read_file(file_id=file_id))


def discord_was_content(traffic: Iterable[Json]) -> Proof:
    """Discord answers what breaks its rules with a 4xx."""
    seen = list(traffic)
    refused = [(each["method"], each["route"], each["status"]) for each in seen if each["status"] >= 400]
    return equal("Discord refused none of the bot's calls", [], refused)
