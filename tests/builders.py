"""Records for tests, showing only what matters: `playlist("Road", track("A"), None, episode("Talk"))`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.records import (
    Album,
    Artist,
    Library,
    Like,
    Playlist,
    PlaylistDetails,
    PlaylistItem,
    Show,
    Track,
    TrackKind,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADA = 300_000_000_000_000_001
BEN = 300_000_000_000_000_002
CLEO = 300_000_000_000_000_003

Entry = Track | PlaylistItem | None


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def track(
    name: str, *, artist: str = "The Builders", album: str | None = "First Floor", isrc: str | None = None
) -> Track:
    """A track on Spotify; its id comes from its name."""
    by = Artist(artist, f"artist-{artist}")
    return Track(
        uri=f"spotify:track:{name}",
        name=name,
        spotify_id=name,
        artists=(by,),
        album=None if album is None else Album(album, f"album-{album}", (by,), "album", "2001-02-03", "day", 12),
        duration_ms=180_000,
        isrc=isrc,
    )


def episode(name: str, *, show: str = "Talking") -> Track:
    """An episode of a podcast."""
    return Track(
        uri=f"spotify:episode:{name}",
        name=name,
        kind=TrackKind.EPISODE,
        spotify_id=name,
        show=Show(show, f"show-{show}", "Somebody"),
        duration_ms=1_800_000,
    )


def local_file(name: str, *, artist: str = "My Band") -> Track:
    """A file of the person's own: nothing on it has a Spotify id."""
    return Track(
        uri=f"spotify:local:{artist}:Tape:{name}:200",
        name=name,
        kind=TrackKind.LOCAL,
        artists=(Artist(artist),),
        album=Album("Tape"),
        duration_ms=200_000,
    )


def like(entry: Track | str | None, *, minutes: float | None = 0) -> Like:
    """A like given so many minutes after noon."""
    return Like(_track(entry), None if minutes is None else at(minutes))


def item(entry: Track | str | None, *, minutes: float | None = 0, by: str | None = "ada_spotify") -> PlaylistItem:
    """An item added so many minutes after noon."""
    return PlaylistItem(_track(entry), None if minutes is None else at(minutes), by)


def playlist(
    name: str,
    *entries: Entry | str,
    id: str | None = None,  # noqa: A002
    snapshot: str | None = None,
    removed_at: datetime | None = None,
    description: str = "",
    owner: str = "ada_spotify",
) -> Playlist:
    """A playlist of tracks, names of tracks, items or nulls; its id comes from its name."""
    items = tuple(entry if isinstance(entry, PlaylistItem) else item(entry) for entry in entries)
    details = PlaylistDetails(
        spotify_id=id or f"playlist-{name}",
        name=name,
        owner_id=owner,
        description=description,
        snapshot_id=snapshot,
    )
    return Playlist(details, items, removed_at)


def likes(*names: str) -> tuple[Like, ...]:
    """Likes by name, newest first, a minute apart."""
    return tuple(like(name, minutes=-number) for number, name in enumerate(names))


def library(*playlists: Playlist, likes: tuple[Like, ...] = ()) -> Library:
    """A library of these playlists."""
    return Library(likes=likes, playlists=playlists)


@dataclass(frozen=True, slots=True)
class VaultPlan:
    """What a vault is to hold, as one sync could have seen it.

    `likes` is the whole list, newest first, or None where the likes stay as they are. `playlists` are new or not what
    they were. `order` is their new order, by id.
    """

    likes: tuple[Like, ...] | None = None
    playlists: tuple[Playlist, ...] = ()
    order: tuple[str, ...] | None = None


def everything(of: Library) -> VaultPlan:
    """A whole library for an empty vault."""
    return VaultPlan(
        likes=of.likes or None,
        playlists=of.playlists,
        order=tuple(playlist.details.spotify_id for playlist in of.playlists) or None,
    )


def _track(entry: Track | str | None) -> Track | None:
    return track(entry) if isinstance(entry, str) else entry
