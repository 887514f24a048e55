"""The peer: the same rows, each made into JSON by `json.dumps`, zipped at level 6, read back and hashed."""

import gc
import json
import sqlite3
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

MY_PLAYLISTS = "SELECT id FROM playlists WHERE discord_id = :who"
MY_TRACKS = f"""
    SELECT track_id FROM saved WHERE discord_id = :who UNION SELECT track_id FROM plays WHERE discord_id = :who
    UNION SELECT track_id FROM top_entries WHERE discord_id = :who
    UNION SELECT track_id FROM playlist_items WHERE playlist_id IN ({MY_PLAYLISTS})
    UNION SELECT track_id FROM playlist_events WHERE playlist_id IN ({MY_PLAYLISTS})"""
MEMBERS = {
    "artists": "SELECT * FROM artists",
    "albums": "SELECT * FROM albums",
    "album_artists": "SELECT * FROM album_artists ORDER BY album_id, position",
    "shows": "SELECT * FROM shows",
    "tracks": f"SELECT * FROM tracks WHERE id IN ({MY_TRACKS})",
    "track_artists": f"SELECT * FROM track_artists WHERE track_id IN ({MY_TRACKS}) ORDER BY track_id, position",
    "saved": "SELECT * FROM saved WHERE discord_id = :who ORDER BY kind, ordinal DESC",
    "playlists": "SELECT * FROM playlists WHERE discord_id = :who ORDER BY place",
    "playlist_items": f"SELECT * FROM playlist_items WHERE playlist_id IN ({MY_PLAYLISTS})",
    "playlist_versions": f"SELECT * FROM playlist_versions WHERE playlist_id IN ({MY_PLAYLISTS})",
    "playlist_events": f"SELECT * FROM playlist_events WHERE playlist_id IN ({MY_PLAYLISTS})",
    "plays": "SELECT * FROM plays WHERE discord_id = :who",
    "tops": "SELECT * FROM top_entries WHERE discord_id = :who",
}


def write_plainly(vault: Path, discord_id: int, path: Path) -> float:
    """One archive of a vault; how many seconds it took."""
    gc.collect()
    began = time.perf_counter()
    with closing(sqlite3.connect(vault)) as connection, ZipFile(path, "w", ZIP_DEFLATED, compresslevel=6) as made:
        connection.row_factory = sqlite3.Row
        hashes = {}
        for name, statement in MEMBERS.items():
            rows = connection.execute(statement, {"who": discord_id})
            content = "".join(json.dumps(dict(row)) + "\n" for row in rows).encode()
            hashes[name] = sha256(content).hexdigest()
            made.writestr(f"{name}.jsonl", content)
        shown = f"SELECT sha256, data FROM images WHERE sha256 IN (SELECT cover_sha256 FROM ({MEMBERS['playlists']}))"
        for digest, data in connection.execute(shown, {"who": discord_id}):
            made.writestr(f"covers/{digest}", data)
    with ZipFile(path) as opened:
        for name, digest in hashes.items():
            assert sha256(opened.read(f"{name}.jsonl")).hexdigest() == digest
    return time.perf_counter() - began
