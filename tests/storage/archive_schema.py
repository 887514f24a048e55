"""`python -m tests.storage.archive_schema`: writes docs/archive.schema.json from the lines as the reader takes them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from storage.archive import Manifest
from storage.archive.layout import (
    FORMAT,
    AlbumLine,
    EventLine,
    ItemLine,
    Name,
    PlayLine,
    PlaylistLine,
    SavedLine,
    TopLine,
    TrackLine,
    VersionLine,
)
from storage.records import Artist, Show

FILE = Path(__file__).resolve().parents[2] / "docs" / "archive.schema.json"
LINES: Mapping[Name, type] = {
    Name.ARTISTS: Artist,
    Name.ALBUMS: AlbumLine,
    Name.SHOWS: Show,
    Name.TRACKS: TrackLine,
    Name.LIKES: SavedLine,
    Name.ALBUMS_SAVED: SavedLine,
    Name.SHOWS_SAVED: SavedLine,
    Name.EPISODES_SAVED: SavedLine,
    Name.ARTISTS_FOLLOWED: SavedLine,
    Name.PLAYLISTS: PlaylistLine,
    Name.ITEMS: ItemLine,
    Name.VERSIONS: VersionLine,
    Name.EVENTS: EventLine,
    Name.PLAYS: PlayLine,
    Name.TOPS: TopLine,
}


def schema() -> dict[str, Any]:
    """A JSON Schema for each member: of the manifest as a whole, and of one line of every other."""
    made: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Members of a MusiVault archive, format {FORMAT}: the manifest, and one line of each other",
        "type": "object",
        "properties": {"manifest.json": TypeAdapter(Manifest).json_schema(mode="serialization")},
    }
    for name, line in LINES.items():
        made["properties"][name.value] = TypeAdapter(line).json_schema(mode="serialization")
    return made


def text() -> str:
    """The file's content."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
