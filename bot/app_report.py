"""What the operator's Spotify apps serve, asked, must wait for and may: one look into the database for the terminal."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.check import absent_file
from bot.config import Config, SpotifyApp
from bot.errors import ConfigError
from bot.spotify.features import TRUSTED, Feature
from storage.accounts import AccountRepository
from storage.database import Database
from storage.ledger import Block, LedgerRepository, Verdict
from storage.migrations import head
from storage.tokens import TokenCipher

WINDOW = timedelta(hours=25)
"""Requests are counted by the hour, and an hour leaves the last 24 once all of it has; the budget counts the same."""
WIDTH = max(len(feature) for feature in Feature)


@dataclass(frozen=True, slots=True)
class Apps:
    """What is known of the apps: `people` and `requests` (by family) by client id."""

    people: Mapping[str, int]
    requests: Mapping[str, Mapping[str, int]]
    blocks: tuple[Block, ...]
    verdicts: tuple[Verdict, ...]


async def read_apps(config: Config, now: datetime) -> Apps:
    """Reads and writes nothing, so the bot may run; it writes its counts twice a minute.

    Raises `ConfigError` where there is no database of this release.
    """
    url = config.storage.database_url
    if (absent := absent_file(url)) is not None:
        raise ConfigError([f"storage.database_url: {absent} is not there yet (`run` makes it at the first start)"])
    database = Database(url)
    try:
        if await database.revision() != head():
            raise ConfigError(
                ["storage.database_url: its schema is of another release (`migrate` brings it up to date)"]
            )
        return await _read(database, TokenCipher(config.storage.encryption_keys), now)
    finally:
        await database.close()


async def _read(database: Database, cipher: TokenCipher, now: datetime) -> Apps:
    ledger = LedgerRepository(database)
    requests: dict[str, Counter[str]] = {}
    for (client_id, family, hour), number in (await ledger.requests_since(now - WINDOW)).items():
        if hour > now - WINDOW:
            requests.setdefault(client_id, Counter())[family] += number
    people = await AccountRepository(database, cipher).people_per_app()
    return Apps(people, requests, await ledger.blocks(now), await ledger.verdicts())


def report(apps: tuple[SpotifyApp, ...], known: Apps, now: datetime) -> list[str]:
    """The lines to print: a block for each app, and who is linked through none of them."""
    lines = [line for app in apps for line in (*_app(app, known, now), "")]
    configured = {app.client_id for app in apps}
    elsewhere = sum(number for client_id, number in known.people.items() if client_id not in configured)
    if elsewhere:
        lines.append(f"Linked through apps that are not in the configuration: {elsewhere}. They have to link again.")
    return lines if elsewhere else lines[:-1]


def _app(app: SpotifyApp, known: Apps, now: datetime) -> list[str]:
    people = known.people.get(app.client_id, 0)
    places = f"{people} of {app.people} places taken" if app.people else f"{people} linked, as many as come"
    owner = f", developer {app.developer}" if app.developer else ""
    asked = known.requests.get(app.client_id, {})
    told = ", ".join(f"{family} {number:,}" for family, number in sorted(asked.items(), key=lambda one: (-one[1], one)))
    verdicts = {verdict.feature: verdict for verdict in known.verdicts if verdict.client_id == app.client_id}
    return [
        f"{app.name} ({app.client_id}{owner})",
        f"  {'people':{WIDTH}}  {places}",
        f"  {'last 24 hours':{WIDTH}}  {told or 'no requests'}",
        *_blocked(app, known.blocks),
        *(f"  {feature.value:{WIDTH}}  {_verdict(verdicts.get(feature.value), now)}" for feature in Feature),
    ]


def _blocked(app: SpotifyApp, blocks: tuple[Block, ...]) -> list[str]:
    """Blocks hold for all apps of a developer."""
    mine = [block for block in blocks if block.developer == (app.developer or app.client_id)]
    return [f"  {'blocked':{WIDTH}}  {block.family} until {_at(block.until)} ({block.reason})" for block in mine] or [
        f"  {'blocked':{WIDTH}}  nothing"
    ]


def _verdict(verdict: Verdict | None, now: datetime) -> str:
    if verdict is None:
        return "not tried yet"
    again = ", to be tried again" if verdict.checked_at + TRUSTED <= now else ""
    return f"{'allowed' if verdict.allowed else 'closed'} ({_at(verdict.checked_at)}{again})"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
