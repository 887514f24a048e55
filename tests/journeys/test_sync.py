"""Sync, as a member lives it."""

from tests.journeys.town import Town, link_spotify


async def test_a_linked_library_is_synced_and_a_second_sync_changes_nothing(town: Town) -> None:
    ada = town.person("ada")
    await link_spotify(ada)
    reply = await ada.types("/vault sync")
    reply = await reply.until("Your vault holds")
    reply = await (await ada.types("/vault sync")).until("nothing changed")
