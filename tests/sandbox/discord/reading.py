"""A message as a person reads it: its words in order, its buttons, menus and files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.sandbox.discord.components import BUTTON, SELECTS, TEXT, walk
from tests.sandbox.discord.refusal import Json

STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium"}
MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\(<?(https?://[^)\s>]+)>?\)")


@dataclass(frozen=True)
class Button:
    """`url` for links only."""

    label: str
    style: str
    disabled: bool
    custom_id: str
    url: str


@dataclass(frozen=True)
class Menu:
    """A select; `options` are labels, `values` what is behind them, both in order."""

    placeholder: str
    disabled: bool
    custom_id: str
    options: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True)
class File:
    """An attachment; `description` is its alt text."""

    name: str
    size: int
    url: str
    description: str


def text(message: Json) -> str:
    """Content, then embeds, then the text of components, a line each."""
    parts = [message.get("content") or ""]
    for embed in message.get("embeds") or []:
        parts.extend(_embed(embed))
    parts.extend(str(each["content"]) for each in walk(message.get("components") or []) if each["type"] == TEXT)
    return "\n".join(part for part in parts if part)


def _embed(embed: Json) -> Iterator[str]:
    yield (embed.get("author") or {}).get("name") or ""
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    for field in embed.get("fields") or []:
        yield f"{field['name']}\n{field['value']}"
    yield (embed.get("footer") or {}).get("text") or ""


def buttons(message: Json) -> list[Button]:
    """In reading order."""
    found = [each for each in walk(message.get("components") or []) if each["type"] == BUTTON]
    return [
        Button(
            label=str(each.get("label") or (each.get("emoji") or {}).get("name") or ""),
            style=STYLES[each["style"]],
            disabled=bool(each.get("disabled")),
            custom_id=str(each.get("custom_id") or ""),
            url=str(each.get("url") or ""),
        )
        for each in found
    ]


def menus(message: Json) -> list[Menu]:
    """In reading order."""
    found = [each for each in walk(message.get("components") or []) if each["type"] in SELECTS]
    return [
        Menu(
            placeholder=str(each.get("placeholder") or ""),
            disabled=bool(each.get("disabled")),
            custom_id=str(each["custom_id"]),
            options=tuple(option["label"] for option in each.get("options") or []),
            values=tuple(option["value"] for option in each.get("options") or []),
        )
        for each in found
    ]


def files(message: Json) -> list[File]:
    """Attachments, with alt text."""
    found = message.get("attachments") or []
    return [File(each["filename"], each["size"], each["url"], each.get("description") or "") for each in found]


def links(message: Json) -> dict[str, str]:
    """Label -> address: link buttons and links in the text."""
    written: dict[str, str] = dict(MARKDOWN_LINK.findall(text(message)))
    return written | {button.label: button.url for button in buttons(message) if button.url}


def shown(words: str, now: datetime) -> str:
    """The text as Discord draws it: times relative or in UTC, command mentions as commands, escapes gone."""
    words = re.sub(r"<t:(-?\d+)(?::(\w))?>", lambda found: _time(int(found[1]), found[2] or "f", now), words)
    words = re.sub(r"</([^:>]+):\d+>", r"/\1", words)
    return re.sub(r"\\([*_~`|\\>#\[\]().+\-!@:<])", r"\1", words)


def _time(stamp: int, style: str, now: datetime) -> str:
    moment = datetime.fromtimestamp(stamp, UTC)
    if style == "R":
        return _relative((moment - now).total_seconds())
    formats = {"t": "%H:%M", "T": "%H:%M:%S", "d": "%d/%m/%Y", "D": "%d %B %Y", "F": "%A, %d %B %Y %H:%M"}
    return moment.strftime(formats.get(style, "%d %B %Y %H:%M"))


def _relative(seconds: float) -> str:
    size, unit = next(
        (size, unit)
        for size, unit in (
            (31536000, "year"),
            (2592000, "month"),
            (86400, "day"),
            (3600, "hour"),
            (60, "minute"),
            (0, "second"),
        )
        if abs(seconds) >= size
    )
    count = round(abs(seconds) / (size or 1))
    amount = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"in {amount}" if seconds > 0 else f"{amount} ago"
