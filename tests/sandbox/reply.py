"""One message (or form, or failure) in front of a person, and what the person does with it."""

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from tests.sandbox.control import CannotDo
from tests.sandbox.discord import reading
from tests.sandbox.discord.components import walk
from tests.sandbox.discord.reading import Button, File, Menu
from tests.sandbox.discord.refusal import Json
from tests.sandbox.page import Page
from tests.sandbox.transcript import Deed, Event
from tests.sandbox.waiting import PATIENCE, Deadline

if TYPE_CHECKING:
    from tests.sandbox.person import Person

Act: TypeAlias = Json  # an interaction's outcome as the hands tell it


class NeverSaw(AssertionError):
    """Waited in vain; says what was there instead."""


class Modal:
    """A form."""

    def __init__(self, modal: Json) -> None:
        self.raw = modal

    @property
    def title(self) -> str:
        return str(self.raw["title"])

    @property
    def fields(self) -> list[str]:
        """Labels, in order."""
        found = [each for each in walk(self.raw["components"]) if each.get("label") and each["type"] in (4, 18)]
        return [str(each["label"]) for each in found]

    @property
    def text(self) -> str:
        """Title, texts and labels."""
        told = [each.get("content") or each.get("label") for each in walk(self.raw["components"])]
        return "\n".join([self.title, *(str(each) for each in told if each)])


class Reply:
    """What a person sees now; `settled`, `until` and every act look again."""

    def __init__(self, person: "Person", message: Json | None, revision: int, act: Act | None = None) -> None:
        self._person = person
        self._message = message
        self._revision = revision
        self._act = act
        self._failure = ""
        self.id = str(message["id"]) if message else ""
        self._told = ""

    @classmethod
    async def after(cls, person: "Person", act: Act, failure: str) -> "Reply":
        """What an act led to."""
        reply = cls(person, None, 0, act)
        reply._failure = "" if act["answered"] else failure
        reply.id = act["message_id"] or ""
        if reply.id:
            await reply.look()
        reply._tell()
        return reply

    # --- what there is to read

    @property
    def raw(self) -> Json:
        """Discord's JSON of the message; empty when there is none."""
        return self._message or {}

    @property
    def text(self) -> str:
        """Everything readable, in order; a failed interaction reads as Discord words it."""
        return self._failure or reading.text(self.raw)

    @property
    def failed(self) -> bool:
        """The bot did not acknowledge in time."""
        return bool(self._failure)

    @property
    def thinking(self) -> bool:
        return bool(self.raw.get("thinking"))

    @property
    def ephemeral(self) -> bool:
        return bool(self.raw.get("ephemeral"))

    @property
    def gone(self) -> bool:
        """Deleted, or never there."""
        return self._message is None

    @property
    def of_its_own_accord(self) -> bool:
        """Not an answer to anything a person did."""
        return self.raw.get("interaction_id") is None

    @property
    def buttons(self) -> list[Button]:
        return reading.buttons(self.raw)

    @property
    def menus(self) -> list[Menu]:
        return reading.menus(self.raw)

    @property
    def files(self) -> list[File]:
        return reading.files(self.raw)

    @property
    def links(self) -> dict[str, str]:
        """Label -> address."""
        return reading.links(self.raw)

    @property
    def modal(self) -> Modal | None:
        """The form that opened instead of a message."""
        modal = self._act["modal"] if self._act else None
        return Modal(modal) if modal else None

    async def shown(self) -> str:
        """The text as Discord draws it now: times and command mentions rendered."""
        return reading.shown(self.text, datetime.fromisoformat(await self._person.control.clock("now")))

    # --- waiting

    async def look(self) -> "Reply":
        """Look again."""
        if self.id:
            seen = await self._person.control.discord("message", user=self._person.key, message_id=self.id)
            self._message, self._revision = seen["message"], seen["revision"]
        return self

    async def settled(self, within: float = PATIENCE) -> "Reply":
        """Wait until it no longer says that the bot is thinking."""
        deadline = Deadline(within)
        while (await self.look()).thinking:
            if deadline.is_over:
                raise NeverSaw(f"the bot is still thinking after {within} s: {await self._all()}")
            await self._person.wait_change(self._revision, deadline.left)
        self._tell()
        return self

    async def changes(self, within: float = PATIENCE) -> "Reply":
        """Wait until this person sees anything change, and look again."""
        await self._person.wait_change(self._revision, within)
        return await self.look()

    async def until(self, words: str, within: float = PATIENCE) -> "Reply":
        """Wait until this message, or a follow-up to the same act, says these words; that one is returned."""
        deadline = Deadline(within)
        while True:
            await self.look()
            for each in [self, *await self.followups()]:
                if words.casefold() in each.text.casefold():
                    each._tell()
                    return each
            if deadline.is_over or not self.id:
                raise NeverSaw(f"{self._person.key} never saw {words!r}: {await self._all()}")
            await self._person.wait_change(self._revision, deadline.left)

    async def followups(self) -> "list[Reply]":
        """Further messages the same act led to."""
        if self._act is None:
            return []
        act = await self._person.control.discord("interaction", interaction_id=self._act["interaction_id"])
        found = [Reply(self._person, None, 0) for _ in act["followups"]]
        for reply, message_id in zip(found, act["followups"], strict=True):
            reply.id = message_id
            await reply.look()
        return [reply for reply in found if not reply.gone]

    async def _all(self) -> str:
        texts = [self, *await self.followups()]
        return "\n---\n".join("(thinking…)" if each.thinking else each.text or "(nothing)" for each in texts)

    # --- acting

    async def press(self, label: str) -> "Reply":
        """Press a button; the changed message, the new one, or the form that opened."""
        button = self._button((await self.look()).buttons, label)
        if button.url:
            raise CannotDo(f"{label!r} is a link: open() it")
        self._event("presses", button.label)
        given = {"message_id": self.id, "custom_id": button.custom_id}
        act: Act = await self._person.control.discord("press", user=self._person.key, **given)
        return await Reply.after(self._person, act, "This interaction failed.")

    async def choose(self, menu: str, *options: str) -> "Reply":
        """Choose in the menu with that placeholder (or custom_id)."""
        found = [each for each in (await self.look()).menus if menu in (each.placeholder, each.custom_id)]
        if not found:
            raise CannotDo(f"there is no menu {menu!r}; there are {[each.placeholder for each in self.menus]}")
        self._event("chooses", f"{menu}: {', '.join(options)}")
        given = {"message_id": self.id, "custom_id": found[0].custom_id, "values": list(options)}
        act: Act = await self._person.control.discord("select", user=self._person.key, **given)
        return await Reply.after(self._person, act, "This interaction failed.")

    async def submit(self, values: Json | None = None, /, **fields: object) -> "Reply":
        """Fill in and send the form, by labels or custom_ids."""
        if self._act is None or self.modal is None:
            raise CannotDo(f"no form is open: {self.text}")
        given = {**(values or {}), **fields}
        self._event("fills", ", ".join(f"{name}: {value}" for name, value in given.items()))
        act: Act = await self._person.control.discord(
            "submit_modal", user=self._person.key, modal_id=self._act["interaction_id"], values=given
        )
        return await Reply.after(self._person, act, "Something went wrong. Try again.")

    async def open(self, label: str) -> Page:
        """Open a link of the message in the browser."""
        links = (await self.look()).links
        if label not in links:
            raise CannotDo(f"there is no link {label!r}; there are {list(links)} in: {self.text}")
        return await self._person.opens(links[label])

    async def download(self, name: str) -> bytes:
        """The bytes of an attached file."""
        for each in self.files:
            if each.name == name:
                return (await self._person.browser.open(each.url)).content
        raise CannotDo(f"there is no file {name!r}; there are {[each.name for each in self.files]}")

    def _button(self, buttons: list[Button], label: str) -> Button:
        for button in buttons:
            if label in (button.label, button.custom_id):
                return button
        raise CannotDo(f"there is no button {label!r}; there are {[each.label for each in buttons]} under: {self.text}")

    # --- telling

    def _event(self, deed: Deed, what: str) -> None:
        self._person.listener(Event(self._person.key, deed, what))

    def _tell(self) -> None:
        told = self.modal.text if self.modal else self.text
        if told and told != self._told:
            self._told = told
            self._person.listener(Event(self._person.key, "sees", self.id, told))

    def __repr__(self) -> str:
        return f"<Reply {'thinking…' if self.thinking else self.text!r} {[each.label for each in self.buttons]}>"
