"""The catalogue by record, artist and show: what belongs together, found by id."""

from collections.abc import Iterable

from tests.sandbox.music import LocalFile, Performer, Podcast, Recording, Song, Talk


class Index:
    """Records with their songs, artists with their records, shows with their episodes; ids to things."""

    def __init__(self) -> None:
        self.records: dict[str, Recording] = {}
        self.songs: dict[str, list[Song]] = {}  # by the record's id, in their order on it
        self.artists: dict[str, Performer] = {}
        self.discographies: dict[str, list[Recording]] = {}  # by the artist's id
        self.shows: dict[str, Podcast] = {}
        self.talks: dict[str, list[Talk]] = {}  # by the show's id, newest first

    def add(self, things: Iterable[Song | Talk | LocalFile]) -> None:
        """Put music and talk in."""
        for thing in things:
            if isinstance(thing, Song):
                self._song(thing)
            elif isinstance(thing, Talk):
                self.shows[thing.podcast.id] = thing.podcast
                self.talks.setdefault(thing.podcast.id, []).insert(0, thing)

    def _song(self, song: Song) -> None:
        record = song.recording
        if record.id not in self.records:
            self.records[record.id] = record
            self.songs[record.id] = []
            for artist in record.performers:
                self.discographies.setdefault(artist.id, []).append(record)
        self.songs[record.id].append(song)
        for performer in song.performers:
            self.artists[performer.id] = performer

    def find(self, kind: str, spotify_id: str) -> Recording | Performer | Podcast | None:
        """An album, artist or show by id."""
        if kind == "album":
            return self.records.get(spotify_id)
        return self.artists.get(spotify_id) if kind == "artist" else self.shows.get(spotify_id)

    def remove(self, kind: str, spotify_id: str) -> Recording | Performer | Podcast | None:
        """Take an album, artist or show out; what it was."""
        if kind == "album":
            return self.records.pop(spotify_id, None)
        return self.artists.pop(spotify_id, None) if kind == "artist" else self.shows.pop(spotify_id, None)

    def put_back(self, thing: Recording | Performer | Podcast) -> None:
        """What was taken out is there again."""
        if isinstance(thing, Recording):
            self.records[thing.id] = thing
        elif isinstance(thing, Performer):
            self.artists[thing.id] = thing
        else:
            self.shows[thing.id] = thing
