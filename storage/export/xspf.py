"""XSPF 1 (https://xspf.org/spec): XML that says most about a playlist."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from storage.export.tracklist import Entry, TrackList

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to say."""
ISRC = "http://purl.org/ontology/mo/isrc"
LOST = "Spotify has lost this entry"


def xspf(tracks: TrackList) -> Iterator[str]:
    """The document, a track at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<playlist version="1" xmlns="http://xspf.org/ns/0/">\n'
    for name, value in (
        ("title", tracks.title),
        ("creator", tracks.creator),
        ("annotation", tracks.description),
        ("location", tracks.location),
        ("identifier", tracks.identifier),
        ("image", tracks.image),
    ):
        yield _element(name, value, "  ")
    yield "  <trackList>\n"
    for entry in tracks.entries:
        yield f"    <track>\n{''.join(_track(entry))}    </track>\n"
    yield "  </trackList>\n</playlist>\n"


def _track(entry: Entry | None) -> Iterator[str]:
    if entry is None:
        yield _element("annotation", LOST)
        return
    for name, value in (
        ("location", entry.location),
        ("identifier", entry.identifier),
        ("title", entry.title),
        ("creator", entry.creator),
        ("image", entry.image),
        ("album", entry.album),
        ("trackNum", str(entry.number) if entry.number else None),
        ("duration", str(entry.duration_ms) if entry.duration_ms else None),
    ):
        yield _element(name, value)
    if entry.isrc:
        yield f'      <meta rel="{ISRC}">{said(entry.isrc)}</meta>\n'


def _element(name: str, value: str | None, indent: str = "      ") -> str:
    return f"{indent}<{name}>{said(value)}</{name}>\n" if value else ""


def said(text: str) -> str:
    """Text as XML can say it; a bare carriage return would come back as a line feed."""
    return escape(FORBIDDEN.sub("", text), {"\r": "&#13;"})
