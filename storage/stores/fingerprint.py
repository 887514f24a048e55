"""What tells two files apart: size and hashes, read in pieces."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Of a whole file. The MD5 is there because it is the one hash Google Drive always tells."""

    size: int
    sha256: str
    md5: str

    @classmethod
    def of(cls, path: Path) -> "Fingerprint":
        """Reads the file from the disk; blocking."""
        sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                sha256.update(piece)
                md5.update(piece)
                size += len(piece)
        return cls(size, sha256.hexdigest(), md5.hexdigest())

    @property
    def spoken_size(self) -> str:
        """The size as people say it, for sentences."""
        if self.size < 1000:
            return f"{self.size} bytes"
        amount, unit = self.size / 1000, "KB"
        for larger in ("MB", "GB"):
            if amount < 1000:
                break
            amount, unit = amount / 1000, larger
        return f"{amount:.1f} {unit}"
