"""The operator's own Google Drive: its link, kept encrypted among what the installation remembers."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from storage.installation import Installation
from storage.records import AccountState
from storage.tokens import TokenCipher

KEY = "operator_drive"


@dataclass(frozen=True, slots=True)
class OperatorDrive:
    """The link that `python -m bot drive link` made; `REFUSED` asks the operator to make it again."""

    refresh_token: str = field(repr=False)
    linked_at: datetime
    email: str | None = None
    state: AccountState = AccountState.LINKED


class OperatorDriveRepository:
    """There is one, or none. One whose token no key fits any more reads as refused."""

    def __init__(self, installation: Installation, cipher: TokenCipher) -> None:
        self._installation = installation
        self._cipher = cipher

    async def get(self) -> OperatorDrive | None:
        """The link as it is now; the command line may have changed it while the bot runs."""
        kept = await self._installation.get(KEY)
        return None if kept is None else self._read(kept)

    async def save(self, drive: OperatorDrive) -> None:
        """Keeps it in place of the one before."""
        written = asdict(drive) | {
            "refresh_token": self._cipher.encrypt(drive.refresh_token).decode(),
            "linked_at": drive.linked_at.isoformat(),
        }
        await self._installation.put(KEY, json.dumps(written))

    async def mark_refused(self, linked_at: datetime) -> bool:
        """Google no longer accepts it; False where this very link is no more, or is known to be refused."""
        kept = await self._installation.get(KEY)
        if kept is None or self._read(kept).linked_at != linked_at:
            return False
        refused = json.dumps(json.loads(kept) | {"state": AccountState.REFUSED.value})
        return refused != kept and await self._installation.swap(KEY, kept, refused)

    async def forget(self) -> None:
        """Removes it; the archives stay where they are."""
        await self._installation.remove(KEY)

    def _read(self, kept: str) -> OperatorDrive:
        written = json.loads(kept)
        token = self._cipher.decrypt(written["refresh_token"].encode())
        drive = OperatorDrive(
            refresh_token=token or "",
            linked_at=datetime.fromisoformat(written["linked_at"]),
            email=written["email"],
            state=AccountState(written["state"]),
        )
        return drive if token is not None else replace(drive, state=AccountState.REFUSED)
