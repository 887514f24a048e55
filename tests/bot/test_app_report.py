import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.app_report import Apps, read_apps, report
from bot.config import Config, SpotifyApp
from bot.errors import ConfigError
from bot.spotify.features import TRUSTED, Feature
from storage.database import Database, migrate
from storage.ledger import Block, LedgerRepository, Verdict
from tests.builders import NOON

ADA = SpotifyApp(name="Ada's circle", client_id="aaa", developer="ada")
BEN = SpotifyApp(name="Ben's band", client_id="bbb", people=0)
HOUR = timedelta(hours=1)
NOTHING = Apps({}, {}, (), ())


def a_config(folder: Path) -> Config:
    return Config.model_validate(
        {
            "discord": {"token": "x"},
            "spotify": {"apps": [{"client_id": "aaa"}]},
            "storage": {
                "database_url": f"sqlite+aiosqlite:///{folder}/musivault.db",
                "encryption_keys": [Fernet.generate_key().decode()],
            },
        }
    )


def told(known: Apps, *apps: SpotifyApp, now: datetime = NOON) -> str:
    return "\n".join(report(apps or (ADA, BEN), known, now))


def test_an_app_of_which_nothing_is_known_says_so() -> None:
    text = told(NOTHING, ADA)
    assert text.startswith("Ada's circle (aaa, developer ada)\n")
    assert "0 of 5 places taken" in text
    assert "no requests" in text
    assert "blocked            nothing" in text
    assert text.count("not tried yet") == len(Feature)


def test_people_and_requests_stand_with_their_app_the_most_asked_first() -> None:
    text = told(Apps({"aaa": 3, "bbb": 40}, {"aaa": {"me": 12, "playlists": 3400}}, (), ()))
    ada, _, ben = text.partition("\n\n")
    assert "3 of 5 places taken" in ada
    assert "playlists 3,400, me 12" in ada
    assert "40 linked, as many as come" in ben
    assert "no requests" in ben


def test_a_block_holds_for_all_apps_of_a_developer_and_no_other() -> None:
    other = SpotifyApp(name="Ada's second", client_id="ccc", developer="ada")
    blocks = (Block("ada", "playlists", NOON + HOUR, "quota"), Block("bbb", "me", NOON + HOUR, "rate"))
    first, ben, second = told(Apps({}, {}, blocks, ()), ADA, BEN, other).split("\n\n")
    assert "playlists until 2026-11-20 13:00 UTC (quota)" in first
    assert "playlists until 2026-11-20 13:00 UTC (quota)" in second
    assert "me until 2026-11-20 13:00 UTC (rate)" in ben
    assert "(quota)" not in ben


def test_what_was_found_out_stands_with_its_date_until_it_is_tried_again() -> None:
    verdicts = (
        Verdict("aaa", Feature.AUDIO_FEATURES, True, NOON - HOUR),
        Verdict("aaa", Feature.USER_PLAYLISTS, False, NOON - TRUSTED),
        Verdict("bbb", Feature.SEVERAL_TRACKS, False, NOON),
    )
    ada, _, ben = told(Apps({}, {}, (), verdicts)).partition("\n\n")
    assert "audio_features     allowed (2026-11-20 11:00 UTC)" in ada
    assert "user_playlists     closed (2026-08-22 12:00 UTC, to be tried again)" in ada
    assert "several_tracks     not tried yet" in ada
    assert "several_tracks     closed (2026-11-20 12:00 UTC)" in ben


def test_people_of_an_app_that_was_taken_out_are_counted_apart() -> None:
    assert "not in the configuration" not in told(Apps({"aaa": 1}, {}, (), ()))
    assert told(Apps({"aaa": 1, "gone": 2, "too": 1}, {}, (), ())).endswith(
        "not in the configuration: 3. They have to link again."
    )


async def test_the_last_day_alone_is_read_from_the_database(tmp_path: Path) -> None:
    config = a_config(tmp_path)
    await migrate(config.storage.database_url)
    database = Database(config.storage.database_url)
    ledger = LedgerRepository(database)
    hours = {("aaa", "me", NOON - 24 * HOUR): 1, ("aaa", "me", NOON): 2, ("aaa", "me", NOON - 25 * HOUR): 4}
    await ledger.add(hours)
    await ledger.block(Block("aaa", "me", NOON - HOUR, "rate"))
    await ledger.block(Block("aaa", "tracks", NOON + HOUR, "quota"))
    verdict = Verdict("aaa", Feature.AUDIO_ANALYSIS.value, False, NOON)
    await ledger.learn(verdict)
    await database.close()
    known = await read_apps(config, NOON)
    assert known == Apps({}, {"aaa": {"me": 3}}, (Block("aaa", "tracks", NOON + HOUR, "quota"),), (verdict,))


async def test_it_reads_while_somebody_else_writes(tmp_path: Path) -> None:
    config = a_config(tmp_path)
    await migrate(config.storage.database_url)
    database = Database(config.storage.database_url)
    await LedgerRepository(database).block(Block("aaa", "me", NOON + HOUR, "rate"))
    with closing(sqlite3.connect(tmp_path / "musivault.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM spotify_blocks")
        assert len((await read_apps(config, NOON)).blocks) == 1
        writer.execute("ROLLBACK")
    await database.close()


async def test_without_a_database_of_this_release_it_says_what_to_do(tmp_path: Path) -> None:
    config = a_config(tmp_path)
    with pytest.raises(ConfigError) as refused:
        await read_apps(config, NOON)
    assert "is not there yet" in refused.value.problems[0]
    assert not (tmp_path / "musivault.db").exists()
    with closing(sqlite3.connect(tmp_path / "musivault.db")) as other:
        other.execute("CREATE TABLE other (id)")
    with pytest.raises(ConfigError) as refused:
        await read_apps(config, NOON)
    assert "migrate" in refused.value.problems[0]
