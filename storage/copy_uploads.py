"""How far the newest copy of the database is on its way into the operator's Drive, kept among what is remembered."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from storage.installation import Installation
from storage.tokens import TokenCipher

KEY = "database_copy_in_drive"


@dataclass(frozen=True, slots=True)
class CopyUpload:
    """The copy `name`, through the link of `linked_at`; it counts once `proven`, and then old ones are `thinned` out.

    `last` names the newest that is proven to lie there, and `trouble` says why this one is not yet.
    """

    linked_at: datetime
    name: str
    sha256: str = ""
    remote_id: str | None = None
    session: str | None = field(default=None, repr=False)
    proven: bool = False
    thinned: bool = False
    last: str = ""
    trouble: str = ""


class CopyUploadRepository:
    """There is one, or none. Who has a session's address can write to it, so it is kept encrypted."""

    def __init__(self, installation: Installation, cipher: TokenCipher) -> None:
        self._installation = installation
        self._cipher = cipher

    async def get(self) -> CopyUpload | None:
        """What was remembered last; without a key that fits, an upload begins anew under the same id."""
        kept = await self._installation.get(KEY)
        if kept is None:
            return None
        written = json.loads(kept)
        session = written["session"]
        return CopyUpload(
            **written
            | {
                "linked_at": datetime.fromisoformat(written["linked_at"]),
                "session": None if session is None else self._cipher.decrypt(session.encode()),
            }
        )

    async def save(self, upload: CopyUpload) -> None:
        """Keeps it in place of the one before."""
        session = None if upload.session is None else self._cipher.encrypt(upload.session).decode()
        written = asdict(upload) | {"linked_at": upload.linked_at.isoformat(), "session": session}
        await self._installation.put(KEY, json.dumps(written))
