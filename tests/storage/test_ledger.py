"""What is remembered of Spotify's limits: counts add up, blocks end, verdicts are replaced."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from storage.ledger import Block, LedgerRepository, Verdict

HOUR = datetime(2026, 11, 20, 18, tzinfo=UTC)
LATER = HOUR + timedelta(hours=1)


@pytest.fixture
def ledger(database: Database) -> LedgerRepository:
    return LedgerRepository(database)


async def test_requests_of_an_hour_add_up(ledger: LedgerRepository) -> None:
    await ledger.add({("app", "me", HOUR): 2, ("app", "tracks", HOUR): 1, ("other", "me", HOUR): 5})
    await ledger.add({("app", "me", HOUR): 3, ("app", "me", LATER): 1})
    assert await ledger.requests_since(HOUR) == {
        ("app", "me", HOUR): 5,
        ("app", "tracks", HOUR): 1,
        ("other", "me", HOUR): 5,
        ("app", "me", LATER): 1,
    }
    assert await ledger.requests_since(LATER) == {("app", "me", LATER): 1}


async def test_nothing_counted_is_nothing_written(ledger: LedgerRepository) -> None:
    await ledger.add({})
    assert await ledger.requests_since(HOUR) == {}


async def test_only_what_is_old_is_forgotten(ledger: LedgerRepository) -> None:
    await ledger.add({("app", "me", HOUR): 2, ("app", "me", LATER): 1})
    await ledger.block(Block("dev", "me", HOUR, "quota"))
    await ledger.block(Block("dev", "tracks", LATER, "quota"))
    await ledger.forget_before(LATER)
    assert await ledger.requests_since(HOUR) == {("app", "me", LATER): 1}
    assert [block.family for block in await ledger.blocks(HOUR - timedelta(days=1))] == ["tracks"]


async def test_a_block_holds_until_its_end_and_the_newest_counts(ledger: LedgerRepository) -> None:
    await ledger.block(Block("dev", "me", HOUR, "quota"))
    await ledger.block(Block("dev", "me", LATER, "rate"))
    assert await ledger.blocks(HOUR) == (Block("dev", "me", LATER, "rate"),)
    assert await ledger.blocks(LATER) == ()


async def test_a_verdict_takes_the_place_of_the_one_before(ledger: LedgerRepository) -> None:
    await ledger.learn(Verdict("app", "audio_features", True, HOUR))
    await ledger.learn(Verdict("app", "audio_features", False, LATER))
    await ledger.learn(Verdict("other", "audio_features", True, HOUR))
    assert set(await ledger.verdicts()) == {
        Verdict("app", "audio_features", False, LATER),
        Verdict("other", "audio_features", True, HOUR),
    }
