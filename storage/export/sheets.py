"""The tables of a CSV export; columns are called as Exportify calls them, where it has them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from storage.export.cells import Cell
from storage.export.holdings import Holdings
from storage.export.tracklist import LIKED
from storage.records import Album, Artist, Playlist, Saved, SavedKind, Show, Track

TRACK = (
    "Track URI",
    "Track Name",
    "Artist URI(s)",
    "Artist Name(s)",
    "Album URI",
    "Album Name",
    "Album Artist Name(s)",
    "Release Date",
    "Duration (ms)",
    "Disc Number",
    "Track Number",
    "Explicit",
    "ISRC",
    "Type",
    "Show Name",
)
ITEM = ("Position", *TRACK, "Added By", "Added At")
LIKE = ("Position", *TRACK, "Added At")
PLAY = ("Played At", *TRACK, "Context URI")
ALBUM = (
    "Album URI",
    "Album Name",
    "Artist URI(s)",
    "Artist Name(s)",
    "Release Date",
    "Total Tracks",
    "Type",
    "UPC",
    "Added At",
)
SHOW = ("Show URI", "Show Name", "Publisher", "Added At")
ARTIST = ("Artist URI", "Artist Name")
OVERVIEW = (
    "Playlist URI",
    "Playlist Name",
    "Owner",
    "Owner ID",
    "Description",
    "Public",
    "Collaborative",
    "Tracks",
    "Gone Since",
)
LOST = "lost"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; `gone` is a playlist's that is no longer on Spotify, `of_playlist` any playlist's."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    of_playlist: bool = False
    gone: bool = False


def sheets(holdings: Holdings) -> Iterator[Sheet]:
    """A table for each list that has anything, and an overview of the playlists where there are several."""
    library, saved = holdings.library, holdings.saved
    if library.likes:
        rows = ((n, *_track(like.track), like.added_at) for n, like in enumerate(library.likes, 1))
        yield Sheet(LIKED, LIKE, rows)
    if len(library.playlists) + len(holdings.closed) > 1:
        yield Sheet("Playlists", OVERVIEW, _overview(holdings))
    yield from (_playlist(playlist) for playlist in library.playlists)
    if albums := saved.get(SavedKind.ALBUM):
        yield Sheet("Albums", ALBUM, (_album(each) for each in albums))
    if artists := saved.get(SavedKind.ARTIST):
        yield Sheet("Artists", ARTIST, (_artist(each.thing) for each in artists))
    if shows := saved.get(SavedKind.SHOW):
        yield Sheet("Shows", SHOW, (_show(each) for each in shows))
    if episodes := saved.get(SavedKind.EPISODE):
        listed = ((n, *_track(_a_track(each)), each.added_at) for n, each in enumerate(episodes, 1))
        yield Sheet("Episodes", LIKE, listed)
    if holdings.plays:
        yield Sheet("Plays", PLAY, ((play.played_at, *_track(play.track), play.context_uri) for play in holdings.plays))


def _playlist(playlist: Playlist) -> Sheet:
    rows = ((n, *_track(item.track), item.added_by, item.added_at) for n, item in enumerate(playlist.items, 1))
    return Sheet(playlist.details.name, ITEM, rows, of_playlist=True, gone=playlist.removed_at is not None)


def _overview(holdings: Holdings) -> Iterator[Sequence[Cell]]:
    listed: list[tuple[Playlist, int | None]] = [(each, len(each.items)) for each in holdings.library.playlists]
    listed += [(Playlist(details), None) for details in holdings.closed]
    for playlist, items in listed:
        its = playlist.details
        yield (
            f"spotify:playlist:{its.spotify_id}",
            its.name,
            its.owner_name,
            its.owner_id,
            its.description,
            its.public,
            its.collaborative,
            items,
            playlist.removed_at,
        )


def _track(track: Track | None) -> tuple[Cell, ...]:
    """The cells of `TRACK`; what Spotify has lost keeps its place."""
    if track is None:
        return (*(None for _ in TRACK[:-2]), LOST, None)
    album = track.album
    return (
        track.uri,
        track.name,
        _joined(artist.uri or "" for artist in track.artists),
        _joined(artist.name for artist in track.artists),
        album.uri if album else None,
        album.name if album else None,
        _joined(artist.name for artist in album.artists) if album else None,
        (album.release_date if album else None) or track.release_date,
        track.duration_ms,
        track.disc_number,
        track.track_number,
        track.explicit,
        track.isrc,
        track.kind.value,
        track.show.name if track.show else None,
    )


def _a_track(saved: Saved) -> Track | None:
    return saved.thing if isinstance(saved.thing, Track) else None


def _album(saved: Saved) -> tuple[Cell, ...]:
    album, added_at = saved.thing, saved.added_at
    if not isinstance(album, Album):
        return (*_lost(ALBUM), added_at)
    return (
        album.uri,
        album.name,
        _joined(artist.uri or "" for artist in album.artists),
        _joined(artist.name for artist in album.artists),
        album.release_date,
        album.total_tracks,
        album.kind,
        album.upc,
        added_at,
    )


def _show(saved: Saved) -> tuple[Cell, ...]:
    show, added_at = saved.thing, saved.added_at
    return (show.uri, show.name, show.publisher, added_at) if isinstance(show, Show) else (*_lost(SHOW), added_at)


def _artist(artist: object) -> tuple[Cell, ...]:
    return (artist.uri, artist.name) if isinstance(artist, Artist) else (None, LOST)


def _lost(columns: Sequence[str]) -> tuple[Cell, ...]:
    return (None, LOST, *(None for _ in columns[3:]))


def _joined(names: Iterable[str]) -> str:
    """As Exportify joins them: a comma within a name has a backslash before it."""
    return ", ".join(name.replace(",", "\\,") for name in names)
