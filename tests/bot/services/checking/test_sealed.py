"""Sealed backups whose key changes: the last one counts as the same only while new ones are sealed as it is."""

from dataclasses import replace

import pytest

from bot.services.progress import ignore
from storage.errors import NoIdentityFits
from storage.sealing import Seal
from tests.bot.services.checking.conftest import NIGHT, Desk

OLD, NEW = Seal.generate_identity(), Seal.generate_identity()


def sealed_by(desk: Desk, *identities: str) -> Desk:
    return replace(desk, shelf=replace(desk.shelf, seal=Seal(identities) if identities else None))


@pytest.mark.parametrize("identities", [(), (NEW,), (NEW, OLD)], ids=["no key", "another key", "a newer key"])
async def test_an_unchanged_vault_is_backed_up_anew_for_the_keys_of_now(
    desk: Desk, identities: tuple[str, ...]
) -> None:
    await desk.change()
    first = await sealed_by(desk, OLD).backup()
    assert (await sealed_by(desk, OLD).backup()).id == first.id
    later = sealed_by(desk, *identities)
    later.time.now += NIGHT
    second = await later.backup()
    assert second.id != first.id
    assert (await later.shelf.fetch(second.discord_id, second.id)).library.likes
    assert (await later.backup()).id == second.id


async def test_nobody_else_looks_into_the_folder_where_it_is_not_sealed_yet(desk: Desk) -> None:
    await desk.change()
    await sealed_by(desk, OLD).backup()
    assert desk.shelf.workdir.stat().st_mode & 0o077 == 0


async def test_a_backup_that_no_key_opens_is_named_and_stays_what_it_is(desk: Desk) -> None:
    await desk.change()
    backup = await sealed_by(desk, OLD).backup()
    later = sealed_by(desk, NEW)
    with pytest.raises(NoIdentityFits) as caught:
        await later.checking.check(backup.discord_id, backup.id, ignore)
    assert f"opens {backup.name}." in caught.value.sentence
    assert await desk.now(backup) == backup
