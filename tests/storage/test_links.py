import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.database import Database
from storage.errors import LinkExpired, LinkRejected
from storage.links import LinkRepository
from storage.records import LinkKind, LinkState
from storage.tokens import TokenCipher
from tests.builders import ADA, BEN, NOON, at

LINK = LinkState(
    state="unguessable-state",
    kind=LinkKind.SPOTIFY,
    discord_id=ADA,
    discord_name="ada.l",
    client_id="app",
    code_verifier="secret-verifier",
    created_at=NOON,
    expires_at=at(10),
    authorize_url="https://accounts.example/authorize?state=unguessable-state",
)


@pytest.fixture
async def links(database: Database, cipher: TokenCipher) -> LinkRepository:
    repository = LinkRepository(database, cipher)
    await repository.open(LINK)
    return repository


async def test_looking_at_a_link_does_not_use_it(links: LinkRepository) -> None:
    assert await links.look(LINK.state, at(1)) == LINK
    assert await links.look(LINK.state, at(2)) == LINK


async def test_a_link_works_once(links: LinkRepository) -> None:
    assert await links.take(LINK.state, at(1)) == LINK
    with pytest.raises(LinkExpired, match="/link spotify"):
        await links.take(LINK.state, at(2))
    with pytest.raises(LinkExpired):
        await links.look(LINK.state, at(2))


async def test_of_many_who_take_a_link_at_once_one_gets_it(links: LinkRepository) -> None:
    taken = await asyncio.gather(*(links.take(LINK.state, at(1)) for _ in range(5)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in taken) == ["LinkExpired"] * 4 + ["LinkState"]


async def test_a_link_is_too_late_at_the_minute_it_expires(links: LinkRepository) -> None:
    with pytest.raises(LinkExpired):
        await links.take(LINK.state, at(10))


async def test_an_unknown_link_is_rejected(links: LinkRepository) -> None:
    with pytest.raises(LinkRejected):
        await links.look("guessed", at(1))


async def test_somebody_else_cannot_take_a_link_and_does_not_use_it_up(links: LinkRepository) -> None:
    with pytest.raises(LinkRejected):
        await links.take(LINK.state, at(1), BEN)
    assert await links.take(LINK.state, at(1), ADA) == LINK


async def test_a_link_without_a_verifier_comes_back(links: LinkRepository) -> None:
    drive = replace(LINK, state="other", kind=LinkKind.DRIVE, code_verifier=None)
    await links.open(drive)
    assert await links.take("other", at(1)) == drive


async def test_an_old_link_is_told_apart_for_a_day_and_then_forgotten(links: LinkRepository) -> None:
    await links.forget_expired(at(11))
    with pytest.raises(LinkExpired):
        await links.look(LINK.state, at(11))
    await links.forget_expired(at(10) + timedelta(days=1))
    with pytest.raises(LinkRejected):
        await links.look(LINK.state, at(12))


async def test_nothing_in_the_file_lets_anybody_finish_a_link(
    links: LinkRepository, database: Database, on_disk: Callable[[], bytes]
) -> None:
    await links.look(LINK.state, at(1))
    await database.close()
    written = on_disk()
    assert b"ada.l" in written
    assert b"unguessable-state" not in written
    assert b"secret-verifier" not in written


async def test_a_link_whose_key_is_lost_counts_as_expired(
    links: LinkRepository, database: Database, other_cipher: TokenCipher
) -> None:
    after = LinkRepository(database, other_cipher)
    with pytest.raises(LinkExpired):
        await after.look(LINK.state, at(1))
    with pytest.raises(LinkExpired):
        await after.take(LINK.state, at(1))
    assert await links.take(LINK.state, at(2)) == LINK, "with the key put back it still works"
