"""A restore into the vault in numbers: what would come in or be put in place, and what did."""

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from storage.records import Gain, LibraryCounts


@dataclass(frozen=True)
class VaultPreview(Kept):
    """What the vault holds and what it would hold; `unknown` are parts that the backup never read whole."""

    now: LibraryCounts
    then: LibraryCounts
    gain: Gain
    unknown: tuple[str, ...] = ()
    differs: bool = True


@dataclass(frozen=True)
class KeptBackup(Kept):
    """The backup of what a vault held, whose mark is `stamp`; nothing was made of an empty one."""

    stamp: str
    archive_id: str = ""
    name: str = ""


@dataclass(frozen=True)
class VaultReport(Kept):
    """What the vault held and what it holds; `kept` is the way back from a replacement."""

    before: LibraryCounts
    after: LibraryCounts
    gain: Gain
    kept: KeptBackup | None = None
