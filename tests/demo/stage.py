"""One person's doings, each told to the transcript as it happens."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tests.demo import markup
from tests.demo.transcript import Transcript
from tests.sandbox.page import Page
from tests.sandbox.person import Person
from tests.sandbox.processes import World
from tests.sandbox.reply import Reply
from tests.sandbox.waiting import Deadline

FEW = 3  # blocks of a page that was shown in full before

OWNERS = {"discord": "Discord", "spotify": "Spotify", "google": "Google", "drive": "Google", "reccobeats": "ReccoBeats"}
PATIENCE = 15.0
NIGHT_IS_OVER = 4  # the nightly hour is 03:00 UTC, and everybody's turn comes within the hour after it
UNDER_WAY = re.compile(r"…$|[▰▱]", re.MULTILINE)


@dataclass
class Stage:
    """A person, the world around them, and who writes it all down."""

    world: World
    person: Person
    transcript: Transcript

    @property
    def name(self) -> str:
        return self.person.seed.display_name

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    def scene(self, name: str) -> None:
        """The next scene begins."""
        self.transcript.scene(name, self.now)

    def tells(self, words: str) -> None:
        """What happens meanwhile."""
        self.transcript.tells(words)

    def lists(self, facts: Sequence[str]) -> None:
        """Facts, a line each."""
        self.transcript.lists(facts)

    def later(self, **by: float) -> None:
        """Time passes."""
        self.world.clock.advance(timedelta(**by))

    def jump(self, hour: int, minute: int = 0) -> None:
        """To the next time it is that late."""
        now = self.now
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        self.world.clock.jump_to(then if then > now else then + timedelta(days=1))

    async def types(self, command: str, until: str) -> Reply:
        """A command, and the answer once it says `until`."""
        self.transcript.acts(self.name, "types", command)
        reply = await (await self.person.types(command)).until(until, within=PATIENCE)
        return self._shows(reply, f"only {self.name} sees this")

    async def presses(self, reply: Reply, label: str, until: str) -> Reply:
        """A button, and what the message (or the answer) then says."""
        self.transcript.acts(self.name, "presses", f"[ {label} ]")
        pressed = await (await reply.press(label)).until(until, within=PATIENCE)
        return self._shows(pressed, f"only {self.name} sees this" if pressed.ephemeral else "direct message")

    async def gets_dm(self, words: str) -> Reply:
        """A direct message of the bot's own accord."""
        dm = await self.person.gets_dm(words, within=PATIENCE)
        self.transcript.acts("MusiVault", "writes to", self.name)
        return self._shows(dm, "direct message")

    async def settles(self, reply: Reply, was: str = "") -> Reply:
        """Whatever a command or a button leads to, once it is not what it `was` and no longer under way."""
        await reply.settled()
        deadline = Deadline(PATIENCE)
        while (reply.text == was or UNDER_WAY.search(reply.text)) and not deadline.is_over:
            await reply.changes(deadline.left)
        return self._shows(reply, f"only {self.name} sees this" if reply.ephemeral else "direct message")

    def _shows(self, reply: Reply, seen: str) -> Reply:
        self.transcript.message(reply.text, [(each.label, each.style) for each in reply.buttons], self.now, seen=seen)
        return reply

    async def opens(self, reply: Reply, label: str, *, brief: bool = False) -> Page:
        """A link of a message, in the browser."""
        self.transcript.acts(self.name, "opens", f"[ {label} ]")
        return self._reads(await reply.open(label), brief=brief)

    async def continues(self, page: Page, label: str) -> Page:
        """A button of a page."""
        self.transcript.acts(self.name, "presses", f"[ {label} ]")
        return self._reads(await page.press(label))

    def _reads(self, page: Page, *, brief: bool = False) -> Page:
        content = markup.page(page.content.decode(page.charset), FEW if brief else None)
        self.transcript.page(self._address(page.url), content, page.buttons)
        return page

    def _address(self, url: str) -> str:
        """Whose page it is, and its path without what is random in it."""
        parts = urlsplit(url)
        hosts = {urlsplit(address).netloc: OWNERS[key.split("_")[0]] for key, address in self.world.endpoints.items()}
        path = "/".join(each if len(each) < 16 else "…" for each in parts.path.split("/"))
        return f"{hosts.get(parts.netloc, 'MusiVault')} · {path}{'?…' if parts.query else ''}"
