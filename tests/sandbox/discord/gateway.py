"""The gateway: a websocket that says hello, lets a bot in, tells it what happens, and takes it back after a drop."""

import asyncio
import json
import secrets
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.sandbox.discord import shapes
from tests.sandbox.discord.refusal import Json
from tests.sandbox.discord.state import BOT_TOKEN, State
from tests.sandbox.people import GUILD_ID

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE = range(5)
RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = range(6, 12)
GUILDS = 1
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
KNOWN_INTENTS = (1 << 26) - 1
MISTAKE, NO_TOKEN, BAD_TOKEN, TWICE, BAD_SHARD, BAD_INTENTS, FORBIDDEN_INTENTS = (
    4001,
    4003,
    4004,
    4005,
    4010,
    4013,
    4014,
)


@dataclass
class Session:
    """One logged-in connection; its events are kept so that it can resume."""

    id: str
    shard: tuple[int, int]
    socket: web.WebSocketResponse | None
    events: list[Json] = field(default_factory=list)

    async def send(self, event: str, data: Json) -> None:
        """Number it, keep it, and send it when somebody listens."""
        packet = {"op": DISPATCH, "t": event, "s": len(self.events) + 1, "d": data}
        self.events.append(packet)
        if self.connected and self.socket is not None:
            await self.socket.send_str(json.dumps(packet))

    @property
    def connected(self) -> bool:
        return self.socket is not None and not self.socket.closed

    def serves(self, guild_id: int | None) -> bool:
        return self.shard[0] == (0 if guild_id is None else (guild_id >> 22) % self.shard[1])


class Gateway:
    """All sessions of the bot."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._sessions: dict[str, Session] = {}
        self._sockets: set[web.WebSocketResponse] = set()
        self.identified = 0
        self.resumed = 0
        self.ready = asyncio.Event()

    @property
    def url(self) -> str:
        return self._state.base_url.replace("http", "ws", 1) + "/gateway/"

    async def dispatch(self, event: str, data: Json, guild_id: int | None) -> bool:
        """To the session of that shard, a connected one first; False when there is none."""
        able = [session for session in self._sessions.values() if session.serves(guild_id)]
        able.sort(key=lambda session: session.connected)
        if not able:
            return False
        await able[-1].send(event, data)
        return True

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """One connection from hello to its end."""
        socket = web.WebSocketResponse(timeout=0.5, compress=False)
        await socket.prepare(request)
        self._sockets.add(socket)
        await _send(socket, HELLO, {"heartbeat_interval": 41250})
        session: Session | None = None
        try:
            async for packet in socket:
                if packet.type is not WSMsgType.TEXT:
                    await socket.close(code=4002, message=b"Error while decoding payload.")
                    break
                session = await self._receive(socket, session, json.loads(packet.data))
        finally:
            self._sockets.discard(socket)
            if session is not None and session.socket is socket:
                self._leave(session, socket.close_code)
        return socket

    def _leave(self, session: Session, code: int | None) -> None:
        session.socket = None
        if code in (1000, 1001):  # a bot that says good-bye cannot resume
            self._sessions.pop(session.id, None)
        if not any(each.connected for each in self._sessions.values()):
            self.ready.clear()

    async def _receive(self, socket: web.WebSocketResponse, session: Session | None, packet: Json) -> Session | None:
        operation, data = packet.get("op"), packet.get("d")
        if operation == HEARTBEAT:
            await _send(socket, ACK, None)
        elif operation in (IDENTIFY, RESUME) and session is not None:
            await socket.close(code=TWICE, message=b"Already authenticated.")
        elif operation == IDENTIFY and isinstance(data, dict):
            return await self._identify(socket, data)
        elif operation == RESUME and isinstance(data, dict):
            return await self._resume(socket, data)
        elif operation not in (PRESENCE, VOICE, MEMBERS):
            await socket.close(code=MISTAKE, message=b"Unknown opcode.")
        elif session is None:
            await socket.close(code=NO_TOKEN, message=b"Not authenticated.")
        return session

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> Session | None:
        wrong = _wrong(data)
        if wrong:
            await socket.close(code=wrong[0], message=wrong[1].encode())
            return None
        shard = data.get("shard") or [0, 1]
        session = Session(secrets.token_hex(16), (shard[0], shard[1]), socket)
        stale = [each for each in self._sessions.values() if each.shard == session.shard and not each.connected]
        for each in stale:
            self._sessions.pop(each.id)
        self._sessions[session.id] = session
        self.identified += 1
        guilds = [{"id": str(GUILD_ID), "unavailable": True}] if session.serves(GUILD_ID) else []
        ready: Json = {
            "v": 10,
            "user": shapes.bot_user(),
            "guilds": guilds,
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "session_type": "normal",
            "private_channels": [],
            "application": {"id": shapes.application()["id"], "flags": 0},
        }
        await session.send("READY", ready | ({"shard": shard} if "shard" in data else {}))
        if guilds and data["intents"] & GUILDS:
            await session.send("GUILD_CREATE", shapes.guild(self._state))
        self.ready.set()
        return session

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> Session | None:
        if data.get("token") != BOT_TOKEN:
            await socket.close(code=BAD_TOKEN, message=b"Authentication failed.")
            return None
        session = self._sessions.get(str(data.get("session_id")))
        if session is None:
            await _send(socket, INVALID, False)
            return None
        session.socket = socket
        for packet in session.events[int(data.get("seq") or 0) :]:
            await socket.send_str(json.dumps(packet))
        self.resumed += 1
        await session.send("RESUMED", {})
        self.ready.set()
        return session

    async def drop(self, how: str) -> None:
        """Lose every connection: "close" (it can resume), "reconnect" (asked to), "invalidate" (must log in again)."""
        for session in list(self._sessions.values()):
            session.socket = None  # lost, not left: it may come back
            if how == "invalidate":
                self._sessions.pop(session.id)
        for socket in list(self._sockets):
            if how == "reconnect":
                await _send(socket, RECONNECT, None)
            else:
                await socket.close(code=4000, message=b"Unknown error.")

    async def close(self) -> None:
        """The door shuts."""
        await asyncio.gather(*(socket.close(code=1012) for socket in list(self._sockets)))


def _wrong(data: Json) -> tuple[int, str] | None:
    shard, intents = data.get("shard") or [0, 1], data.get("intents")
    if data.get("token") != BOT_TOKEN:
        return BAD_TOKEN, "Authentication failed."
    if len(shard) != 2 or not 0 <= shard[0] < shard[1]:
        return BAD_SHARD, "Invalid shard."
    if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
        return BAD_INTENTS, "Invalid intent(s)."
    if intents & PRIVILEGED:
        return FORBIDDEN_INTENTS, "Disallowed intent(s)."
    return None


async def _send(socket: web.WebSocketResponse, operation: int, data: object) -> None:
    await socket.send_str(json.dumps({"op": operation, "t": None, "s": None, "d": data}))
