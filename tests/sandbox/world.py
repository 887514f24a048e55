"""The music everybody in the sandbox has at the start: a catalogue and libraries, the same for the same seed."""

import functools
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.sandbox.music import Catalogue, base62, make_catalogue
from tests.sandbox.people import PEOPLE

SEED = 20161126
OLDEST = datetime(2016, 3, 12, 9, 30, tzinfo=UTC)
NEWEST = datetime(2026, 11, 19, 21, 4, 17, tzinfo=UTC)
SPOTIFY_OWNER = ("spotify", "Spotify")
STRANGER = ("radio_meridian", "Radio Meridian")


@dataclass(frozen=True)
class LikeSeed:
    """A liked track."""

    uri: str
    added_at: datetime


@dataclass(frozen=True)
class EntrySeed:
    """A position of a playlist. No `uri`: an entry Spotify no longer has; `added_by` may be nobody ("") or unknown."""

    uri: str | None
    added_at: datetime | None
    added_by: str | None


@dataclass(frozen=True)
class PlaylistSeed:
    """A playlist as it is at the start."""

    id: str
    name: str
    owner_id: str
    owner_name: str
    entries: tuple[EntrySeed, ...] = ()
    description: str | None = ""
    public: bool = True
    collaborative: bool = False
    collaborators: tuple[str, ...] = ()  # Spotify ids of those who may edit besides the owner


@dataclass(frozen=True)
class LibrarySeed:
    """What one person has: likes newest first, and their list of playlists from the top, by id."""

    likes: tuple[LikeSeed, ...] = ()
    shelf: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """All the music, every playlist by id, and every library by the person's key."""

    catalogue: Catalogue
    playlists: Mapping[str, PlaylistSeed]
    libraries: Mapping[str, LibrarySeed]


@dataclass
class _Builder:
    """Puts libraries together, one random decision after the other."""

    rng: random.Random
    catalogue: Catalogue
    playlists: dict[str, PlaylistSeed] = field(default_factory=dict)
    libraries: dict[str, LibrarySeed] = field(default_factory=dict)

    def likes(self, count: int) -> tuple[LikeSeed, ...]:
        """So many likes, newest first; now and then two in the same second, as when a whole record was liked."""
        uris = self.songs(count)
        moments = self.moments(count)
        for index in range(7, count, 31):
            moments[index] = moments[index - 1]
        return tuple(LikeSeed(uri, moment) for uri, moment in zip(uris, moments, strict=True))

    def moments(self, count: int, newest: datetime = NEWEST) -> list[datetime]:
        """So many moments, newest first, whole seconds."""
        span = int((newest - OLDEST).total_seconds())
        offsets = sorted(self.rng.sample(range(span), count))
        return [newest - timedelta(seconds=offset) for offset in offsets]

    def songs(self, count: int) -> list[str]:
        """So many different tracks."""
        return [song.uri for song in self.rng.sample(self.catalogue.songs, count)]

    def talks(self, count: int) -> list[str]:
        """So many different episodes."""
        return [talk.uri for talk in self.rng.sample(self.catalogue.talks, count)]

    def entries(self, uris: Iterable[str | None], added_by: str) -> list[EntrySeed]:
        """Positions in the order they were added, oldest first."""
        wanted = list(uris)
        return [
            EntrySeed(uri, moment, added_by)
            for uri, moment in zip(wanted, reversed(self.moments(len(wanted))), strict=True)
        ]

    def playlist(self, key: str, name: str, uris: Iterable[str | None], **details: object) -> str:
        """A playlist of that person; returns its id."""
        seed = PEOPLE[key]
        entries = tuple(self.entries(uris, seed.spotify_id))
        return self.put(name, seed.spotify_id, seed.spotify_name, entries, **details)

    def put(self, name: str, owner_id: str, owner_name: str, entries: tuple[EntrySeed, ...], **details: object) -> str:
        """Any playlist; returns its id."""
        made = PlaylistSeed(base62(self.rng), name, owner_id, owner_name, entries, **details)  # type: ignore[arg-type]
        if owner_id == SPOTIFY_OWNER[0]:
            made = PlaylistSeed("37i9dQZF1E" + made.id[10:], name, owner_id, owner_name, entries)
        self.playlists[made.id] = made
        return made.id


@functools.cache
def make_world(seed: int = SEED) -> World:
    """The world as it is on the evening it begins; it does not change, whoever uses it copies."""
    builder = _Builder(random.Random(seed), make_catalogue(seed))
    picks = _vinyl_club_picks(builder)
    radio = _late_night_radio(builder)
    _ada(builder, picks, radio)
    _ben(builder, picks)
    builder.libraries["cleo"] = LibrarySeed()
    dans = builder.playlist("dan", "Dan's Driving Mix", builder.songs(9))
    builder.libraries["dan"] = LibrarySeed(builder.likes(12), (dans,))
    _eve(builder, radio)
    quiet = builder.playlist("finn", "Quiet Corners", builder.songs(14), public=False)
    loud = builder.playlist("finn", "Loud Corners", builder.songs(11))
    builder.libraries["finn"] = LibrarySeed(builder.likes(40), (quiet, loud))
    return World(builder.catalogue, builder.playlists, builder.libraries)


def _vinyl_club_picks(builder: _Builder) -> str:
    """Ben's collaborative playlist: Ada adds to it too."""
    entries = builder.entries(builder.songs(18), PEOPLE["ben"].spotify_id)
    by_ada = [
        EntrySeed(entry.uri, entry.added_at, PEOPLE["ada"].spotify_id) if index % 3 == 0 else entry
        for index, entry in enumerate(entries)
    ]
    return builder.put(
        "Vinyl Club Picks",
        PEOPLE["ben"].spotify_id,
        PEOPLE["ben"].spotify_name,
        tuple(by_ada),
        description="One record each, every Friday",
        public=False,
        collaborative=True,
        collaborators=(PEOPLE["ada"].spotify_id,),
    )


def _late_night_radio(builder: _Builder) -> str:
    """A stranger's playlist that people follow."""
    entries = tuple(builder.entries(builder.songs(25), STRANGER[0]))
    return builder.put("Late Night Radio", *STRANGER, entries, description="New every Thursday. radio-meridian.example")


def _ada(builder: _Builder, picks: str, radio: str) -> None:
    """The heroine of the demo: nine playlists with everything that can be in one, and one that Spotify hides."""
    favourites = builder.songs(4)
    coffee = builder.songs(22)
    coffee[9] = coffee[2]
    coffee[17] = coffee[2]
    disco = builder.songs(55)
    disco[40] = disco[11]
    files = [file.uri for file in builder.catalogue.files]
    old = builder.songs(12)
    mixtape = [*old[:4], files[0], old[4], None, *old[5:9], files[1], files[2], *old[9:]]
    train = builder.talks(6)
    shelf = (
        builder.playlist("ada", "Morning Coffee", coffee, description="Slow starts only"),
        builder.playlist("ada", "Kitchen Disco", disco, description="Mind the <knives> & dance"),
        picks,
        builder.playlist("ada", "Podcasts for the Train", [*train[:3], favourites[0], *train[3:]], public=False),
        builder.put("Discover Weekly", *SPOTIFY_OWNER, tuple(builder.entries(builder.songs(30), SPOTIFY_OWNER[0]))),
        builder.playlist("ada", "Rainy Sunday", builder.songs(31), public=False),
        radio,
        builder.playlist("ada", "Road Trip 2019", [*builder.songs(112), *favourites]),
        builder.playlist("ada", "Ideas", [], description=None),
        _old_mixtape(builder, mixtape),
    )
    builder.libraries["ada"] = LibrarySeed(builder.likes(320), shelf)


def _old_mixtape(builder: _Builder, uris: list[str | None]) -> str:
    """A playlist from before Spotify wrote down who added what, and when."""
    entries = builder.entries(uris, PEOPLE["ada"].spotify_id)
    entries[0] = EntrySeed(entries[0].uri, None, "")
    entries[1] = EntrySeed(entries[1].uri, None, None)
    entries[2] = EntrySeed(entries[2].uri, entries[2].added_at, "")
    ada = PEOPLE["ada"]
    return builder.put("Old Mixtape", ada.spotify_id, ada.spotify_name, tuple(entries), description="tape A + tape B")


def _ben(builder: _Builder, picks: str) -> None:
    likes = builder.likes(25)
    shelf = (
        picks,
        builder.playlist("ben", "Sunday Spins", builder.songs(8)),
        builder.playlist("ben", "To Sell", builder.songs(5), public=False, description="or maybe not"),
    )
    builder.libraries["ben"] = LibrarySeed(likes, shelf)


ODD_NAMES = (
    "@everyone", "**bold** _and_ `code`", "<@300000000000000001> <#1> <@&2>", "# Heading", "> quoted", "||spoiler||",
    "[click](https://example.org)", "🎷🪩 jazz 👩‍👩‍👧 family", "أغاني الصباح", "שירים לנסיעה", "日本の夜", "N" * 100,
    " leading and trailing ", "Same Name", "Same Name", "same name", "line\u2028separator", "1. list", "- dash",
    "https://example.org/playlist", "c:\\temp\\new", "O'Brien & \"Sons\" <Ltd>", "Zalgo z̷̢̛a̸͝l̶g̵o̷", "\u202eright to left",
)  # fmt: skip


def _eve(builder: _Builder, radio: str) -> None:
    """Much of everything, and names that break what is careless."""
    plain = [f"Archive {year}" for year in range(2017, 2017 + 29 - len(ODD_NAMES))]
    sizes = builder.rng.choices(range(3, 70), k=29)
    sizes[4] = 151
    shelf = [
        builder.playlist("eve", name, builder.songs(size), public=index % 3 != 0)
        for index, (name, size) in enumerate(zip([*ODD_NAMES, *plain], sizes, strict=True))
    ]
    builder.libraries["eve"] = LibrarySeed(builder.likes(1200), (*shelf[:12], radio, *shelf[12:]))
