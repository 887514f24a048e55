"""What came of an export."""

from datetime import datetime

from pydantic.dataclasses import dataclass

from bot.reports import Kept
from storage.export import Format
from storage.export.notes import Tally


@dataclass(frozen=True)
class ExportReport(Kept):
    """A file that lies ready under `download_id`: `at` is the moment it shows, `until` how long it lies ready.

    `whole` says that it is not one list alone.
    """

    download_id: str
    form: Format
    at: datetime
    until: datetime
    name: str
    size: int
    whole: bool
    encrypted: bool
    likes: int
    playlists: int
    items: int
    local: int
    lost: int
    closed: int

    @property
    def tally(self) -> Tally:
        """The counts alone."""
        return Tally(
            likes=self.likes,
            playlists=self.playlists,
            items=self.items,
            local=self.local,
            lost=self.lost,
            closed=self.closed,
        )
