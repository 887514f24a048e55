"""Whether the bot is well, as its health page tells."""

from pathlib import Path

from bot.errors import Refusal
from bot.health import health_of, troubled_apps
from bot.spotify.app_health import Trouble
from bot.spotify.oauth import SpotifyApp
from storage.database import Database, migrate
from storage.ledger import Block
from tests.builders import NOON


async def test_a_database_that_raises_is_reported_and_not_raised(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/nowhere/musivault.db")
    report = await health_of(database, discord=True, schedule=True, jobs=True, spotify={})
    assert (report.ok, report.database, report.jobs) == (False, False, True)
    await database.close()


async def test_the_bot_is_well_only_while_its_workers_live(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/musivault.db"
    await migrate(url)
    database = Database(url)
    assert (await health_of(database, discord=True, schedule=True, jobs=True, spotify={})).ok
    assert not (await health_of(database, discord=True, schedule=True, jobs=False, spotify={})).ok
    await database.close()


async def test_an_app_in_trouble_is_named_and_the_bot_stays_well(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/musivault.db"
    await migrate(url)
    database = Database(url)
    report = await health_of(database, discord=True, schedule=True, jobs=True, spotify={"ours": "owner_premium"})
    assert (report.ok, report.spotify) == (True, {"ours": "owner_premium"})
    await database.close()


def test_apps_are_told_with_the_cause_that_is_theirs_or_their_developers() -> None:
    apps = (SpotifyApp("ours", "1", developer="we"), SpotifyApp("second", "2", developer="we"), SpotifyApp("lone", "3"))
    troubles = [Trouble("1", "ours", NOON, Refusal.OWNER_PREMIUM)]
    blocks = [Block("we", "me", NOON, "quota"), Block("3", "playlists", NOON, "rate")]
    assert troubled_apps(apps, troubles, blocks) == {
        "ours": "owner_premium",
        "second": "quota of me used up until 2026-11-20T12:00:00+00:00",
    }
    assert troubled_apps(apps, [], [Block("3", "playlists", NOON, "quota")]).keys() == {"lone"}
