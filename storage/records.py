"""The nouns of MusiVault: frozen records that every package passes around. Times are aware UTC, durations in ms."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.errors import NextStep


class TrackKind(StrEnum):
    """What can stand in a playlist; a null entry has no track at all."""

    TRACK = "track"
    EPISODE = "episode"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Artist:
    """Who plays; a local file's artist has no id."""

    name: str
    spotify_id: str | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """Where a track came out; everything but the name may be unknown (local files)."""

    name: str
    spotify_id: str | None = None
    artists: tuple[Artist, ...] = ()
    kind: str | None = None
    release_date: str | None = None
    release_precision: str | None = None
    total_tracks: int | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class Show:
    """The podcast an episode belongs to."""

    name: str
    spotify_id: str | None = None
    publisher: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """A track, an episode or a local file; `uri` is what tells two apart."""

    uri: str
    name: str
    kind: TrackKind = TrackKind.TRACK
    spotify_id: str | None = None
    artists: tuple[Artist, ...] = ()
    album: Album | None = None
    show: Show | None = None
    duration_ms: int = 0
    explicit: bool = False
    isrc: str | None = None
    disc_number: int | None = None
    track_number: int | None = None
    release_date: str | None = None


@dataclass(frozen=True, slots=True)
class Like:
    """A saved track; `track` is None where Spotify lists an entry it no longer has."""

    track: Track | None
    added_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlaylistItem:
    """One position of a playlist: duplicates, local files, episodes and nulls stay what they are."""

    track: Track | None
    added_at: datetime | None = None
    added_by: str | None = None


@dataclass(frozen=True, slots=True)
class PlaylistDetails:
    """All of a playlist but its items. `public` is None where Spotify does not say."""

    spotify_id: str
    name: str
    owner_id: str
    description: str = ""
    public: bool | None = None
    collaborative: bool = False
    owner_name: str | None = None
    snapshot_id: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist and its items in order; `removed_at` marks one that is gone from Spotify but kept here."""

    details: PlaylistDetails
    items: tuple[PlaylistItem, ...] = ()
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """A person's library: likes newest first, playlists in Spotify's order."""

    likes: tuple[Like, ...] = ()
    playlists: tuple[Playlist, ...] = ()

    @property
    def counts(self) -> "LibraryCounts":
        """How much there is, removed playlists apart."""
        kept = [playlist for playlist in self.playlists if playlist.removed_at is None]
        return LibraryCounts(
            likes=len(self.likes), playlists=len(kept), items=sum(len(playlist.items) for playlist in kept)
        )


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """How much a library holds."""

    likes: int = 0
    playlists: int = 0
    items: int = 0


class EventKind(StrEnum):
    """The two edits that any change of a list is made of; a move is a removal and an insertion."""

    REMOVE = "remove"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class ItemEvent:
    """One edit of a playlist's items; events of a version apply one after the other, positions as they are then."""

    kind: EventKind
    position: int
    item: PlaylistItem


@dataclass(frozen=True, slots=True)
class PlaylistVersion:
    """A state of a playlist that was seen: what changed since the one before."""

    number: int
    observed_at: datetime
    details: PlaylistDetails
    events: tuple[ItemEvent, ...]


@dataclass(frozen=True, slots=True)
class PlaylistChange:
    """A known playlist that is not what it was: new details, and new items with the events that lead to them."""

    before: Playlist
    after: Playlist
    events: tuple[ItemEvent, ...]

    @property
    def renamed(self) -> bool:
        """Whether its name changed."""
        return self.before.details.name != self.after.details.name


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What a sync writes: the difference between what is stored and what was read. Empty means nothing to do.

    `likes` is the whole new list, newest first, or None where the likes stay as they are. `order` is the new order of
    the playlists by id. A section that was not read completely is never in here.
    """

    likes: tuple[Like, ...] | None = None
    likes_added: tuple[Like, ...] = ()
    likes_removed: tuple[Like, ...] = ()
    playlists_added: tuple[Playlist, ...] = ()
    playlists_changed: tuple[PlaylistChange, ...] = ()
    playlists_removed: tuple[Playlist, ...] = ()
    order: tuple[str, ...] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return self == SyncPlan()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses MusiVault and what they chose. `wants_dms` is None until they were asked."""

    discord_id: int
    name: str = ""
    wants_dms: bool | None = None
    nightly: bool = True
    nightly_hour: int | None = None
    dm_channel_id: int | None = None
    dms_open: bool = True


class AccountState(StrEnum):
    """Whether an account can be used; `REFUSED` asks the person to link again."""

    LINKED = "linked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SpotifyToken:
    """An access token and the refresh token that renews it; `expires_at` is the access token's."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scope: str = ""


@dataclass(frozen=True, slots=True)
class SpotifyAccount:
    """A linked Spotify account. `account_key` is Spotify's `account_id` where given, else the user id."""

    discord_id: int
    account_key: str
    spotify_id: str
    display_name: str
    client_id: str
    token: SpotifyToken
    authorized_at: datetime
    state: AccountState = AccountState.LINKED


@dataclass(frozen=True, slots=True)
class DriveAccount:
    """A linked Google Drive: the refresh token, and the folder the archives go to once it exists."""

    discord_id: int
    refresh_token: str = field(repr=False)
    linked_at: datetime
    email: str | None = None
    folder_id: str | None = None
    state: AccountState = AccountState.LINKED


class LinkKind(StrEnum):
    """What a one-time link links."""

    SPOTIFY = "spotify"
    DRIVE = "drive"


@dataclass(frozen=True, slots=True)
class LinkState:
    """A one-time link on its way: who asked, for what, until when. `state` is the unguessable part of the address."""

    state: str = field(repr=False)
    kind: LinkKind
    discord_id: int
    discord_name: str
    client_id: str
    code_verifier: str | None = field(repr=False)
    created_at: datetime
    expires_at: datetime
    authorize_url: str = field(repr=False)


class RunKind(StrEnum):
    """The durable jobs."""

    SYNC = "sync"
    BACKUP = "backup"
    NIGHT = "night"
    PREVIEW = "preview"
    RESTORE = "restore"


class RunState(StrEnum):
    """Where a job stands. `PARKED` waits for `not_before`."""

    QUEUED = "queued"
    RUNNING = "running"
    PARKED = "parked"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """One durable job. `payload` and `report` are plain JSON values.

    `sentence` says why it failed or waits, `next_step` what helps.
    """

    id: int
    kind: RunKind
    discord_id: int
    state: RunState
    created_at: datetime
    payload: dict[str, object] = field(default_factory=dict)
    report: dict[str, object] | None = None
    sentence: str | None = None
    reference: str | None = None
    attempts: int = 0
    not_before: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    night: str | None = None
    next_step: NextStep = NextStep.NONE


class ArchiveState(StrEnum):
    """Where an archive stands; only `VERIFIED` counts as a backup."""

    WRITING = "writing"
    UPLOADING = "uploading"
    VERIFIED = "verified"
    MISSING = "missing"


class StoreKind(StrEnum):
    """Where archives go."""

    FOLDER = "folder"
    DRIVE = "drive"


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup file: its content's hash, its bytes' hash, its counts, and where it lies."""

    id: str
    discord_id: int
    store: StoreKind
    state: ArchiveState
    created_at: datetime
    name: str
    content_hash: str = ""
    sha256: str = ""
    size: int = 0
    counts: LibraryCounts = LibraryCounts()
    remote_id: str | None = None
    session: str | None = field(default=None, repr=False)


class ChangeState(StrEnum):
    """Where a journalled change of somebody's Spotify stands."""

    PREVIEWED = "previewed"
    APPLYING = "applying"
    DONE = "done"
    CANCELLED = "cancelled"
    UNDONE = "undone"


class StepState(StrEnum):
    """`SENT` without `DONE` means: look before sending again."""

    PLANNED = "planned"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ChangeStep:
    """One write to Spotify in the journal: what is asked, and what came of it (plain JSON values)."""

    seq: int
    kind: str
    request: dict[str, object]
    state: StepState = StepState.PLANNED
    result: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that was shown, and its journal. `preview` and `report` are plain JSON values."""

    id: str
    discord_id: int
    state: ChangeState
    created_at: datetime
    preview: dict[str, object]
    steps: tuple[ChangeStep, ...] = ()
    report: dict[str, object] | None = None
