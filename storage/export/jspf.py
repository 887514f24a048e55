"""JSPF (https://xspf.org/jspf): the same as XSPF, in JSON."""

from collections.abc import Iterator

import orjson

from storage.export.tracklist import Entry, TrackList
from storage.export.xspf import ISRC, LOST


def jspf(tracks: TrackList) -> Iterator[str]:
    """The document, a track at a time."""
    head = _without_gaps(
        title=tracks.title,
        creator=tracks.creator,
        annotation=tracks.description,
        location=tracks.location,
        identifier=tracks.identifier,
        image=tracks.image,
    )
    told = orjson.dumps(head).decode().removesuffix("}")
    yield f'{{"playlist":{told}{"," if head else ""}"track":[\n'
    for number, entry in enumerate(tracks.entries):
        yield (",\n" if number else "") + orjson.dumps(_track(entry)).decode()
    yield "\n]}}\n"


def _track(entry: Entry | None) -> dict[str, object]:
    if entry is None:
        return {"annotation": LOST}
    return _without_gaps(
        location=[entry.location] if entry.location else None,
        identifier=[entry.identifier] if entry.identifier else None,
        title=entry.title,
        creator=entry.creator,
        image=entry.image,
        album=entry.album,
        trackNum=entry.number,
        duration=entry.duration_ms,
        meta=[{ISRC: entry.isrc}] if entry.isrc else None,
    )


def _without_gaps(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}
