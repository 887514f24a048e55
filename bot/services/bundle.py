"""Everything the cogs are given to work with, in one frozen bundle."""

from dataclasses import dataclass

from bot.jobs import Jobs
from bot.notices import Post
from bot.services.backup import Backups
from bot.services.exports import Exports
from bot.services.history import History
from bot.services.keeping.retention import Retention
from bot.services.linking import Linking
from bot.services.restore import Restores
from bot.services.settings import Settings
from bot.services.shelving import Shelving
from bot.services.status import Status
from bot.services.tracks import Tracks


@dataclass(frozen=True, slots=True)
class Services:
    """Made once by the composition root; a cog takes out what it uses."""

    jobs: Jobs
    linking: Linking
    backups: Backups
    restores: Restores
    exports: Exports
    history: History
    settings: Settings
    status: Status
    tracks: Tracks
    retention: Retention
    shelving: Shelving
    post: Post
