"""Extended M3U in UTF-8, which nearly every player opens."""

from collections.abc import Iterator

from storage.export.names import cleaned
from storage.export.tracklist import Entry, TrackList


def m3u8(tracks: TrackList) -> Iterator[str]:
    """The lines of a playlist; what Spotify has lost is a comment, since a line of its own would be played."""
    yield "#EXTM3U\n"
    yield f"#PLAYLIST:{_line(tracks.title)}\n"
    for number, entry in enumerate(tracks.entries, 1):
        yield f"# {number}: Spotify has lost this entry\n" if entry is None else _entry(entry)


def _entry(entry: Entry) -> str:
    seconds = round(entry.duration_ms / 1000) if entry.duration_ms > 0 else -1
    return f"#EXTINF:{seconds},{entry.name}\n{entry.location or _file(entry)}\n"


def _file(entry: Entry) -> str:
    """A local file by its name; one that began with # would be a comment."""
    name = cleaned(entry.name, "Local file")
    return f"./{name}" if name.startswith("#") else name


def _line(text: str) -> str:
    return " ".join(text.split())
