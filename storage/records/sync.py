"""What a sync remembers between two runs: how fresh each part is, and pages that were read before it had to wait."""

from dataclasses import dataclass
from datetime import datetime

from storage.records.music import ItemKey


@dataclass(frozen=True, slots=True)
class SectionState:
    """When a part of a library was last read, when last in full, and the total Spotify gave then."""

    read_at: datetime
    full_at: datetime | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class StagedPage:
    """A page as it was read; good for as long as `proof` holds (a snapshot id, the first key of a list)."""

    offset: int
    proof: str
    total: int
    keys: tuple[ItemKey, ...]
