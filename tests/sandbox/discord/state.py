"""What the stand-in for Discord knows: people, channels, messages, interactions, commands, and who saw what change."""

import asyncio
import base64
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.sandbox.clock import Clock
from tests.sandbox.discord.refusal import Json, unknown
from tests.sandbox.people import GUILD_ID, GUILD_NAME, PersonSeed

APPLICATION_ID = 1_100_000_000_000_000_001
SERVER_CHANNEL_ID = 1_200_000_000_000_000_010
BOT_NAME = "MusiVault"
BOT_TOKEN = (
    base64.b64encode(str(APPLICATION_ID).encode()).decode().rstrip("=") + ".FAKE00.opens-the-sandbox-and-nothing-else"
)
EPOCH = datetime(2015, 1, 1, tzinfo=UTC)

FILE_LIMIT = 10 * 1024 * 1024
EPHEMERAL, LOADING, COMPONENTS_V2 = 64, 128, 32768
ACKNOWLEDGE_WITHIN = timedelta(seconds=3)
TOKEN_LIVES = timedelta(minutes=15)
ADMINISTRATOR = 8
MEMBER_PERMISSIONS = 0x8004_CC40  # view, send, embed, attach, history, react, use commands


@dataclass
class Upload:
    """A file as it came or as it is served."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass
class Interaction:
    """One act of a person that the bot has to answer."""

    id: int
    token: str
    kind: int  # 2 command, 3 component, 4 autocomplete, 5 modal
    user_id: int
    channel_id: int
    created_at: datetime
    source: "Message | None" = None
    opener: "Interaction | None" = None  # of a form: the act that showed it
    answer: int | None = None  # the callback's type
    original_id: int | None = None
    followups: list[int] = field(default_factory=list)
    first_followup_edits: bool = False
    choices: list[Json] | None = None
    modal: Json | None = None
    user_installed_only: bool = False
    lost: bool = False  # no bot was there to get it
    settled: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Message:
    """One message; `viewer_id` is the only one who sees an ephemeral."""

    id: int
    channel_id: int
    created_at: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    viewer_id: int | None = None
    interaction: Interaction | None = None
    nonce: str | None = None
    edited_at: datetime | None = None
    deleted: bool = False


class State:
    """Everything the door keeps; each change rings the bell of those who can see it."""

    def __init__(self, clock: Clock, people: Mapping[str, PersonSeed]) -> None:
        self.clock = clock
        self.base_url = ""
        self.file_limit = FILE_LIMIT  # bytes of all files of a message
        self.told_limit: int | None = None  # what bots are told, where it is not that
        self.people = people
        self.by_id = {seed.discord_id: seed for seed in people.values()}
        self.members = {seed.discord_id for seed in people.values() if seed.in_guild}
        self.closed_dms = {seed.discord_id for seed in people.values() if seed.closed_dms}
        self.administrators: set[int] = set()
        self.dm_channels: dict[int, int] = {}  # channel -> person
        self.messages: dict[int, Message] = {}
        self.interactions: dict[int, Interaction] = {}
        self.commands: dict[int | None, list[Json]] = {None: []}
        self.registrations = 0
        self.files: dict[int, Upload] = {}
        self.traffic: list[Json] = []
        self.revision = 0
        self._seen_by: dict[int, int] = defaultdict(int)
        self._bell = asyncio.Event()
        self._last_id = 0

    def snowflake(self) -> int:
        """A new id, later than every id before."""
        moment = int((self.clock.now() - EPOCH) / timedelta(milliseconds=1)) << 22
        self._last_id = max(self._last_id + 1, moment)
        return self._last_id

    def person(self, key: str) -> PersonSeed:
        """By key; a LookupError says who exists."""
        if key not in self.people:
            raise LookupError(f"nobody is called {key!r}; there are {', '.join(self.people)}")
        return self.people[key]

    def dm_channel(self, discord_id: int) -> int:
        """The id of the conversation between that person and the bot."""
        for channel_id, owner in self.dm_channels.items():
            if owner == discord_id:
                return channel_id
        channel_id = self.snowflake()
        self.dm_channels[channel_id] = discord_id
        return channel_id

    def channel_id(self, discord_id: int, channel: str) -> int:
        """The "dm" or the "server", as that person means it."""
        if channel not in ("dm", "server"):
            raise LookupError(f'a channel is "dm" or "server", not {channel!r}')
        if channel == "server" and discord_id not in self.members:
            raise LookupError(f"that person is not in {GUILD_NAME}")
        return SERVER_CHANNEL_ID if channel == "server" else self.dm_channel(discord_id)

    def viewers(self, message: Message) -> set[int]:
        """Who sees it."""
        if message.viewer_id is not None:
            return {message.viewer_id}
        if message.channel_id == SERVER_CHANNEL_ID:
            return self.members
        return {self.dm_channels[message.channel_id]}

    def message(self, message_id: int) -> Message:
        """A message that is still there."""
        found = self.messages.get(message_id)
        if found is None or found.deleted:
            raise unknown("Message")
        return found

    def touch(self, *viewers: int) -> None:
        """Something those people see has changed: wake whoever waits for it."""
        self.revision += 1
        self._seen_by.update(dict.fromkeys(viewers, self.revision))
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    def revision_of(self, discord_id: int) -> int:
        """Rises with each change that person can see."""
        return self._seen_by[discord_id]

    async def wait_change(self, discord_id: int, since: int, within: float) -> int:
        """The person's revision once it is above `since`, or as it is when `within` real seconds are over."""
        until = asyncio.get_running_loop().time() + within
        while (left := until - asyncio.get_running_loop().time()) > 0 and self._seen_by[discord_id] <= since:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._bell.wait()
        return self._seen_by[discord_id]

    def permissions(self, discord_id: int) -> int:
        """What that person may do in the server."""
        return (1 << 50) - 1 if discord_id in self.administrators else MEMBER_PERMISSIONS

    def is_guild(self, guild_id: int) -> bool:
        return guild_id == GUILD_ID
