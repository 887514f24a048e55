"""The nouns of MusiVault: frozen records that every package passes around. Times are aware UTC, durations in ms."""

from storage.records.backups import Archive, ArchiveState, StoreKind
from storage.records.changes import Change, ChangeState, ChangeStep, StepState
from storage.records.history import EventKind, ItemEvent, PlaylistChange, PlaylistVersion, SyncPlan
from storage.records.jobs import Run, RunKind, RunState
from storage.records.music import (
    Album,
    Artist,
    Library,
    LibraryCounts,
    Like,
    Playlist,
    PlaylistDetails,
    PlaylistItem,
    Show,
    Track,
    TrackKind,
)
from storage.records.people import AccountState, DriveAccount, LinkKind, LinkState, Person, SpotifyAccount, SpotifyToken

__all__ = [
    "AccountState",
    "Album",
    "Archive",
    "ArchiveState",
    "Artist",
    "Change",
    "ChangeState",
    "ChangeStep",
    "DriveAccount",
    "EventKind",
    "ItemEvent",
    "Library",
    "LibraryCounts",
    "Like",
    "LinkKind",
    "LinkState",
    "Person",
    "Playlist",
    "PlaylistChange",
    "PlaylistDetails",
    "PlaylistItem",
    "PlaylistVersion",
    "Run",
    "RunKind",
    "RunState",
    "Show",
    "SpotifyAccount",
    "SpotifyToken",
    "StepState",
    "StoreKind",
    "SyncPlan",
    "Track",
    "TrackKind",
]
