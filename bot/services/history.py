"""The time machine: what changed in a library, list by list and period by period, and how each list was."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.time import Clock
from storage.accounts import AccountRepository
from storage.errors import MusiVaultError, NotFound
from storage.history import HistoryRepository
from storage.records import Contents, ListName, Observed, SavedKind, Which

PAGE = 10
CONTENTS_PAGE = 12
DAY = timedelta(days=1)
ALWAYS = "all"
LENGTHS = {"1d": DAY, "7d": 7 * DAY, "30d": 30 * DAY, "365d": 365 * DAY}
TYPED_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
CODE = re.compile(r"(\d{8})-(\d{8})")


class NotAPeriod(MusiVaultError):
    """A period that cannot be read."""

    template = (
        "“{typed}” is no period I can read. Choose one of those offered, or type a day (`2026-11-20`), a month "
        "(`2026-11`) or two days (`2026-11-01 to 2026-11-20`)."
    )


@dataclass(frozen=True, slots=True)
class Period:
    """A period by its code: `all`, one of `LENGTHS` up to now, or two days in UTC (`20261101-20261120`, both count)."""

    code: str = ALWAYS

    def bounds(self, now: datetime) -> tuple[datetime | None, datetime]:
        """From when on, and before when."""
        if self.code == ALWAYS:
            return None, now
        if self.code in LENGTHS:
            return now - LENGTHS[self.code], now
        first, last = self.days
        return first, min(now, last + DAY)

    @property
    def days(self) -> tuple[datetime, datetime]:
        """The first and the last day of two typed days, at midnight UTC."""
        match = CODE.fullmatch(self.code)
        if match is None:
            raise NotAPeriod(typed=self.code)
        try:
            first, last = (datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC) for day in match.groups())
        except ValueError:
            raise NotAPeriod(typed=self.code) from None
        return first, last


def period_of(typed: str) -> Period:
    """A code, or days and months as people type them; raises `NotAPeriod`."""
    if typed in (ALWAYS, *LENGTHS):
        return Period(typed)
    if CODE.fullmatch(typed):
        period = Period(typed)
    else:
        found = list(TYPED_DAY.finditer(typed))
        if not 1 <= len(found) <= 2:
            raise NotAPeriod(typed=typed)
        (first, _), (_, last) = _ends(found[0], typed), _ends(found[-1], typed)
        period = Period(f"{first}-{last}")
    first_day, last_day = period.days
    if first_day > last_day:
        raise NotAPeriod(typed=typed)
    return period


def _ends(found: re.Match[str], typed: str) -> tuple[str, str]:
    """The first and last day that a typed day or month means."""
    year, month = int(found[1]), int(found[2])
    if not (1 <= month <= 12 and 1970 <= year <= 9998):
        raise NotAPeriod(typed=typed)
    first, last = (int(found[3]),) * 2 if found[3] else (1, monthrange(year, month)[1])
    return f"{year:04}{month:02}{first:02}", f"{year:04}{month:02}{last:02}"


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks at: changes of one list or of all, of a period, seen before `as_of`; pages count from 0.

    What is seen later turns no page; `as_of` is whole milliseconds, as it stands in buttons.
    """

    as_of: datetime
    which: Which | None = None
    period: Period = Period()
    page: int = 0


@dataclass(frozen=True, slots=True)
class People:
    """Names for the Spotify ids that stand beside entries; `you` is the asker's own."""

    you: str | None
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """The answer to a question. `name` is that of the playlist asked for; `more` says whether there are older ones."""

    question: Question
    name: str
    seen: tuple[Observed, ...]
    more: bool
    people: People


@dataclass(frozen=True, slots=True)
class State:
    """A page of a list as it was."""

    contents: Contents
    page: int
    people: People

    @property
    def pages(self) -> int:
        """How many there are; an empty list has one."""
        return max(1, -(-self.contents.items // CONTENTS_PAGE))


@dataclass(frozen=True, slots=True)
class History:
    """Reads only what is stored; asks Spotify nothing."""

    kept: HistoryRepository
    accounts: AccountRepository
    clock: Clock

    async def ask(self, discord_id: int, which: str | None, period: str | None) -> Question:
        """A question as it is typed; raises `NotFound` for a list there is not, and `NotAPeriod`."""
        now = self.clock()
        as_of = now.replace(microsecond=now.microsecond // 1000 * 1000) + timedelta(milliseconds=1)
        listed = await self._listed(discord_id, which) if which else None
        return Question(as_of, listed, period_of(period) if period else Period())

    async def changes(self, discord_id: int, question: Question) -> Changes:
        """A page of what was observed, newest first."""
        since, until = question.period.bounds(question.as_of)
        seen = await self.kept.changes(
            discord_id, which=question.which, since=since, until=until, offset=question.page * PAGE, limit=PAGE + 1
        )
        return Changes(
            question=question,
            name=await self._name(discord_id, question.which),
            seen=seen[:PAGE],
            more=len(seen) > PAGE,
            people=await self.people(discord_id),
        )

    async def state(self, discord_id: int, which: Which, number: int, page: int = 0) -> State:
        """A page of a list as it was in one of its states; raises `NotFound`."""
        contents = await self.kept.contents(discord_id, which, number, page * CONTENTS_PAGE, CONTENTS_PAGE)
        return State(contents, page, await self.people(discord_id))

    async def lists(self, discord_id: int) -> tuple[ListName, ...]:
        """All lists that have a history, those gone from Spotify last."""
        return await self.kept.lists(discord_id)

    async def people(self, discord_id: int) -> People:
        """Who is who beside the entries."""
        account = await self.accounts.spotify(discord_id)
        return People(account.spotify_id if account else None, await self.kept.owners(discord_id))

    async def _listed(self, discord_id: int, typed: str) -> Which:
        """What was chosen while typing is exact; a name typed to its end will do as well."""
        known = await self.lists(discord_id)
        exact = [each.which for each in known if each.which == typed]
        named = [each.which for each in known if each.name.casefold() == typed.casefold()]
        for which in (*exact, *named):
            return which
        if typed in set(SavedKind):
            return SavedKind(typed)
        raise NotFound(what="That list")

    async def _name(self, discord_id: int, which: Which | None) -> str:
        if which is None or isinstance(which, SavedKind):
            return ""
        return next((each.name for each in await self.lists(discord_id) if each.which == which), "")
