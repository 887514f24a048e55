"""The door: one web application with gateway, REST and files, and the hands that act at it."""

from collections.abc import Mapping

from aiohttp import web

from tests.sandbox.clock import Clock
from tests.sandbox.discord.gateway import Gateway
from tests.sandbox.discord.hands import DiscordHands
from tests.sandbox.discord.interactions import Interactions
from tests.sandbox.discord.messages import Messages
from tests.sandbox.discord.rest import PREFIX, Rest
from tests.sandbox.discord.routes import Routes
from tests.sandbox.discord.state import State
from tests.sandbox.discord.switches import Switches
from tests.sandbox.people import PersonSeed


class DiscordDoor:
    """Discord on a loopback port."""

    def __init__(self, clock: Clock, people: Mapping[str, PersonSeed]) -> None:
        self._state = State(clock, people)
        self._gateway = Gateway(self._state)
        messages, switches = Messages(self._state), Switches()
        interactions = Interactions(self._state, self._gateway, messages)
        routes = Routes(self._state, self._gateway, messages, interactions)
        self.hands = DiscordHands(self._state, self._gateway, messages, interactions, routes, switches)
        self.app = web.Application(client_max_size=64 * 1024 * 1024)
        self.app.router.add_get("/gateway/", self._gateway.handle)
        Rest(self._state, switches, routes.table()).add_to(self.app)
        self.app.on_shutdown.append(self._shut)

    @property
    def base_url(self) -> str:
        """Where it is, once it is known."""
        return self._state.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self._state.base_url = url

    def endpoints(self) -> dict[str, str]:
        """The keys of `[endpoints]` this door stands in for."""
        return {"discord_api": self.base_url + PREFIX, "discord_gateway": self._gateway.url}

    async def _shut(self, _: web.Application) -> None:
        await self._gateway.close()
