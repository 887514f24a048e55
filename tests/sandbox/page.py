"""A page as a person reads it: title, text, links, buttons, fields; pressed and filled by label."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import aiohttp
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString
from yarl import URL

from tests.sandbox.control import CannotDo

if TYPE_CHECKING:
    from tests.sandbox.browser import Browser

UNSEEN = ("script", "style", "template", "noscript", "head", "title")
INLINE = ("a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span", "strong")
INLINE_TOO = ("sub", "sup", "time", "u", "var", "label", "button", "output")
NOT_SENT = ("submit", "button", "image", "reset", "file")


@dataclass(frozen=True)
class Sent:
    """One request of a browser."""

    method: str
    url: URL
    fields: tuple[tuple[str, str], ...] | None = None
    multipart: bool = False

    def body(self) -> aiohttp.FormData | None:
        """The form as it travels."""
        if self.fields is None or self.method == "GET":
            return None
        form = aiohttp.FormData(default_to_multipart=self.multipart)
        for name, value in self.fields:
            form.add_field(name, value)
        return form


@dataclass
class Page:
    """What the browser ended on; `trail` holds every address on the way, this one last. Status 0: not reached."""

    browser: "Browser"
    url: str
    status: int
    content: bytes
    kind: str
    charset: str
    trail: tuple[str, ...]
    _typed: dict[int, str | bool] = field(default_factory=dict)

    @cached_property
    def _soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.content.decode(self.charset, "replace") if self._is_html else "", "html.parser")

    @property
    def _is_html(self) -> bool:
        return self.kind in ("text/html", "application/xhtml+xml")

    @property
    def title(self) -> str:
        """As the tab shows it."""
        return _squeezed(self._soup.title.get_text()) if self._soup.title else ""

    @cached_property
    def text(self) -> str:
        """All that can be read, a line for each block."""
        return _readable(self._soup) if self._is_html else self.content.decode(self.charset, "replace")

    @property
    def links(self) -> dict[str, str]:
        """Label -> absolute address."""
        return {_label(each): str(self._absolute(str(each["href"]))) for each in self._soup.select("a[href]")}

    @property
    def buttons(self) -> list[str]:
        """What can be pressed in forms."""
        return [_label(each) for each in self._pressables()]

    @property
    def fields(self) -> dict[str, str]:
        """Name -> value of what would be sent, hidden ones included."""
        return {name: value for form in self._soup.find_all("form") for name, value in self._filled(form)}

    def type(self, wanted: str, text: str) -> "Page":
        """Write into a field found by its label, name or placeholder."""
        self._typed[id(self._field(wanted))] = text
        return self

    def tick(self, wanted: str, on: bool = True) -> "Page":
        """Set or clear a check box, or choose a radio button."""
        self._typed[id(self._field(wanted))] = on
        return self

    async def press(self, label: str) -> "Page":
        """Press the button or follow the link with that label."""
        for match in (lambda text: text == label, lambda text: label.casefold() in text.casefold()):
            for button in self._pressables():
                if match(_label(button)):
                    return await self._submit(button)
            for text, url in self.links.items():
                if match(text):
                    return await self.browser.open(url)
        raise CannotDo(f"{self.url} has no {label!r}; there are {[*self.buttons, *self.links]}\n{self.text}")

    def _pressables(self) -> list[Tag]:
        found = self._soup.select("button, input[type=submit], input[type=image]")
        return [each for each in found if each.find_parent("form") and not each.has_attr("disabled")]

    async def _submit(self, button: Tag) -> "Page":
        form = button.find_parent("form")
        assert form is not None
        method = str(button.get("formmethod") or form.get("method") or "get").upper()
        url = self._absolute(str(button.get("formaction") or form.get("action") or self.url))
        fields = self._filled(form)
        if button.get("name"):
            fields.append((str(button["name"]), str(button.get("value", ""))))
        if method == "GET":
            return await self.browser.send(Sent("GET", url.with_query(fields)))
        multipart = form.get("enctype") == "multipart/form-data"
        return await self.browser.send(Sent(method, url, tuple(fields), multipart))

    def _filled(self, form: Tag) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        for each in form.select("input[name], textarea[name], select[name]"):
            kind = str(each.get("type", "text")) if each.name == "input" else each.name
            value = None if each.has_attr("disabled") or kind in NOT_SENT else self._value(each, kind)
            if value is not None:
                pairs.append((str(each["name"]), value))
        return pairs

    def _value(self, each: Tag, kind: str) -> str | None:
        typed = self._typed.get(id(each))
        if kind in ("checkbox", "radio"):
            on = each.has_attr("checked") if typed is None else bool(typed)
            return str(each.get("value", "on")) if on else None
        if typed is not None:
            return str(typed)
        if kind == "textarea":
            return each.get_text()
        if kind == "select":
            chosen = each.select_one("option[selected]") or each.select_one("option")
            return str(chosen.get("value", chosen.get_text())) if chosen else None
        return str(each.get("value", ""))

    def _field(self, wanted: str) -> Tag:
        for label in self._soup.find_all("label"):
            if _squeezed(label.get_text()).rstrip(":") == wanted:
                named = (
                    self._soup.find(id=str(label["for"])) if label.get("for") else label.select_one("input, textarea")
                )
                if isinstance(named, Tag):
                    return named
        for each in self._soup.select("input, textarea, select"):
            if wanted in (each.get("name"), each.get("placeholder"), each.get("aria-label"), each.get("id")):
                return each
        raise CannotDo(f"{self.url} has no field {wanted!r}; it has {list(self.fields)}")

    def _absolute(self, href: str) -> URL:
        return URL(self.url, encoded=True).join(URL(href, encoded=href.isascii() and " " not in href))


def unreachable(browser: "Browser", url: str, trail: list[str]) -> Page:
    """What a browser shows where nothing answers: the address stays in its bar, to be copied."""
    host = URL(url, encoded=True).authority
    text = f"This site cannot be reached\n{host} refused to connect.\n{url}"
    return Page(browser, url, 0, text.encode(), "text/plain", "utf-8", tuple(trail))


def _label(tag: Tag) -> str:
    if tag.name == "input":
        return str(tag.get("value") or tag.get("alt") or "Submit")
    return _squeezed(tag.get_text()) or str(tag.get("aria-label") or tag.get("title") or "")


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _readable(soup: BeautifulSoup) -> str:
    lines: list[str] = []
    block: object = None
    for node in soup.descendants:
        if isinstance(node, Tag):
            block = None if node.name in ("br", "hr") else block
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString) and not _unseen(node):
            around = next((each for each in node.parents if each.name not in (*INLINE, *INLINE_TOO)), None)
            if around is block and lines:
                lines[-1] += str(node)
            else:
                lines.append(str(node))
            block = around
    return "\n".join(line for line in map(_squeezed, lines) if line)


def _unseen(node: NavigableString) -> bool:
    return any(each.name in UNSEEN or each.has_attr("hidden") for each in node.parents if isinstance(each, Tag))
