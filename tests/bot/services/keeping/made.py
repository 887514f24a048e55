"""Backups by their moments, for the tests of keeping."""

from datetime import datetime, timedelta

from storage.records import Archive, ArchiveState, StoreKind
from tests.builders import ADA, NOON

DAY = timedelta(days=1)


def made(moment: datetime, name: str = "", *, pinned: bool = False) -> Archive:
    """A verified backup of that moment."""
    name = name or f"{moment:%Y%m%dT%H%M%S}"
    return Archive(name, ADA, StoreKind.FOLDER, ArchiveState.VERIFIED, moment, f"{name}.zip", pinned=pinned)


def nightly(nights: int, until: datetime = NOON) -> list[Archive]:
    """One backup a night, the newest last."""
    return [made(until - DAY * back) for back in reversed(range(nights))]
