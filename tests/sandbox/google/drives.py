"""What lies in everybody's Drive."""

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.sandbox.clock import Clock
from tests.sandbox.google.refusals import full, not_found
from tests.sandbox.people import PersonSeed

FOLDER = "application/vnd.google-apps.folder"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
ROOM = 15 * 1024**3


@dataclass
class DriveFile:
    """A file or folder. `client_id` is the app that made it, None for what its owner put there."""

    id: str
    name: str
    mime_type: str
    parents: list[str]
    created: datetime
    modified: datetime
    client_id: str | None = None
    content: bytes | None = None
    properties: dict[str, str] = field(default_factory=dict)
    description: str = ""
    trashed: bool = False
    lied_about: str = ""

    @property
    def size(self) -> int:
        return len(self.content or b"")

    @property
    def told_size(self) -> int:
        """How large Google says it is."""
        return self.size - (self.lied_about == "size")

    def checksum(self, algorithm: str) -> str:
        """What Google says the bytes hash to."""
        shown = (self.content or b"") + (b"?" if self.lied_about == "checksum" else b"")
        return hashlib.new(algorithm, shown, usedforsecurity=False).hexdigest()


@dataclass
class Drive:
    """One person's."""

    seed: PersonSeed
    root: DriveFile
    files: dict[str, DriveFile]
    room: int = ROOM

    @property
    def used(self) -> int:
        return sum(each.size for each in self.files.values())

    @property
    def used_in_trash(self) -> int:
        return sum(each.size for each in self.files.values() if self.is_trashed(each))

    def needs_room(self, size: int) -> None:
        """The refusal where that many bytes do not fit."""
        if self.used + size > self.room:
            raise full()

    def is_trashed(self, file: DriveFile) -> bool:
        """Whether it or a folder above it was put into the trash."""
        return any(each.trashed for each in self.line(file))

    def line(self, file: DriveFile) -> Iterator[DriveFile]:
        """The file and the folders above it."""
        current: DriveFile | None = file
        while current is not None:
            yield current
            current = self.files.get(current.parents[0]) if current.parents else None

    def path(self, file: DriveFile) -> str:
        """As its owner reads it, from My Drive down."""
        return "/".join(reversed([each.name for each in self.line(file) if each is not self.root]))

    def below(self, file: DriveFile) -> list[DriveFile]:
        """Everything in a folder, at any depth."""
        return [each for each in self.files.values() if each is not file and file in self.line(each)]

    def delete(self, file: DriveFile) -> None:
        """For good, with everything in it."""
        for each in [*self.below(file), file]:
            self.files.pop(each.id, None)

    def get(self, file_id: str) -> DriveFile:
        """As its owner; LookupError for what is not there."""
        if file_id not in self.files:
            raise LookupError(f"{self.seed.key} has no file {file_id!r} in Drive")
        return self.files[file_id]

    def visible(self, file_id: str, client_id: str) -> DriveFile:
        """As an app with `drive.file`: what it made, and the root."""
        file = self.root if file_id == "root" else self.files.get(file_id)
        if file is None or (file is not self.root and file.client_id != client_id):
            raise not_found(file_id)
        return file


class Drives:
    """Everybody's, and the ids that were handed out."""

    def __init__(self, clock: Clock, people: Mapping[str, PersonSeed]) -> None:
        self._clock = clock
        self._random = random.Random(2026)
        self.generated: dict[str, str] = {}
        self.of = {key: self._new(seed) for key, seed in people.items()}
        self.lies: list[str] = []

    def move_in(self, seed: PersonSeed) -> None:
        """Somebody new, with nothing in their Drive."""
        self.of[seed.key] = self._new(seed)

    def now(self) -> datetime:
        return self._clock.now().astimezone(UTC)

    def new_id(self) -> str:
        """33 characters, like real ones."""
        return "1" + "".join(self._random.choices(LETTERS, k=32))

    def generate(self, person: str, count: int) -> list[str]:
        """Ids that this person's apps may create files with."""
        ids = [self.new_id() for _ in range(count)]
        self.generated |= dict.fromkeys(ids, person)
        return ids

    def person(self, user: str) -> Drive:
        """LookupError for a stranger."""
        if user not in self.of:
            raise LookupError(f"Google knows no {user!r}")
        return self.of[user]

    def lies_now(self) -> str:
        """What shall be wrong of the next file: its checksum, its size, or nothing."""
        return self.lies.pop(0) if self.lies else ""

    def _new(self, seed: PersonSeed) -> Drive:
        now = self.now()
        root = DriveFile(f"0A{seed.key}{'PVA':>15}".replace(" ", "x"), "My Drive", FOLDER, [], now, now)
        return Drive(seed, root, {root.id: root})
