"""The folder of sealed copies of the bot's own database: made, listed, opened again, thinned out. All of it blocks."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.errors import ArchiveDamaged
from storage.records import Policy
from storage.retention import reasons
from storage.scratch import scratch, tidy_scratch
from storage.sealing import Seal
from storage.snapshot import Contents, CopyDamaged, examine, take

FOLDER = "_database"
"""Beside the folders of people, whose names are numbers."""
NAME = "musivault-database-%Y-%m-%dT%H%M%SZ.db.age"
DAILY, WEEKLY = 7, 4


def kept(taken: Collection[datetime], now: datetime) -> set[datetime]:
    """Which copies stay: the newest of each of the last seven days and four weeks that have one, so always the newest.

    They are counted as backups are, so the oldest stays too until four weeks are full. Those a wrong clock dated after
    `now` stay as well.
    """
    past = sorted((moment for moment in taken if moment <= now), reverse=True)
    judged = zip(past, reasons(past, Policy(daily=DAILY, weekly=WEEKLY)), strict=True)
    return {*(moment for moment, why in judged if why), *(moment for moment in taken if moment > now)}


@dataclass(frozen=True, slots=True)
class Copy:
    """One sealed copy; only what was proven has such a name."""

    path: Path
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of the SQLite file `database`, in their own folder below `archives`."""

    database: Path
    archives: Path
    seal: Seal

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.archives / FOLDER

    def listed(self) -> list[Copy]:
        """All there are, newest first; other files are none of ours."""
        found = (Copy(path, moment) for path in self.folder.glob("*") if (moment := taken_at(path.name)) is not None)
        return sorted(found, key=lambda copy: copy.taken_at, reverse=True)

    def make(self, now: datetime) -> tuple[Copy, Contents]:
        """A new copy, proven before it was sealed and read back after; the file that can be read is gone again."""
        self.folder.mkdir(parents=True, exist_ok=True)
        copy = Copy(self.folder / now.strftime(NAME), now.replace(microsecond=0))
        with scratch(self.database) as folder:
            contents = take(self.database, folder / "taken.db")
            self.seal.seal(folder / "taken.db", copy.path)
        return copy, contents

    def open(self, copy: Copy) -> Contents:
        """What a copy holds, found by opening it as after a lost machine; `NoIdentityFits` or `CopyDamaged`."""
        with scratch(self.database) as folder:
            try:
                self.seal.unseal(copy.path, folder / "opened.db")
            except ArchiveDamaged as error:
                raise CopyDamaged(**error.fields) from error
            return examine(folder / "opened.db")

    def thin(self, now: datetime) -> int:
        """Removes what `kept` does not name. How many; to be asked only after a new one was made."""
        copies = self.listed()
        stay = kept([copy.taken_at for copy in copies], now)
        gone = [copy for copy in copies if copy.taken_at not in stay]
        for copy in gone:
            copy.path.unlink()
        return len(gone)


def tidy(database: Path, archives: Path) -> int:
    """At the start: removes what a crash left, above all what can be read. How many files and folders."""
    folders = tidy_scratch(database)
    parts = list((archives / FOLDER).glob(".*.part"))
    for part in parts:
        part.unlink()
    return folders + len(parts)


def taken_at(name: str) -> datetime | None:
    """When the copy of this name was taken; None for other names."""
    try:
        return datetime.strptime(name, NAME).replace(tzinfo=UTC)
    except ValueError:
        return None
