"""The archives and where they lie."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records.music import LibraryCounts


class ArchiveState(StrEnum):
    """Where an archive stands; only `VERIFIED` counts as a backup.

    A `TRASHED` one was let go, to be purged later. One that is `MISSING` is not where it was put, and one that is
    `DAMAGED` is not what was put there.
    """

    UPLOADING = "uploading"
    VERIFIED = "verified"
    MISSING = "missing"
    TRASHED = "trashed"
    DAMAGED = "damaged"


class StoreKind(StrEnum):
    """Where archives go."""

    FOLDER = "folder"
    DRIVE = "drive"
    OPERATOR_DRIVE = "operator_drive"


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup file: its content's hash, its bytes' hash, its counts, and where it lies.

    `pinned` is the person's wish to keep it for good; `trashed_at` is when it was seen to lie in the store's trash.
    `missing_since` is when its store first did not list it, `checked_at` when all of it was last read, `fault` what was
    wrong with it then, and `untold` says that its person has not heard yet of what was found.
    """

    id: str
    discord_id: int
    store: StoreKind
    state: ArchiveState
    created_at: datetime
    name: str
    content_hash: str = ""
    sha256: str = ""
    size: int = 0
    counts: LibraryCounts = field(default_factory=LibraryCounts)
    remote_id: str | None = None
    session: str | None = field(default=None, repr=False)
    pinned: bool = False
    trashed_at: datetime | None = None
    missing_since: datetime | None = None
    checked_at: datetime | None = None
    fault: str | None = None
    untold: bool = False


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A backup's file as its store lists it: in place, not in the trash; its hash where the store tells one."""

    remote_id: str
    name: str
    size: int
    sha256: str | None = None
