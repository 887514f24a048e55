"""Archives in the operator's folder are encrypted where there is a key, and belong to one person alone."""

import zipfile
from datetime import timedelta
from pathlib import Path

from storage.sealing import Seal
from tests.journeys.test_backup import back_up
from tests.journeys.test_restore import preview
from tests.journeys.test_restore_vault import into_vault, kept_of
from tests.journeys.town import Town, a_town, first_sync
from tests.sandbox.person import Person


def archives_of(town: Town, person: Person) -> list[Path]:
    return sorted((town.folder / "archives" / str(person.discord_id)).glob("*"))


async def test_a_backup_in_the_folder_is_sealed_and_comes_back(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup={"identities": [Seal.generate_identity()]}) as town:
        ada = town.person("ada")
        await first_sync(ada)
        await back_up(ada)
        (sealed,) = archives_of(town, ada)
        assert sealed.name.endswith(".zip.age")
        assert not zipfile.is_zipfile(sealed)
        await (await ada.types("/vault backup")).until("Already backed up")
        before = await kept_of(town, ada, erase=True)
        await into_vault(ada)
        assert (await kept_of(town, ada)).likes == before.likes


async def test_a_key_that_came_later_seals_what_is_made_from_then_on(tmp_path: Path) -> None:
    async with a_town(tmp_path) as town:
        ada = town.person("ada")
        await first_sync(ada)
        await back_up(ada)
        await town.stop()
        town.changes["backup"] = {"identities": [Seal.generate_identity()]}
        town.clock.advance(timedelta(minutes=1))  # their names say when they were made
        await town.start()
        await back_up(ada)
        assert [path.suffix for path in archives_of(town, ada)] == [".zip", ".age"]
        await town.stop()
        town.changes["backup"] = {}
        await town.start()
        await kept_of(town, ada, erase=True)
        await (await ada.types("/vault restore", into="the vault")).until("None of this bot's keys opens")


async def test_one_person_s_archive_never_comes_back_into_another_s_vault(town: Town) -> None:
    ada, ben = town.person("ada"), town.person("ben")
    await first_sync(ada)
    await first_sync(ben)
    await back_up(ada)
    await town.database(f"UPDATE archives SET discord_id = {ben.discord_id} WHERE discord_id = {ada.discord_id}")
    await (await ben.types("/vault restore", into="the vault")).until("somebody else's")
    await kept_of(town, ben, erase=True)
    await (await ben.types("/vault restore", into="the vault")).until("somebody else's")


async def test_a_restore_into_spotify_reads_a_sealed_backup_too(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup={"identities": [Seal.generate_identity()]}) as town:
        ben = town.person("ben")
        await first_sync(ben)
        await back_up(ben)
        await ben.spotify.unlike_newest(n=3)
        assert "3 likes come back" in (await preview(ben)).text
