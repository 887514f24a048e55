"""The JSON of 2026: music and talk as the Web API writes it (old fields are not there), each written only once."""

import hashlib
import html
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from tests.sandbox.music import LocalFile, Performer, Podcast, Recording, Song, Talk
from tests.sandbox.spotify.index import Index
from tests.sandbox.spotify.paging import page
from tests.sandbox.spotify.pictures import SIZES, Pictures
from tests.sandbox.spotify.state import Thing

Json = dict[str, Any]
EMBEDDED = 50  # songs inside an album, episodes inside a show
GENRES: tuple[Json, ...] = ({"genres": None}, {"genres": []}, {}, {"genres": ["chamber pop", "dream jazz"]})
"""What is left of an artist's genres: any of these is seen in 2026."""


class Objects:
    """Writes objects with addresses of one host, and of pictures that last a while."""

    def __init__(self, index: Index, pictures: Pictures, origin: str, block: int) -> None:
        self._index = index
        self._pictures = pictures
        self._block = block
        self.origin = origin
        self.api = origin + "/v1"
        self._written: dict[tuple[str, str], tuple[object, orjson.Fragment]] = {}

    def thing(self, thing: Thing) -> orjson.Fragment | Json:
        """A track, an episode, a local file, or an object kept as it was."""
        match thing:
            case Song():
                return self.once("song", thing.uri, thing, lambda: self.song(thing))
            case Talk():
                return self.once("talk", thing.uri, thing, lambda: self.talk(thing))
            case LocalFile():
                return self.file(thing)
            case _:
                return thing

    def once(self, form: str, name: str, thing: object, write: Callable[[], Json]) -> orjson.Fragment:
        """What `write` makes of a thing, written the first time only; again when another thing has the name."""
        known = self._written.get((form, name))
        if known is None or known[0] is not thing:
            known = self._written[form, name] = (thing, orjson.Fragment(orjson.dumps(write())))
        return known[1]

    def song(self, song: Song) -> Json:
        """A full track."""
        return {
            "album": self.once("record", song.recording.id, song.recording, lambda: self.recording(song.recording)),
            "external_ids": {"isrc": song.isrc},
            **self.simple_song(song),
        }

    def simple_song(self, song: Song) -> Json:
        """A track as it stands in an album: without the album and without its ISRC."""
        return {
            "artists": [self.performer(one) for one in song.performers],
            "disc_number": song.disc,
            "duration_ms": song.duration_ms,
            "explicit": song.explicit,
            **self.named("track", song.id, song.title),
            "is_local": False,
            "preview_url": None,
            "track_number": song.number,
        }

    def recording(self, recording: Recording) -> Json:
        """A simplified album."""
        return {
            "album_type": recording.kind,
            "artists": [self.performer(one) for one in recording.performers],
            **self.named("album", recording.id, recording.name),
            "images": self.pictures(recording.uri),
            "release_date": recording.release_date,
            "release_date_precision": recording.precision,
            "total_tracks": recording.total_tracks,
        }

    def album(self, recording: Recording) -> orjson.Fragment:
        """A full album with its first songs."""
        songs = self._index.songs[recording.id]

        def write() -> Json:
            href = f"{self.api}/albums/{recording.id}/tracks"
            upc = int(hashlib.sha1(recording.uri.encode()).hexdigest(), 16) % 10**12
            return {
                **self.recording(recording),
                "copyrights": [{"text": f"{recording.release_date[:4]} Sandbox Records", "type": "P"}],
                "external_ids": {"upc": f"{upc:012}"},
                "genres": [],
                "tracks": page(href, songs, EMBEDDED, 0, self.simple_song),
            }

        return self.once("album", recording.id, recording, write)

    def performer(self, performer: Performer) -> Json:
        """A simplified artist."""
        return self.named("artist", performer.id, performer.name)

    def artist(self, performer: Performer) -> orjson.Fragment:
        """A full artist."""

        def write() -> Json:
            genres = GENRES[sum(performer.id.encode()) % len(GENRES)]
            return {**self.performer(performer), **genres, "images": self.pictures(performer.uri)}

        return self.once("artist", performer.id, performer, write)

    def talk(self, talk: Talk) -> Json:
        """A full episode."""
        return {**self.simple_talk(talk), "show": self.podcast(talk.podcast)}

    def simple_talk(self, talk: Talk) -> Json:
        """An episode as it stands in a show."""
        return {
            "audio_preview_url": None,
            "description": f"{talk.title}, from {talk.podcast.name}.",
            "html_description": f"<p>{html.escape(talk.title)}, from {html.escape(talk.podcast.name)}.</p>",
            "duration_ms": talk.duration_ms,
            "explicit": False,
            **self.named("episode", talk.id, talk.title),
            "images": self.pictures(talk.podcast.uri),
            "is_externally_hosted": False,
            "is_playable": True,
            "language": "en",
            "languages": ["en"],
            "release_date": talk.release_date,
            "release_date_precision": "day",
            "resume_point": {"fully_played": False, "resume_position_ms": 0},
        }

    def podcast(self, podcast: Podcast) -> Json:
        """A simplified show."""
        return {
            "copyrights": [],
            "description": podcast.description,
            "html_description": f"<p>{html.escape(podcast.description)}</p>",
            "explicit": False,
            **self.named("show", podcast.id, podcast.name),
            "images": self.pictures(podcast.uri),
            "is_externally_hosted": False,
            "languages": ["en"],
            "media_type": "audio",
            "total_episodes": podcast.total_episodes,
        }

    def show(self, podcast: Podcast) -> orjson.Fragment:
        """A full show with its first episodes."""

        def write() -> Json:
            href = f"{self.api}/shows/{podcast.id}/episodes"
            talks = self._index.talks[podcast.id]
            return {**self.podcast(podcast), "episodes": page(href, talks, EMBEDDED, 0, self.simple_talk)}

        return self.once("show", podcast.id, podcast, write)

    def file(self, file: LocalFile) -> Json:
        """A local file: track-shaped, with next to nothing known."""
        unknown: Json = {"external_urls": {}, "href": None, "id": None, "uri": None}
        album = {
            **unknown,
            "album_type": None,
            "artists": [],
            "images": [],
            "name": file.album,
            "release_date": None,
            "release_date_precision": None,
            "type": "album",
        }
        return {
            **unknown,
            "album": album,
            "artists": [{**unknown, "name": file.artist, "type": "artist"}],
            "disc_number": 0,
            "duration_ms": file.seconds * 1000,
            "explicit": False,
            "external_ids": {},
            "is_local": True,
            "name": file.title,
            "preview_url": None,
            "track_number": 0,
            "type": "track",
            "uri": file.uri,
        }

    def named(self, kind: str, spotify_id: str, name: str) -> Json:
        """What everything has."""
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{spotify_id}"},
            "href": f"{self.api}/{kind}s/{spotify_id}",
            "id": spotify_id,
            "name": name,
            "type": kind,
            "uri": f"spotify:{kind}:{spotify_id}",
        }

    def pictures(self, uri: str, sizes: tuple[int, ...] = SIZES) -> list[Json]:
        """The usual pictures of something."""
        return self._pictures.addresses(self.origin, uri, self._block, sizes)

    def cover(self, uri: str, uploaded: str | None) -> list[Json]:
        """A playlist's pictures: the one somebody put there, or the usual ones."""
        if uploaded is None:
            return self.pictures(uri)
        return self._pictures.uploaded(self.origin, uploaded, self._block)


def moment(at: datetime | None) -> str | None:
    """A moment as Spotify writes it."""
    return None if at is None else f"{at.isoformat()[:19]}Z"
