"""Exports that lie ready: one a person, fetched once, and links that stand nowhere."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.database import Database
from storage.downloads import DownloadRepository
from storage.errors import DownloadOver, DownloadUnknown
from storage.records import Download
from tests.builders import ADA, BEN, NOON, at

EXPORT = Download("d1", ADA, "road.csv", 12, NOON, at(60))
TOKEN = "unguessable-token"


@pytest.fixture
async def downloads(database: Database) -> DownloadRepository:
    repository = DownloadRepository(database)
    await repository.add(EXPORT)
    await repository.give_link(EXPORT, TOKEN)
    return repository


async def test_looking_behind_a_link_does_not_use_it(downloads: DownloadRepository) -> None:
    assert await downloads.behind(TOKEN, at(1)) == EXPORT
    assert await downloads.behind(TOKEN, at(59)) == EXPORT


async def test_what_was_fetched_is_over(downloads: DownloadRepository) -> None:
    await downloads.use(EXPORT, at(1))
    with pytest.raises(DownloadOver, match="`/vault export` again"):
        await downloads.behind(TOKEN, at(2))
    assert await downloads.ready(ADA, at(2)) is None
    assert await downloads.all_ready(at(2)) == frozenset()


async def test_what_nobody_fetched_in_time_is_over_and_a_day_later_unknown(downloads: DownloadRepository) -> None:
    with pytest.raises(DownloadOver):
        await downloads.behind(TOKEN, at(60))
    assert await downloads.ready(ADA, at(60)) is None
    await downloads.forget(at(60) + timedelta(days=1))
    with pytest.raises(DownloadUnknown):
        await downloads.behind(TOKEN, at(61))


async def test_a_new_link_replaces_the_one_before(downloads: DownloadRepository) -> None:
    await downloads.give_link(EXPORT, "another")
    assert await downloads.behind("another", at(1)) == EXPORT
    with pytest.raises(DownloadUnknown):
        await downloads.behind(TOKEN, at(1))


async def test_a_new_export_replaces_the_person_s_one_before_and_nobody_else_s(downloads: DownloadRepository) -> None:
    await downloads.add(replace(EXPORT, id="b1", discord_id=BEN))
    newer = replace(EXPORT, id="d2", created_at=at(5))
    await downloads.add(newer)
    assert await downloads.ready(ADA, at(6)) == newer
    assert await downloads.all_ready(at(6)) == {"b1", "d2"}
    with pytest.raises(DownloadOver):
        await downloads.behind(TOKEN, at(6))


async def test_the_link_stands_nowhere_in_the_database(
    downloads: DownloadRepository, on_disk: Callable[[], bytes]
) -> None:
    assert await downloads.ready(ADA, NOON) == EXPORT
    assert TOKEN.encode() not in on_disk()
