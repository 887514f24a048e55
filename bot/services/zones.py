"""Time zones by the names people type: a zone's own, or that of its city."""

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from storage.errors import MusiVaultError

NOT_OFFERED = ("Etc/GMT", "GMT+", "GMT-", "SystemV/", "posix/", "right/", "Factory", "localtime")
"""How the names begin of what nobody lives in; in "Etc/GMT+2" the sign is even the other way round."""
USUAL = (
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)
"""What is offered before anything is typed, from west to east."""
MONTHS = tuple(timedelta(days=31 * number) for number in range(12))
OFFERED = 25
"""As many as Discord shows; what their clocks show is looked up for each."""
SHOWN = 60


class UnknownZone(MusiVaultError):
    """No zone has that name."""

    template = (
        "I know no time zone called “{typed}”. Type the name of a large city in yours, such as Berlin or New York, and "
        "choose from what is offered."
    )


class SeveralZones(MusiVaultError):
    """A name that zones of different times share."""

    template = "“{typed}” is the name of several time zones. Say which: {zones}."


def zone_of(name: str | None) -> ZoneInfo:
    """The zone somebody chose. UTC where they chose none, and where this machine knows it no more: a night at another
    hour is better than none.
    """
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


class Named(NamedTuple):
    """A zone's name, and what is compared with what people type: all of it, and its city alone."""

    name: str
    plain: str
    city: str


def read_zones() -> tuple[Named, ...]:
    """Those of this machine that somebody may live in, by name."""
    names = sorted(name for name in available_timezones() if not name.startswith(NOT_OFFERED))
    return tuple(Named(name, _plain(name), _plain(name.rpartition("/")[2])) for name in names)


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones there are, read from the machine once, since that takes a while."""

    known: tuple[Named, ...] = field(default_factory=read_zones)

    def find(self, typed: str, now: datetime) -> str:
        """The name of the zone that is meant; `UnknownZone` or `SeveralZones` where none is."""
        wanted = _plain(typed)
        whole = [each.name for each in self.known if each.plain == wanted]
        found = whole or [each.name for each in self.known if each.city == wanted]
        if not found:
            raise UnknownZone(typed=_short(typed))
        if len({_times(name, now) for name in found}) > 1:
            raise SeveralZones(typed=_short(typed), zones=", ".join(f"`{name}`" for name in found))
        return found[0]

    def suggest(self, typed: str) -> tuple[str, ...]:
        """Zones whose name contains what was typed, those whose city begins with it first."""
        wanted = _plain(typed)
        if not wanted:
            return USUAL
        found = [each for each in self.known if wanted in each.plain]
        found.sort(key=lambda each: (not each.city.startswith(wanted), each.name))
        return tuple(each.name for each in found[:OFFERED])


def clock_of(name: str, now: datetime) -> str:
    """What the clocks of a zone show."""
    return f"{now.astimezone(zone_of(name)):%H:%M}"


def _plain(text: str) -> str:
    """Letter case, accents and the difference between a space and `_` aside."""
    apart = unicodedata.normalize("NFKD", text.replace("_", " "))
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).casefold().split())


def _times(name: str, now: datetime) -> tuple[timedelta | None, ...]:
    """How far from UTC a zone is over the year to come: two that agree are one under two names."""
    zone = zone_of(name)
    return tuple((now.astimezone(UTC) + later).astimezone(zone).utcoffset() for later in MONTHS)


def _short(typed: str) -> str:
    return typed.strip()[:SHOWN]
