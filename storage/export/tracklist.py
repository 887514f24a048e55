"""A playlist as players know it: one model, from which M3U8, XSPF and JSPF are written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from storage.export.holdings import Holdings
from storage.records import Playlist, Track, TrackKind

WEB = "https://open.spotify.com"
URI_LETTERS = ":/?#[]@!$&'()*+,;=%-._~"
LIKED = "Liked songs"


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of a list. A local file has no `location`: where it lies is known to its owner's computer alone."""

    title: str
    creator: str = ""
    album: str = ""
    duration_ms: int = 0
    number: int | None = None
    location: str | None = None
    identifier: str | None = None
    image: str | None = None
    isrc: str | None = None

    @property
    def name(self) -> str:
        """In one line."""
        return (
            " ".join(f"{self.creator} - {self.title}".split()) if self.creator.strip() else " ".join(self.title.split())
        )


@dataclass(frozen=True, slots=True)
class TrackList:
    """Entries in order; None where Spotify has lost one. `gone` says that the playlist is no longer on Spotify."""

    title: str
    entries: Sequence[Entry | None]
    creator: str = ""
    description: str = ""
    location: str | None = None
    identifier: str | None = None
    image: str | None = None
    gone: bool = False


def track_lists(holdings: Holdings) -> Iterator[TrackList]:
    """The liked songs, if there are any, and every playlist."""
    if holdings.library.likes:
        yield TrackList(LIKED, [entry_of(like.track) for like in holdings.library.likes])
    for playlist in holdings.library.playlists:
        yield _track_list(playlist)


def _track_list(playlist: Playlist) -> TrackList:
    details = playlist.details
    return TrackList(
        title=details.name,
        entries=[entry_of(item.track) for item in playlist.items],
        creator=details.owner_name or details.owner_id,
        description=details.description,
        location=f"{WEB}/playlist/{quote(details.spotify_id, safe='')}",
        identifier=_uri(f"spotify:playlist:{details.spotify_id}"),
        gone=playlist.removed_at is not None,
    )


def entry_of(track: Track | None) -> Entry | None:
    """What a player can know of a track, an episode or a local file."""
    if track is None:
        return None
    collection = track.show or track.album
    return Entry(
        title=track.name,
        creator=track.show.name if track.show else ", ".join(artist.name for artist in track.artists),
        album=collection.name if collection else "",
        duration_ms=track.duration_ms,
        number=track.track_number,
        location=_address(track),
        identifier=_uri(track.uri),
        image=collection.image_url if collection else None,
        isrc=track.isrc,
    )


def _address(track: Track) -> str | None:
    if track.kind is TrackKind.LOCAL or track.spotify_id is None:
        return None
    return f"{WEB}/{track.kind.value}/{quote(track.spotify_id, safe='')}"


def _uri(text: str) -> str:
    """A URI has no spaces and no letters beyond ASCII; those of local files come with both."""
    return quote(text, safe=URI_LETTERS)
