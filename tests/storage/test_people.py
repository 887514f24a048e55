import pytest

from storage.accounts import AccountRepository
from storage.database import Database
from storage.people import PeopleRepository
from storage.records import Person
from storage.tokens import TokenCipher
from tests.builders import ADA, BEN
from tests.storage.test_accounts import spotify_account


@pytest.fixture
def people(database: Database) -> PeopleRepository:
    return PeopleRepository(database)


async def test_somebody_unknown_has_chosen_nothing(people: PeopleRepository) -> None:
    assert await people.get(ADA) == Person(ADA)


async def test_a_choice_leaves_the_other_choices_alone(people: PeopleRepository) -> None:
    await people.choose(ADA, wants_dms=True)
    await people.choose(ADA, nightly=False)
    assert await people.choose(ADA, nightly_hour=0) == Person(ADA, wants_dms=True, nightly=False, nightly_hour=0)


async def test_a_time_zone_is_kept(people: PeopleRepository) -> None:
    assert (await people.choose(ADA, time_zone="Europe/Berlin")).time_zone == "Europe/Berlin"
    assert (await people.choose(ADA, nightly_hour=4)).time_zone == "Europe/Berlin"


async def test_a_no_is_a_choice_too(people: PeopleRepository) -> None:
    await people.choose(ADA, wants_dms=True)
    await people.choose(ADA, wants_dms=False)
    assert (await people.get(ADA)).wants_dms is False


async def test_what_is_known_of_somebody_survives_choices(people: PeopleRepository) -> None:
    await people.remember(ADA, "Ada")
    await people.set_dm_channel(ADA, 2**60)
    await people.mark_dms(ADA, open=False)
    await people.choose(ADA, nightly=False)
    await people.remember(ADA, "Ada L.")
    assert await people.get(ADA) == Person(ADA, "Ada L.", nightly=False, dm_channel_id=2**60, dms_open=False)


async def test_a_gone_channel_is_forgotten(people: PeopleRepository) -> None:
    await people.set_dm_channel(ADA, 5)
    await people.set_dm_channel(ADA, None)
    assert (await people.get(ADA)).dm_channel_id is None


async def test_plays_are_kept_for_who_asked_for_it_and_is_linked(
    people: PeopleRepository, database: Database, cipher: TokenCipher
) -> None:
    assert (await people.choose(ADA, keeps_plays=True)).keeps_plays
    await people.choose(BEN, keeps_plays=True)
    await AccountRepository(database, cipher).save_spotify(spotify_account(ADA))
    assert await people.listening() == (ADA,)
    await people.choose(ADA, keeps_plays=False)
    assert await people.listening() == ()
