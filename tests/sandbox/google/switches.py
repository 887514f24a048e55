"""Bad days on demand: statuses, cuts, lost answers, lists that are not whole, delays."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from tests.sandbox.google.refusals import ApiError, mishap


@dataclass
class Spell:
    """One bad thing for requests that fit, after `skip` of them. Status 0: it is done, but the answer is lost."""

    times: int
    status: int
    reason: str | None = None
    method: str | None = None
    path_contains: str | None = None
    skip: int = 0

    def fits(self, request: web.Request) -> bool:
        """Whether a request is one of those; reading does not lose answers."""
        if self.method is not None and self.method != request.method:
            return False
        if self.status == 0 and self.method is None and request.method == "GET":
            return False
        return self.path_contains is None or self.path_contains in str(request.rel_url)


class Switches:
    """What is on."""

    def __init__(self) -> None:
        self._spells: list[Spell] = []
        self._cuts: list[int] = []
        self.latency = 0.0
        self.incomplete = 0
        self.longest_page: int | None = None
        self.unlisted: set[str] = set()

    def cast(self, spell: Spell) -> None:
        self._spells.append(spell)

    def cut(self, after_bytes: int) -> None:
        """The next chunk breaks off there."""
        self._cuts.append(after_bytes)

    def clear(self) -> None:
        """A good day again."""
        self._spells.clear()
        self._cuts.clear()
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

    async def wait(self) -> None:
        await asyncio.sleep(self.latency)

    def strike(self, request: web.Request) -> Spell | None:
        """The spell that hits this request."""
        for spell in [each for each in self._spells if each.fits(request)]:
            if spell.skip > 0:
                spell.skip -= 1
                continue
            spell.times -= 1
            if spell.times <= 0:
                self._spells.remove(spell)
            return spell
        return None


def refusal(spell: Spell) -> ApiError:
    """What it answers."""
    return mishap(spell.status, spell.reason)
