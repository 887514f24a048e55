"""Whether the bot is well: what the health page reports."""

import logging

from bot.web.app import Health
from storage.database import Database

log = logging.getLogger(__name__)


async def health_of(database: Database, *, discord: bool, schedule: bool, jobs: bool) -> Health:
    """The report; a database that raises is one that is not well."""
    return Health(database=await _answers(database), discord=discord, schedule=schedule, jobs=jobs)


async def _answers(database: Database) -> bool:
    try:
        return await database.revision() is not None
    except Exception:
        log.exception("health.database")
        return False
