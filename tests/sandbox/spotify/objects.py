"""The JSON of 2026: catalogue things, playlists and users as the Web API writes them (old fields are not there)."""

import html
from datetime import datetime
from typing import Any

from tests.sandbox.music import LocalFile, Performer, Podcast, Recording, Song, Talk
from tests.sandbox.spotify.state import Account, Entry, Playlist, SpotifyState, Thing

Json = dict[str, Any]


class Objects:
    """Writes objects with addresses of one host."""

    def __init__(self, state: SpotifyState, origin: str) -> None:
        self._state = state
        self.api = origin + "/v1"
        self._images = origin + "/image"

    def thing(self, thing: Thing) -> Json:
        """A track, an episode, a local file, or an object kept as it was."""
        match thing:
            case Song():
                return self.song(thing)
            case Talk():
                return self.talk(thing)
            case LocalFile():
                return self.file(thing)
            case _:
                return thing

    def song(self, song: Song) -> Json:
        """A full track."""
        return {
            "album": self.recording(song.recording),
            "artists": [self.performer(one) for one in song.performers],
            "disc_number": song.disc,
            "duration_ms": song.duration_ms,
            "explicit": song.explicit,
            "external_ids": {"isrc": song.isrc},
            **self._named("track", song.id, song.title),
            "is_local": False,
            "preview_url": None,
            "track_number": song.number,
        }

    def recording(self, recording: Recording) -> Json:
        """A simplified album."""
        return {
            "album_type": recording.kind,
            "artists": [self.performer(one) for one in recording.performers],
            **self._named("album", recording.id, recording.name),
            "images": self._pictures(recording.id),
            "release_date": recording.release_date,
            "release_date_precision": recording.precision,
            "total_tracks": recording.total_tracks,
        }

    def performer(self, performer: Performer) -> Json:
        """A simplified artist."""
        return self._named("artist", performer.id, performer.name)

    def talk(self, talk: Talk) -> Json:
        """A full episode."""
        return {
            "audio_preview_url": None,
            "description": f"{talk.title}, from {talk.podcast.name}.",
            "html_description": f"<p>{html.escape(talk.title)}, from {html.escape(talk.podcast.name)}.</p>",
            "duration_ms": talk.duration_ms,
            "explicit": False,
            **self._named("episode", talk.id, talk.title),
            "images": self._pictures(talk.podcast.id),
            "is_externally_hosted": False,
            "is_playable": True,
            "language": "en",
            "languages": ["en"],
            "release_date": talk.release_date,
            "release_date_precision": "day",
            "resume_point": {"fully_played": False, "resume_position_ms": 0},
            "show": self.podcast(talk.podcast),
        }

    def podcast(self, podcast: Podcast) -> Json:
        """A simplified show."""
        return {
            "copyrights": [],
            "description": podcast.description,
            "html_description": f"<p>{html.escape(podcast.description)}</p>",
            "explicit": False,
            **self._named("show", podcast.id, podcast.name),
            "images": self._pictures(podcast.id),
            "is_externally_hosted": False,
            "languages": ["en"],
            "media_type": "audio",
            "total_episodes": podcast.total_episodes,
        }

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

    def me(self, account: Account) -> Json:
        """The signed-in user, without what was taken away in February 2026."""
        return {
            "account_id": account.account_id,
            "display_name": account.seed.spotify_name,
            **self.user(account.user_id),
            "images": [],
        }

    def user(self, user_id: str) -> Json:
        """A user as owners and adders are named; an empty id is what very old entries have."""
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/user/{user_id}"},
            "href": f"{self.api}/users/{user_id}",
            "id": user_id,
            "type": "user",
            "uri": f"spotify:user:{user_id}",
        }

    def playlist(self, playlist: Playlist) -> Json:
        """A playlist without any of its items."""
        images = self._pictures(playlist.id) if playlist.entries else []
        return {
            "collaborative": playlist.collaborative,
            "description": None if playlist.description is None else escaped(playlist.description),
            **self._named("playlist", playlist.id, playlist.name),
            "images": images,
            "owner": {"display_name": playlist.owner_name, **self.user(playlist.owner_id)},
            "primary_color": None,
            "public": playlist.public,
            "snapshot_id": playlist.snapshot_id,
        }

    def listed_playlist(self, playlist: Playlist) -> Json:
        """A playlist as it stands in a list: with the number of its items."""
        return {
            **self.playlist(playlist),
            "items": {"href": f"{self.api}/playlists/{playlist.id}/items", "total": len(playlist.entries)},
        }

    def entry(self, entry: Entry, *, episodes: bool) -> Json:
        """One position; episodes come only to those who asked for them."""
        thing = self._state.catalogue.get(entry.uri) if entry.uri is not None else None
        item = None if thing is None else self.thing(thing)
        local = bool(item and item.get("is_local"))
        if item is not None and item["type"] == "episode" and not episodes:
            item = None
        return {
            "added_at": moment(entry.added_at),
            "added_by": None if entry.added_by is None else self.user(entry.added_by),
            "is_local": local,
            "item": item,
            "primary_color": None,
            "video_thumbnail": {"url": None},
        }

    def _named(self, kind: str, spotify_id: str, name: str) -> Json:
        return {
            "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{spotify_id}"},
            "href": f"{self.api}/{kind}s/{spotify_id}",
            "id": spotify_id,
            "name": name,
            "type": kind,
            "uri": f"spotify:{kind}:{spotify_id}",
        }

    def _pictures(self, spotify_id: str) -> list[Json]:
        return [
            {"height": size, "url": f"{self._images}/{spotify_id}-{size}", "width": size} for size in (640, 300, 60)
        ]


def escaped(description: str) -> str:
    """A description as Spotify hands it out: for HTML, slashes included."""
    return html.escape(description).replace("/", "&#x2F;")


def moment(at: datetime | None) -> str | None:
    """A moment as Spotify writes it."""
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")
