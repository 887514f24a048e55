"""The world's clock: flows like real time, can be moved forward, and is shared between processes through a file."""

import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

EVENING = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


class Clock:
    """`now()` of the sandbox and of the bot under test. The file holds one double: seconds ahead of real time."""

    def __init__(self, start: datetime = EVENING, file: Path | None = None) -> None:
        self._file = file
        self._ahead = start.timestamp() - time.time()
        if file is not None:
            file.write_bytes(struct.pack("d", self._ahead))

    @classmethod
    def shared(cls, file: Path) -> "Clock":
        """The clock another process made."""
        clock = cls.__new__(cls)
        clock._file = file
        clock._ahead = struct.unpack("d", file.read_bytes())[0]
        return clock

    def now(self) -> datetime:
        """Aware UTC; re-read from the file, so a jump in one process is seen in the other."""
        if self._file is not None:
            self._ahead = struct.unpack("d", self._file.read_bytes())[0]
        return datetime.fromtimestamp(time.time() + self._ahead, UTC)

    __call__ = now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        if self._file is None:
            self._ahead += by.total_seconds()
            return
        with self._file.open("r+b") as shared:  # in place: whoever reads meanwhile never finds it empty
            self._ahead = struct.unpack("d", shared.read(8))[0] + by.total_seconds()
            shared.seek(0)
            shared.write(struct.pack("d", self._ahead))

    def jump_to(self, moment: datetime) -> None:
        """Go to a moment; never back."""
        self.advance(max(timedelta(), moment - self.now()))
