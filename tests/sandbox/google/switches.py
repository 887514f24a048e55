"""Bad days on demand: statuses, cuts, lost answers, lists that are not whole, delays, and deeds in between."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from tests.sandbox.google.refusals import ApiError, mishap

Deed = Callable[[], Awaitable[object]]
LOST, GARBLED, DEED = 0, 200, -1


@dataclass
class Spell:
    """One bad thing for requests that fit, after `skip` of them.

    LOST: it is done, but the answer is lost. GARBLED: a page of a proxy's comes in place of the answer, and nothing is
    done. DEED: somebody does `deed` just before.
    """

    times: int
    status: int
    reason: str | None = None
    method: str | None = None
    path_contains: str | None = None
    skip: int = 0
    deed: Deed | None = None

    def fits(self, request: web.Request) -> bool:
        """Whether a request is one of those; reading does not lose answers."""
        if self.method is not None and self.method != request.method:
            return False
        if self.status == LOST and self.method is None and request.method == "GET":
            return False
        return self.path_contains is None or self.path_contains in str(request.rel_url)


class Switches:
    """What is on."""

    def __init__(self) -> None:
        self._spells: list[Spell] = []
        self._deeds: list[Spell] = []
        self._cuts: list[int] = []
        self._cut_downloads: list[int] = []
        self.latency = 0.0
        self.incomplete = 0
        self.longest_page: int | None = None
        self.unlisted: set[str] = set()

    def cast(self, spell: Spell) -> None:
        (self._deeds if spell.status == DEED else self._spells).append(spell)

    def cut(self, after_bytes: int) -> None:
        """The next chunk breaks off there."""
        self._cuts.append(after_bytes)

    def cut_download(self, after_bytes: int) -> None:
        """The next download breaks off there."""
        self._cut_downloads.append(after_bytes)

    def clear(self) -> None:
        """A good day again."""
        for each in (self._spells, self._deeds, self._cuts, self._cut_downloads):
            each.clear()
        self.latency = 0.0
        self.incomplete = 0
        self.longest_page = None
        self.unlisted.clear()

    def incomplete_now(self) -> bool:
        """Whether the next list shall be of a part only."""
        if self.incomplete == 0:
            return False
        self.incomplete -= 1
        return True

    def take_cut(self) -> int | None:
        return self._cuts.pop(0) if self._cuts else None

    def take_cut_of_download(self) -> int | None:
        return self._cut_downloads.pop(0) if self._cut_downloads else None

    async def wait(self) -> None:
        await asyncio.sleep(self.latency)

    def strike(self, request: web.Request) -> Spell | None:
        """The spell that hits this request."""
        return _taken(self._spells, request)

    async def do_deeds(self, request: web.Request) -> None:
        """What somebody does just before this request is answered."""
        spell = _taken(self._deeds, request)
        if spell is not None and spell.deed is not None:
            await spell.deed()


def _taken(spells: list[Spell], request: web.Request) -> Spell | None:
    for spell in [each for each in spells if each.fits(request)]:
        if spell.skip > 0:
            spell.skip -= 1
            continue
        spell.times -= 1
        if spell.times <= 0:
            spells.remove(spell)
        return spell
    return None


def refusal(spell: Spell) -> ApiError:
    """What it answers."""
    return mishap(spell.status, spell.reason)
