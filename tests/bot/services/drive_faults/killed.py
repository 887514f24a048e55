"""A process of its own that backs up, clears away and restores, to be killed in the middle."""

import asyncio
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot.services.progress import ignore
from storage.database import Database
from storage.stores.drive import DriveClient
from storage.tokens import TokenCipher
from tests.bot.services.drive_faults.home import Home
from tests.bot.spotify.time import Time
from tests.sandbox.google.door import CLIENT_ID, CLIENT_SECRET


async def night(home: Home) -> None:
    """A backup, what it makes dispensable, a month later what lies in the trash, and a look into the newest."""
    report = await home.backups.backup(home.who, ignore, home.time.now)
    await home.keeping.keep(home.who)
    home.time.now += timedelta(days=31)
    await home.keeping.keep(home.who)
    await home.shelf.fetch(home.who, report.archive_id)


async def main(given: dict[str, str]) -> None:
    database = Database(given["database"])
    client = DriveClient(CLIENT_ID, CLIENT_SECRET, given["token_uri"], given["drive_root"])
    time = Time()
    time.now = datetime.fromisoformat(given["now"])
    home = Home(int(given["who"]), database, TokenCipher([given["key"]]), client, time, Path(given["folder"]))
    await night(home)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
