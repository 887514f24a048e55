"""When somebody's night begins: their hour, by the clocks of their zone. Pure, from a person and the moment."""

import hashlib
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services.zones import zone_of
from storage.records import Person

WINDOW = timedelta(hours=1)
"""People's turns are spread over this long after their hour."""
APART = timedelta(hours=12)
"""How far apart the turns of two nights are at least: only who moves their night ever comes near it."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def latest_turn(person: Person, default_hour: int, now: datetime) -> datetime:
    """When this person's last nightly backup should have begun: their hour, spread over the window by their id.

    Each date has one turn, in the order of the dates; one that the clocks moved past midnight belongs to its own date.
    """
    zone = zone_of(person.time_zone)
    hour = default_hour if person.nightly_hour is None else person.nightly_hour
    today, spread = now.astimezone(zone).date(), WINDOW * share_of(person.discord_id)
    turns = (_strikes(today - DAY * before, hour, zone) + spread for before in range(3))
    return next(turn for turn in turns if turn <= now)


def share_of(discord_id: int) -> float:
    """A person's own place in the window, from 0 up to 1: ids that differ little lie far apart."""
    return int.from_bytes(hashlib.sha256(str(discord_id).encode()).digest()[:4]) / 2**32


def _strikes(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The first moment at which the clocks of a day show the hour or a later one.

    So an hour that is left out in spring begins where the clocks go on, and one that comes twice in autumn begins once.
    """
    wall = datetime.combine(day, time(hour))
    first, last = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    minutes = range((last - first) // MINUTE + 1)
    return first + MINUTE * bisect_left(minutes, True, key=lambda minute: _shown(first + MINUTE * minute, zone) >= wall)


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the clocks show."""
    return moment.astimezone(zone).replace(tzinfo=None)


def is_due(turn: datetime, last: datetime | None) -> bool:
    """Whether a turn has a night of its own; `last` is the turn of the night before.

    Who moves their hour or travels has the next night at the first new turn that is half a day after the last one, so
    never two in one, and within a day and a half.
    """
    return last is None or turn - last >= APART


def name_of(turn: datetime) -> str:
    """What a night is kept under: the moment of its turn."""
    return f"{turn.astimezone(UTC):%Y-%m-%dT%H:%M}"


def turn_of(name: str) -> datetime:
    """The same read again; nights of before there were zones say only the hour."""
    return datetime.fromisoformat(name).replace(tzinfo=UTC)
