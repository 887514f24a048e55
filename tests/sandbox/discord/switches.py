"""Bad days on demand: statuses, delays and rate limits for the next calls of a route."""

import asyncio
from dataclasses import dataclass

from tests.sandbox.discord.refusal import Json, Refusal


@dataclass
class Spell:
    """One bad thing for calls whose "METHOD /route" contains `route`."""

    route: str
    times: int
    status: int | None = None
    code: int = 0
    message: str = ""
    delay: float = 0.0
    retry_after: float | None = None


class Limited(Exception):
    """429, answered with the headers a real one has."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Switches:
    """The spells that are on."""

    def __init__(self) -> None:
        self._spells: list[Spell] = []

    def cast(self, spell: Spell) -> None:
        self._spells.append(spell)

    def clear(self) -> None:
        self._spells.clear()

    async def strike(self, call: str) -> None:
        """Delay or refuse this call if a spell says so."""
        for spell in [each for each in self._spells if each.route in call]:
            spell.times -= 1
            if spell.times <= 0:
                self._spells.remove(spell)
            await asyncio.sleep(spell.delay)
            if spell.retry_after is not None:
                raise Limited(spell.retry_after)
            if spell.status is not None:
                raise Refusal(spell.status, spell.code, spell.message or f"{spell.status}: made to fail")


def limited_body(retry_after: float) -> Json:
    return {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
