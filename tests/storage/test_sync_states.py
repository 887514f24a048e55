from dataclasses import replace

import pytest

from storage.accounts import AccountRepository
from storage.database import Database
from storage.records import SectionState, StagedPage
from storage.sync_states import SyncStateRepository
from storage.tokens import TokenCipher
from tests.builders import ADA, BEN, NOON, at
from tests.storage.test_accounts import spotify_account

FIRST = StagedPage(0, "s1", 90, (("spotify:track:A", NOON, "ada"), (None, None, None)))
SECOND = StagedPage(50, "s1", 90, ())


@pytest.fixture
def states(database: Database) -> SyncStateRepository:
    return SyncStateRepository(database)


async def test_a_part_never_read_has_no_state(states: SyncStateRepository) -> None:
    assert await states.section(ADA, "track") is None
    assert await states.sections(ADA) == {}


async def test_a_quick_reading_keeps_when_the_last_full_one_was(states: SyncStateRepository) -> None:
    await states.mark_section(ADA, "track", at(0), full_at=at(0), total=7)
    await states.mark_section(ADA, "track", at(5), total=8)
    await states.mark_section(ADA, "album", at(6))
    assert await states.sections(ADA) == {"track": SectionState(at(5), at(0), 8), "album": SectionState(at(6))}
    await states.mark_section(ADA, "track", at(9), full_at=at(9))
    assert await states.section(ADA, "track") == SectionState(at(9), at(9))
    assert await states.sections(BEN) == {}


async def test_pages_put_aside_come_back_in_order_until_they_have_served(states: SyncStateRepository) -> None:
    await states.stage(ADA, "items:x", [SECOND], at(0))
    await states.stage(ADA, "items:x", [FIRST], at(1))
    await states.stage(ADA, "track", [], at(1))
    assert await states.staged(ADA, "items:x") == (FIRST, SECOND)
    assert await states.staged_sections(ADA) == {"items:x"}
    await states.unstage(ADA, "items:x")
    assert await states.staged(ADA, "items:x") == ()


async def test_a_page_read_again_takes_the_place_of_the_first(states: SyncStateRepository) -> None:
    newer = replace(FIRST, proof="s2", total=3)
    await states.stage(ADA, "items:x", [FIRST, SECOND], at(0))
    await states.stage(ADA, "items:x", [newer], at(1))
    assert await states.staged(ADA, "items:x") == (newer, SECOND)


async def _link_again(database: Database, cipher: TokenCipher, key: str, *, unlinked: bool = False) -> None:
    accounts, states = AccountRepository(database, cipher), SyncStateRepository(database)
    await accounts.save_spotify(spotify_account())
    for who in (ADA, BEN):
        await states.mark_section(who, "track", at(0))
        await states.stage(who, "track", [FIRST], at(0))
    if unlinked:
        await accounts.forget_spotify(ADA)
    await accounts.save_spotify(spotify_account(key=key))


async def test_the_same_account_linked_again_goes_on_where_it_was(
    states: SyncStateRepository, database: Database, cipher: TokenCipher
) -> None:
    await _link_again(database, cipher, "key")
    assert await states.staged(ADA, "track") == (FIRST,)
    assert await states.sections(ADA) == {"track": SectionState(at(0))}


@pytest.mark.parametrize("unlinked", [True, False])
async def test_another_account_is_read_from_the_start(
    unlinked: bool, states: SyncStateRepository, database: Database, cipher: TokenCipher
) -> None:
    await _link_again(database, cipher, "other", unlinked=unlinked)
    assert (await states.staged(ADA, "track"), await states.sections(ADA)) == ((), {})
    assert await states.staged(BEN, "track") == (FIRST,)
    assert await states.sections(BEN) == {"track": SectionState(at(0))}
