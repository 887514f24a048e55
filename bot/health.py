"""Whether the bot is well: what the health page reports."""

import logging
from collections.abc import Iterable, Mapping

from bot.spotify.app_health import Trouble
from bot.spotify.oauth import SpotifyApp
from bot.web.app import Health
from storage.database import Database
from storage.ledger import Block

log = logging.getLogger(__name__)


async def health_of(
    database: Database, *, discord: bool, schedule: bool, jobs: bool, spotify: Mapping[str, str], drive: str = ""
) -> Health:
    """The report; a database that raises is one that is not well."""
    return Health(await _answers(database), discord=discord, schedule=schedule, jobs=jobs, spotify=spotify, drive=drive)


def troubled_apps(
    apps: Iterable[SpotifyApp], troubles: Iterable[Trouble], blocks: Iterable[Block]
) -> Mapping[str, str]:
    """The apps that Spotify turns down, by name: without Premium, rejected, or with their quota used up until when."""
    refused = {trouble.client_id: trouble.reason.value for trouble in troubles}
    used_up = {block.developer: block for block in blocks if block.reason == "quota"}
    found = {}
    for app in apps:
        block = used_up.get(app.developer or app.client_id)
        if app.client_id in refused:
            found[app.name] = refused[app.client_id]
        elif block is not None:
            found[app.name] = f"quota of {block.family} used up until {block.until.isoformat()}"
    return found


async def _answers(database: Database) -> bool:
    try:
        return await database.revision() is not None
    except Exception:
        log.exception("health.database")
        return False
