"""Discord's messages and the pages of a browser as rich text: what a person would see, without anything around it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bs4 import BeautifulSoup, Tag
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tests.sandbox.discord.reading import shown

ESCAPED = re.compile(r"\\([*_~`|\\>#\[\]().+\-!@:<])")
HIDDEN = 0xE000  # private characters: escaped marks stay out of sight of the patterns below
MARKS = re.compile(r"\*\*(?P<bold>.+?)\*\*|`(?P<code>[^`]+)`|<(?P<url>https?://[^>\s]+)>")
STYLES = {"bold": "bold", "code": "cyan", "url": "underline"}
COLOURS = {"primary": "bold blue", "link": "bold blue", "success": "bold green", "danger": "bold red"}
BLOCKS = "h1, h2, li, p"
ITEMS_SHOWN = 4  # of a list on a page

Label = tuple[str, str]  # what is written on a button, and its style


def message(words: str, now: datetime) -> RenderableType:
    """A message's text: headings, lists, bold, code and times as Discord draws them."""
    hidden = ESCAPED.sub(lambda found: chr(HIDDEN + ord(found[1])), words)
    return Group(*_blocks(shown(hidden, now).splitlines()))


def _blocks(lines: Iterable[str]) -> Iterable[RenderableType]:
    for line in lines:
        if line.startswith("#"):
            yield Text(_revealed(line.lstrip("# ")), style="bold")
        elif line.startswith("- "):
            yield bullet(_marked(line[2:]))
        else:
            yield _marked(line)


def _marked(line: str) -> Text:
    text, end = Text(), 0
    for found in MARKS.finditer(line):
        kind = str(found.lastgroup)
        text.append(_revealed(line[end : found.start()]))
        text.append(_revealed(found[kind]), style=STYLES[kind])
        end = found.end()
    return text.append(_revealed(line[end:]))


def _revealed(words: str) -> str:
    return "".join(chr(ord(each) - HIDDEN) if HIDDEN < ord(each) < HIDDEN + 128 else each for each in words)


def bullet(content: RenderableType, sign: RenderableType = "•") -> Table:
    """A line of a list, hanging behind its sign."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(sign, content)
    return grid


def buttons(labels: Iterable[Label]) -> Text:
    """What can be pressed, in a row."""
    return Text("  ").join(Text(f"[ {label} ]", COLOURS.get(style, "bold")) for label, style in labels)


def page(html: str, most: int | None = None) -> RenderableType:
    """A page's headings, paragraphs and lists, or the first few; what only a browser needs is left out."""
    soup = BeautifulSoup(html, "html.parser")
    for unseen in soup.select("script, style, svg, .brand, [aria-hidden], template"):
        unseen.decompose()
    for beside in soup.select("bdi + small, bdi + span"):
        beside.insert_before(" · ")
    found = [each for each in soup.select(BLOCKS) if _words(each) and not each.find_parent(["li", "p"])]
    blocks = list(_page_blocks(found))
    return Group(*blocks) if most is None or len(blocks) <= most else Group(*blocks[:most], Text("…"))


def _page_blocks(tags: Sequence[Tag]) -> Iterator[RenderableType]:
    for tag in tags:
        place = len(tag.find_previous_siblings("li"))
        if tag.name != "li":
            yield Text(_words(tag), style="bold" if tag.name in ("h1", "h2") else "")
        elif place < ITEMS_SHOWN:
            yield bullet(Text(_words(tag)))
        elif place == ITEMS_SHOWN:
            yield bullet(Text(f"… and {1 + len(tag.find_next_siblings('li'))} more"))


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text().split())
