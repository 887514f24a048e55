"""The six months, counted down: each stage once, the newest only, and quiet to those who said no."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import LinkEnd
from bot.notices import LinkEnded, LinkEnding, Notice, Post
from bot.services.countdown import EVERY, ORDER, Countdown, Stage, begins, due_stage
from bot.spotify.oauth import link_ends
from storage.accounts import AccountRepository
from storage.database import Database
from storage.people import PeopleRepository
from storage.records import AccountState, SpotifyAccount, SpotifyToken
from storage.tokens import TokenCipher
from tests.bot.services.working import Mailbox
from tests.bot.spotify.time import NOW, Time
from tests.builders import ADA, BEN

APPS = ("client",)
ENDS = link_ends(NOW)


def link(discord_id: int = ADA, *, client_id: str = "client", at: datetime = NOW) -> SpotifyAccount:
    token = SpotifyToken("access", "refresh", at)
    return SpotifyAccount(discord_id, f"key{discord_id}", "ada", "Ada L.", client_id, token, at)


class PostOffice(Mailbox):
    """Delivers, unless the doors are closed or Discord is in trouble."""

    def __init__(self, people: PeopleRepository) -> None:
        super().__init__()
        self.people = people
        self.closed = False
        self.trouble = False

    async def __call__(self, notice: Notice) -> bool:
        if self.closed:
            await self.people.mark_dms(notice.discord_id, open=False)
        if self.closed or self.trouble:
            return False
        return await super().__call__(notice)


@dataclass
class House:
    """What a countdown needs, and the post it goes through."""

    accounts: AccountRepository
    people: PeopleRepository
    office: PostOffice
    time: Time

    def countdown(self, apps: tuple[str, ...] = APPS) -> Countdown:
        """As each start of the bot makes it."""
        return Countdown(self.accounts, self.people, apps, Post(self.office), self.time)

    @property
    def told(self) -> list[type[Notice]]:
        return [type(notice) for notice in self.office.notices]


@pytest.fixture
def house(database: Database, cipher: TokenCipher, time: Time) -> House:
    people = PeopleRepository(database)
    return House(AccountRepository(database, cipher), people, PostOffice(people), time)


def test_the_stages_are_five_months_two_weeks_three_days_and_the_end() -> None:
    assert [begins(stage, NOW).date().isoformat() for stage in ORDER] == [
        "2027-04-20",
        "2027-05-06",
        "2027-05-17",
        "2027-05-20",
    ]


@given(st.timedeltas(timedelta(), timedelta(days=1500)))
def test_the_stages_follow_one_another_whenever_somebody_linked(later: timedelta) -> None:
    linked = NOW + later
    starts = [begins(stage, linked) for stage in ORDER]
    assert starts == sorted(set(starts))


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
def test_looked_at_whenever_each_stage_comes_once_and_never_an_older_one(days: list[int]) -> None:
    account, told = link(), []
    for day in sorted(days):
        stage = due_stage(account, APPS, NOW + timedelta(days=day))
        if stage is not None:
            assert begins(stage, NOW) <= NOW + timedelta(days=day)
            told.append(stage)
            account = replace(account, warned=stage)
    assert told == sorted(set(told), key=ORDER.index)
    assert bool(told) == any(begins(Stage.FIVE_MONTHS, NOW) <= NOW + timedelta(days=day) for day in days)


async def test_through_half_a_year_of_hours_and_restarts_each_is_told_once(house: House) -> None:
    await house.accounts.save_spotify(link())
    told_at = []
    countdown = house.countdown()
    for hour in range(24 * 190):
        if not _near_a_stage(house.time.now):
            house.time.now += timedelta(hours=1)
            continue
        if hour % 7 == 0:
            countdown = house.countdown()
        if await countdown.tell_due():
            told_at.append(house.time.now)
        house.time.now += timedelta(hours=1)
    assert told_at == [begins(stage, NOW) for stage in ORDER]
    assert house.office.notices == [LinkEnding(ADA, "Ada L.", ENDS)] * 3 + [
        LinkEnded(ADA, "Ada L.", LinkEnd.SIX_MONTHS)
    ]


def _near_a_stage(now: datetime) -> bool:
    return any(abs(now - begins(stage, NOW)) <= timedelta(hours=12) for stage in ORDER)


async def test_who_is_late_hears_only_the_newest(house: House) -> None:
    await house.accounts.save_spotify(link())
    house.time.now = ENDS - timedelta(days=2)
    assert await house.countdown().tell_due() == 1
    assert await house.countdown().tell_due() == 0
    assert house.told == [LinkEnding]


async def test_linking_again_begins_anew(house: House) -> None:
    await house.accounts.save_spotify(link())
    house.time.now = ENDS - timedelta(days=2)
    await house.countdown().tell_due()
    await house.accounts.save_spotify(link(at=house.time.now))
    assert await house.countdown().tell_due() == 0
    house.time.now = begins(Stage.FIVE_MONTHS, house.time.now)
    assert await house.countdown().tell_due() == 1


async def test_between_looks_nobody_is_looked_at(house: House) -> None:
    countdown = house.countdown()
    assert await countdown.tell_due() == 0
    await house.accounts.save_spotify(replace(link(), state=AccountState.REFUSED))
    house.time.now += EVERY - timedelta(seconds=1)
    assert await countdown.tell_due() == 0
    house.time.now += timedelta(seconds=1)
    assert await countdown.tell_due() == 1


@pytest.mark.parametrize(
    ("account", "apps", "end"),
    [
        (replace(link(), state=AccountState.REFUSED), APPS, LinkEnd.REFUSED),
        (link(client_id="former"), APPS, LinkEnd.APP_GONE),
    ],
)
async def test_a_link_that_ended_before_its_time_is_told_once_with_its_cause(
    house: House, account: SpotifyAccount, apps: tuple[str, ...], end: LinkEnd
) -> None:
    await house.accounts.save_spotify(account)
    for _ in range(3):
        await house.countdown(apps).tell_due()
        house.time.now += EVERY
    assert house.office.notices == [LinkEnded(ADA, "Ada L.", end)]


async def test_an_app_that_came_back_counts_down_as_ever(house: House) -> None:
    await house.accounts.save_spotify(link())
    await house.countdown(("another",)).tell_due()
    assert house.told == [LinkEnded]
    await house.countdown().tell_due()
    house.time.now = begins(Stage.TWO_WEEKS, NOW)
    await house.countdown().tell_due()
    assert house.told == [LinkEnded, LinkEnding]


async def test_a_lost_key_is_told_as_what_it_is(house: House, database: Database) -> None:
    await house.accounts.save_spotify(link())
    house.accounts = AccountRepository(database, TokenCipher([TokenCipher.generate_key()]))
    await house.countdown().tell_due()
    await house.countdown().tell_due()
    assert house.office.notices == [LinkEnded(ADA, "Ada L.", LinkEnd.UNREADABLE)]


@pytest.mark.parametrize(("wants", "heard"), [(None, 1), (True, 1), (False, 0)])
async def test_all_hear_of_it_but_those_who_said_no(house: House, wants: bool | None, heard: int) -> None:
    await house.accounts.save_spotify(link())
    if wants is not None:
        await house.people.choose(ADA, wants_dms=wants)
    house.time.now = begins(Stage.TWO_WEEKS, NOW)
    assert await house.countdown().tell_due() == heard
    await house.people.choose(ADA, wants_dms=True)
    assert await house.countdown().tell_due() == 1 - heard, "who says yes later hears what is due then"


async def test_closed_dms_are_tried_once_for_a_stage(house: House) -> None:
    await house.accounts.save_spotify(link())
    house.time.now, house.office.closed = begins(Stage.TWO_WEEKS, NOW), True
    assert await house.countdown().tell_due() == 0
    house.office.closed = False
    assert await house.countdown().tell_due() == 0
    assert house.told == []


async def test_what_discord_did_not_take_is_tried_again_an_hour_later(house: House) -> None:
    await house.accounts.save_spotify(link())
    house.time.now, house.office.trouble = begins(Stage.TWO_WEEKS, NOW), True
    countdown = house.countdown()
    assert await countdown.tell_due() == 0
    house.office.trouble = False
    assert await countdown.tell_due() == 0
    house.time.now += EVERY
    assert await countdown.tell_due() == 1
    assert house.told == [LinkEnding]


async def test_one_person_s_spoilt_record_keeps_nobody_else_uninformed(house: House) -> None:
    await house.accounts.save_spotify(replace(link(ADA), warned="a stage from another release"))
    await house.accounts.save_spotify(link(BEN))
    house.time.now = begins(Stage.TWO_WEEKS, NOW)
    assert await house.countdown().tell_due() == 1
    assert [notice.discord_id for notice in house.office.notices] == [BEN]


async def test_linked_anew_while_it_is_looked_at_is_left_alone(house: House) -> None:
    class Relinking(AccountRepository):
        async def mark_warned(self, account: SpotifyAccount, warned: str | None) -> bool:
            await self.save_spotify(link(at=NOW + timedelta(days=170)))
            return await super().mark_warned(account, warned)

    await house.accounts.save_spotify(link())
    house.accounts.__class__ = Relinking
    house.time.now = begins(Stage.TWO_WEEKS, NOW)
    assert await house.countdown().tell_due() == 0
    assert house.told == []
