"""All that an archive holds, as records: the library as it was, and what was seen before."""

from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass

from pydantic import TypeAdapter

from storage.archive.damage import damage
from storage.archive.layout import (
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
from storage.archive.rows import at, rows_of
from storage.records import (
    Album,
    Artist,
    Library,
    LibraryCounts,
    Like,
    Playlist,
    PlaylistDetails,
    PlaylistItem,
    Saved,
    Show,
    Thing,
    Track,
)

_ARTISTS = TypeAdapter(list[Artist])
_ALBUMS = TypeAdapter(list[AlbumLine])
_SHOWS = TypeAdapter(list[Show])
_TRACKS = TypeAdapter(list[TrackLine])
_SAVED = TypeAdapter(list[SavedLine])
_PLAYLISTS = TypeAdapter(list[PlaylistLine])
_ITEMS = TypeAdapter(list[ItemLine])
_VERSIONS = TypeAdapter(list[VersionLine])
_EVENTS = TypeAdapter(list[EventLine])
_PLAYS = TypeAdapter(list[PlayLine])
_TOPS = TypeAdapter(list[TopLine])
SAVED = (Name.LIKES, Name.ALBUMS_SAVED, Name.SHOWS_SAVED, Name.EPISODES_SAVED, Name.ARTISTS_FOLLOWED)


@dataclass(frozen=True, slots=True)
class Contents:
    """The lines of an archive, by member; things as records, so that what refers to one finds it by its number."""

    artists: Sequence[Artist]
    albums: Sequence[Album]
    shows: Sequence[Show]
    tracks: Sequence[Track]
    saved: Mapping[Name, Sequence[SavedLine]]
    playlists: Sequence[PlaylistLine]
    items: Sequence[ItemLine]
    versions: Sequence[VersionLine]
    events: Sequence[EventLine]
    plays: Sequence[PlayLine]
    tops: Sequence[TopLine]

    @property
    def things(self) -> tuple[Sequence[Thing], ...]:
        """All that lines refer to, by kind."""
        return self.artists, self.albums, self.shows, self.tracks

    @property
    def counts(self) -> LibraryCounts:
        """How much it is, removed things apart."""
        saved = {name: sum(line.removed_at is None for line in lines) for name, lines in self.saved.items()}
        here = [line.removed_at is None for line in self.playlists]
        shown = [still and not line.closed for still, line in zip(here, self.playlists, strict=True)]
        return LibraryCounts(
            likes=saved[Name.LIKES],
            playlists=sum(shown),
            items=sum(shown[line.playlist] for line in self.items),
            followed=sum(here) - sum(shown),
            albums=saved[Name.ALBUMS_SAVED],
            artists=saved[Name.ARTISTS_FOLLOWED],
            shows=saved[Name.SHOWS_SAVED],
            episodes=saved[Name.EPISODES_SAVED],
            plays=len(self.plays),
        )

    @property
    def library(self) -> Library:
        """Likes, and the playlists whose contents are known, those gone from Spotify last."""
        items: list[list[PlaylistItem]] = [[] for _ in self.playlists]
        for line in self.items:
            items[line.playlist].append(PlaylistItem(self._track(line.track), line.added_at, line.added_by))
        return Library(
            likes=tuple(
                Like(self._track(line.track), line.added_at)
                for line in self.saved[Name.LIKES]
                if line.removed_at is None
            ),
            playlists=tuple(
                Playlist(details_of(line), tuple(items[number]), line.removed_at)
                for number, line in enumerate(self.playlists)
                if not line.closed
            ),
        )

    def still_saved(self, name: Name) -> tuple[Saved, ...]:
        """The entries of a list, newest first, without those that had been removed."""
        return tuple(Saved(self._thing(line), line.added_at) for line in self.saved[name] if line.removed_at is None)

    @property
    def still_followed(self) -> tuple[PlaylistDetails, ...]:
        """Other people's playlists, whose contents Spotify does not show."""
        return tuple(details_of(line) for line in self.playlists if line.closed and line.removed_at is None)

    def _thing(self, line: SavedLine) -> Thing | None:
        places = ((line.track, self.tracks), (line.album, self.albums), (line.show, self.shows))
        shelves: tuple[tuple[int | None, Sequence[Thing]], ...] = (*places, (line.artist, self.artists))
        return next((things[number] for number, things in shelves if number is not None), None)

    def _track(self, number: int | None) -> Track | None:
        return None if number is None else self.tracks[number]


NOTHING = Contents((), (), (), (), dict.fromkeys(SAVED, ()), (), (), (), (), (), ())
"""What a vault holds that never held anything."""


def contents_of(members: Mapping[str, bytes]) -> Contents:
    """The records in the members of an archive; ArchiveDamaged where a line is none, or refers to nothing."""
    artists = rows_of(members, Name.ARTISTS, _ARTISTS)
    shows = rows_of(members, Name.SHOWS, _SHOWS)
    album_lines, track_lines = rows_of(members, Name.ALBUMS, _ALBUMS), rows_of(members, Name.TRACKS, _TRACKS)
    with damage(Name.ALBUMS):
        albums = [_album(line, artists) for line in album_lines]
    with damage(Name.TRACKS):
        tracks = [_track(line, artists, albums, shows) for line in track_lines]
    contents = Contents(
        artists=artists,
        albums=albums,
        shows=shows,
        tracks=tracks,
        saved={name: rows_of(members, name, _SAVED) for name in SAVED},
        playlists=rows_of(members, Name.PLAYLISTS, _PLAYLISTS),
        items=rows_of(members, Name.ITEMS, _ITEMS),
        versions=rows_of(members, Name.VERSIONS, _VERSIONS),
        events=rows_of(members, Name.EVENTS, _EVENTS),
        plays=rows_of(members, Name.PLAYS, _PLAYS),
        tops=rows_of(members, Name.TOPS, _TOPS),
    )
    _check(contents)
    return contents


def details_of(line: PlaylistLine) -> PlaylistDetails:
    """A playlist's details; the address of its picture is not kept."""
    return PlaylistDetails(
        spotify_id=line.spotify_id,
        name=line.name,
        owner_id=line.owner_id,
        description=line.description,
        public=line.public,
        collaborative=line.collaborative,
        owner_name=line.owner_name,
        snapshot_id=line.snapshot_id,
    )


def _album(line: AlbumLine, artists: Sequence[Artist]) -> Album:
    return Album(
        name=line.name,
        spotify_id=line.spotify_id,
        artists=tuple(at(artists, number) for number in line.artists),
        kind=line.kind,
        release_date=line.release_date,
        release_precision=line.release_precision,
        total_tracks=line.total_tracks,
        image_url=line.image_url,
        upc=line.upc,
    )


def _track(line: TrackLine, artists: Sequence[Artist], albums: Sequence[Album], shows: Sequence[Show]) -> Track:
    return Track(
        uri=line.uri,
        name=line.name,
        kind=line.kind,
        spotify_id=line.spotify_id,
        artists=tuple(at(artists, number) for number in line.artists),
        album=None if line.album is None else at(albums, line.album),
        show=None if line.show is None else at(shows, line.show),
        duration_ms=line.duration_ms,
        explicit=line.explicit,
        isrc=line.isrc,
        disc_number=line.disc_number,
        track_number=line.track_number,
        release_date=line.release_date,
    )


def _check(contents: Contents) -> None:
    """Every reference leads somewhere."""
    tracks, artists, playlists = len(contents.tracks), len(contents.artists), len(contents.playlists)
    for name, lines in contents.saved.items():
        with damage(name):
            for line in lines:
                _within(line.track, tracks)
                _within(line.album, len(contents.albums))
                _within(line.show, len(contents.shows))
                _within(line.artist, artists)
    for name, ones in ((Name.ITEMS, contents.items), (Name.EVENTS, contents.events)):
        with damage(name):
            for one in ones:
                _within(one.playlist, playlists)
                _within(one.track, tracks)
    with damage(Name.PLAYLISTS):
        _unique([line.spotify_id for line in contents.playlists])
    with damage(Name.VERSIONS):
        for version in contents.versions:
            _within(version.playlist, playlists)
        seen = {(version.playlist, version.number) for version in contents.versions}
        _unique([(version.playlist, version.number) for version in contents.versions])
    with damage(Name.EVENTS):
        _known(seen, {(event.playlist, event.number) for event in contents.events})
    with damage(Name.PLAYS):
        for play in contents.plays:
            _within(play.track, tracks)
    with damage(Name.TOPS):
        for place in contents.tops:
            _within(place.track, tracks)
            _within(place.artist, artists)


def _within(number: int | None, length: int) -> None:
    if number is not None and not 0 <= number < length:
        message = f"{number} is no line"
        raise IndexError(message)


def _unique(keys: Sequence[Hashable]) -> None:
    if len(set(keys)) < len(keys):
        message = "something is there twice"
        raise ValueError(message)


def _known(known: Set[Hashable], keys: Set[Hashable]) -> None:
    if not keys <= known:
        message = "something refers to nothing"
        raise ValueError(message)
