"""A file on its way into a Drive: what it is, and how far it is."""

from dataclasses import dataclass, field
from pathlib import Path

ZIP = "application/zip"
SEALED_TYPE = "application/octet-stream"
MARK = "mv_archive"  # among the file's properties, which are ours alone
OWNER = "mv_owner"


@dataclass(frozen=True, slots=True)
class Parcel:
    """`mark` tells it from all others; `owner` says whose it is where files of more than one lie in a Drive."""

    path: Path
    name: str
    mark: str
    owner: str | None = None
    sha256: str = ""
    remote_id: str | None = None
    session: str | None = field(default=None, repr=False)

    @property
    def media_type(self) -> str:
        """What lies in a Drive of several is always encrypted."""
        return ZIP if self.owner is None else SEALED_TYPE

    @property
    def properties(self) -> dict[str, str]:
        """What it is found again by, whatever becomes of its name and folder."""
        whose = {} if self.owner is None else {OWNER: self.owner}
        return {MARK: self.mark, "mv_sha256": self.sha256, **whose}
