"""Exports that lie ready."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Download:
    """A finished export until it is fetched, once, or expires. `name` is what the file is called for its owner."""

    id: str
    discord_id: int
    name: str
    size: int
    created_at: datetime
    expires_at: datetime
