"""What Spotify has stored: people's libraries, playlists and the catalogue, as they are right now."""

import base64
import hashlib
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.sandbox.clock import Clock
from tests.sandbox.music import LocalFile, Performer, Podcast, Recording, Song, Talk, base62
from tests.sandbox.people import PersonSeed
from tests.sandbox.spotify.index import Index
from tests.sandbox.world import SPOTIFY_OWNER, LibrarySeed, PlaylistSeed

KEPT = ("album", "show", "episode", "audiobook")
"""What is saved with a moment, besides tracks."""

Thing = Song | Talk | LocalFile | dict[str, Any]  # a dict is an object kept exactly as Spotify once answered it


@dataclass(slots=True)
class Like:
    """A liked track, or a saved album, show, episode or audiobook."""

    uri: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Play:
    """A track that was listened to, and when it ended."""

    uri: str
    played_at: datetime


@dataclass(slots=True)
class Entry:
    """One position of a playlist."""

    uri: str | None
    added_at: datetime | None
    added_by: str | None


@dataclass
class Playlist:
    """A playlist; every edit makes a new revision, and with it a new snapshot id."""

    id: str
    name: str
    owner_id: str
    owner_name: str
    entries: list[Entry]
    description: str | None = None
    public: bool = True
    collaborative: bool = False
    collaborators: set[str] = field(default_factory=set)
    revision: int = 1
    gone: bool = False  # deleted for good: nobody can read it any more
    cover: str | None = None  # the name of the picture somebody put there
    _named: tuple[int, str] | None = None  # the revision and its snapshot id

    @property
    def uri(self) -> str:
        """How it is named in requests."""
        return f"spotify:playlist:{self.id}"

    @property
    def snapshot_id(self) -> str:
        """The name of this revision."""
        if self._named is None or self._named[0] != self.revision:
            self._named = (self.revision, self.snapshot_of(self.revision))
        return self._named[1]

    @property
    def by_spotify(self) -> bool:
        """Whether development-mode apps are kept from it."""
        return self.owner_id == SPOTIFY_OWNER[0]

    def snapshot_of(self, revision: int) -> str:
        """The name of some revision."""
        digest = hashlib.sha1(f"{self.id}:{revision}".encode()).hexdigest()
        return base64.b64encode(f"{revision},{digest}".encode()).decode()

    def knows_snapshot(self, snapshot_id: str) -> bool:
        """Whether this playlist ever had that snapshot id."""
        return any(self.snapshot_of(revision) == snapshot_id for revision in range(1, self.revision + 1))

    def editable_by(self, user_id: str) -> bool:
        """Whether that user may read and change the items."""
        return user_id == self.owner_id or user_id in self.collaborators

    def touch(self) -> str:
        """Something was edited."""
        self.revision += 1
        return self.snapshot_id


@dataclass
class Account:
    """A Spotify user: likes newest first, playlists from the top by id, and what else was saved or followed."""

    seed: PersonSeed
    likes: list[Like]
    shelf: list[str]
    kept: dict[str, list[Like]] = field(default_factory=lambda: {kind: [] for kind in KEPT})
    follows: set[str] = field(default_factory=set)  # URIs of artists and users
    plays: list[Play] = field(default_factory=list)  # newest first
    tops: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # by kind and range, the best first

    @property
    def user_id(self) -> str:
        """The id that owners of playlists are named by."""
        return self.seed.spotify_id

    @property
    def account_id(self) -> str:
        """The stable id that accounts are to be linked by."""
        return hashlib.sha256(f"account:{self.seed.key}".encode()).hexdigest()[:24]


class SpotifyState:
    """All of it, and the small acts that every door to it shares."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self.clock = clock
        self.seed = seed
        self.rng = random.Random(seed + 1)
        self.weather = random.Random(seed + 2)
        self.accounts: dict[str, Account] = {}
        self.playlists: dict[str, Playlist] = {}
        self.catalogue: dict[str, Thing] = {}
        self.index = Index()
        self.withdrawn: dict[str, Any] = {}
        self.locked: dict[str, set[str]] = {}  # the countries where a track cannot be played
        self.has_large_catalogue = False

    def add_things(self, things: Sequence[Song | Talk | LocalFile]) -> None:
        """Put music into the catalogue."""
        self.catalogue.update({thing.uri: thing for thing in things})
        self.index.add(things)

    def exists(self, uri: str) -> bool:
        """Whether Spotify has it: a track, episode, album, artist or show; of audiobooks there are none."""
        _, kind, spotify_id = uri.split(":", 2)
        return uri in self.catalogue or self.index.find(kind, spotify_id) is not None

    def add_playlist(self, seed: PlaylistSeed) -> None:
        """A playlist of the world's beginning."""
        self.playlists[seed.id] = Playlist(
            id=seed.id,
            name=seed.name,
            owner_id=seed.owner_id,
            owner_name=seed.owner_name,
            entries=[Entry(entry.uri, entry.added_at, entry.added_by) for entry in seed.entries],
            description=seed.description,
            public=seed.public,
            collaborative=seed.collaborative,
            collaborators=set(seed.collaborators),
            revision=len(seed.entries) + 1,
        )

    def add_account(self, person: PersonSeed, library: LibrarySeed) -> None:
        """A user of the world's beginning."""
        likes = [Like(like.uri, like.added_at) for like in library.likes]
        self.accounts[person.key] = Account(person, likes, list(library.shelf))

    def withdraw(self, uri: str) -> None:
        """It leaves Spotify."""
        _, kind, spotify_id = uri.split(":", 2)
        gone = self.catalogue.pop(uri, None) or self.index.remove(kind, spotify_id)
        if gone is None:
            raise LookupError(f"there is nothing called {uri}")
        self.withdrawn[uri] = gone

    def bring_back(self, uri: str) -> None:
        """It returns."""
        thing = self.withdrawn.pop(uri, None)
        if thing is None:
            raise LookupError(f"{uri} was not withdrawn")
        if isinstance(thing, Recording | Performer | Podcast):
            self.index.put_back(thing)
        else:
            self.catalogue[uri] = thing

    def release_again(self, uri: str, changes: Mapping[str, Any]) -> str:
        """A song of now or of before, on another record: its URI there."""
        song = self.catalogue.get(uri) or self.withdrawn[uri]
        assert isinstance(song, Song)
        record = replace(song.recording, id=base62(self.rng), name=changes.get("album", "Another Release"))
        new = {name: value for name, value in changes.items() if name != "album"}
        again = replace(song, id=base62(self.rng), recording=record, **new)
        self.add_things([again])
        return again.uri

    def retitle(self, uri: str, title: str) -> None:
        """Another title for a track or an episode."""
        match self.catalogue.get(uri):
            case Song() | Talk() as thing:
                self.catalogue[uri] = replace(thing, title=title)
            case _:
                raise LookupError(f"there is no track or episode called {uri}")

    def now(self) -> datetime:
        """The moment, in the whole seconds that Spotify writes down."""
        return self.clock.now().replace(microsecond=0)

    def account(self, person: str) -> Account:
        """Somebody by key; LookupError where nobody is called that."""
        if person not in self.accounts:
            raise LookupError(f"nobody called {person!r} has a Spotify account here")
        return self.accounts[person]

    def new_playlist(self, account: Account, name: str) -> Playlist:
        """A new empty playlist at the top of that person's list."""
        made = Playlist(base62(self.rng), name, account.user_id, account.seed.spotify_name, [])
        self.playlists[made.id] = made
        account.shelf.insert(0, made.id)
        return made

    def like(self, account: Account, uris: Iterable[str]) -> None:
        """Like tracks, the last one becoming the newest; what is liked already stays where it is."""
        moment = self.now()
        liked = {like.uri for like in account.likes}
        for uri in uris:
            if uri in self.catalogue and uri not in liked:
                account.likes.insert(0, Like(uri, moment))
                liked.add(uri)

    def save(self, account: Account, uri: str, added_at: datetime | None = None) -> None:
        """Save or follow anything that is no playlist; what is there already stays where it is."""
        kind = uri.split(":")[1]
        if kind == "track":
            if added_at is None:
                self.like(account, [uri])
            elif all(like.uri != uri for like in account.likes):
                put_in(account.likes, Like(uri, added_at))
        elif kind not in KEPT:
            if kind != "artist" or self.exists(uri):
                account.follows.add(uri)
        elif self.exists(uri) and all(one.uri != uri for one in account.kept[kind]):
            put_in(account.kept[kind], Like(uri, added_at or self.now()))

    def unsave(self, account: Account, uris: Collection[str]) -> int:
        """Take all of them away, playlists too; how many were there."""
        before = _belongings(account)
        account.likes = [like for like in account.likes if like.uri not in uris]
        account.shelf = [one for one in account.shelf if f"spotify:playlist:{one}" not in uris]
        account.kept = {kind: [one for one in kept if one.uri not in uris] for kind, kept in account.kept.items()}
        account.follows -= set(uris)
        return before - _belongings(account)

    def forget_for_good(self, playlist: Playlist) -> None:
        """Nobody has this playlist any more, and nobody can get it back."""
        playlist.gone = True
        for account in self.accounts.values():
            account.shelf = [one for one in account.shelf if one != playlist.id]


def named_playlist(state: SpotifyState, account: Account, name: str) -> Playlist:
    """A playlist of somebody's list by name or id."""
    shelf = [state.playlists[one] for one in account.shelf]
    for playlist in shelf:
        if name in (playlist.name, playlist.id):
            return playlist
    raise LookupError(f"{account.seed.key} has no playlist called {name!r}, but: {[one.name for one in shelf]}")


def put_in(likes: list[Like], like: Like) -> None:
    """Newest first; the last to come stands before others of its second."""
    at = next((index for index, one in enumerate(likes) if one.added_at <= like.added_at), len(likes))
    likes.insert(at, like)


def _belongings(account: Account) -> int:
    return len(account.likes) + len(account.shelf) + len(account.follows) + sum(map(len, account.kept.values()))


def library_of(libraries: Mapping[str, LibrarySeed], person: PersonSeed) -> LibrarySeed:
    """That person's beginning; whoever the world does not know begins with nothing."""
    return libraries.get(person.key, LibrarySeed())
