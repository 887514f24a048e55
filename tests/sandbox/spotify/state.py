"""What Spotify has stored: people's libraries, playlists and the catalogue, as they are right now."""

import base64
import hashlib
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.sandbox.clock import Clock
from tests.sandbox.music import LocalFile, Song, Talk, base62
from tests.sandbox.people import PersonSeed
from tests.sandbox.world import SPOTIFY_OWNER, LibrarySeed, PlaylistSeed

Thing = Song | Talk | LocalFile | dict[str, Any]  # a dict is an object kept exactly as Spotify once answered it


@dataclass
class Like:
    """A liked track."""

    uri: str
    added_at: datetime


@dataclass
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

    @property
    def uri(self) -> str:
        """How it is named in requests."""
        return f"spotify:playlist:{self.id}"

    @property
    def snapshot_id(self) -> str:
        """The name of this revision."""
        return self.snapshot_of(self.revision)

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
    saved: set[str] = field(default_factory=set)

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
        self.rng = random.Random(seed + 1)
        self.accounts: dict[str, Account] = {}
        self.playlists: dict[str, Playlist] = {}
        self.catalogue: dict[str, Thing] = {}

    def add_things(self, things: Iterable[Song | Talk | LocalFile]) -> None:
        """Put music into the catalogue."""
        self.catalogue.update({thing.uri: thing for thing in things})

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

    def forget_for_good(self, playlist: Playlist) -> None:
        """Nobody has this playlist any more, and nobody can get it back."""
        playlist.gone = True
        for account in self.accounts.values():
            account.shelf = [one for one in account.shelf if one != playlist.id]


def library_of(libraries: Mapping[str, LibrarySeed], person: PersonSeed) -> LibrarySeed:
    """That person's beginning; whoever the world does not know begins with nothing."""
    return libraries.get(person.key, LibrarySeed())
