"""Names from outside, and the limits of a card."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.cards import BODY_LIMIT, Card, count, names, plain, safe

BARE_MARK = re.compile(r"(?<!\\)(?:\\\\)*[*_~|`<\[\]]")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("@everyone", "@\u200beveryone"),
        ("**bold** _and_ `code`", r"\*\*bold\*\* \_and\_ \`code\`"),
        ("||spoiler||", r"\|\|spoiler\|\|"),
        ("# Heading", r"\# Heading"),
        ("line\u2028separator\nand more", "line separator and more"),
        (" leading and trailing ", "leading and trailing"),
        ("</link spotify:1> <t:0:R>", r"\</link spotify:1> \<t:0:R>"),
        ("\u202eright to left", "right to left"),
        ("👩\u200d👩\u200d👧 jazz", "👩\u200d👩\u200d👧 jazz"),
        ("", "(no name)"),
        ("\u200b\u2066 ", "(no name)"),
    ],
)
def test_a_name_is_shown_as_it_is_and_does_nothing(name: str, shown: str) -> None:
    assert safe(name) == shown


def test_a_mention_in_a_name_mentions_nobody() -> None:
    assert not re.search(r"(?<!\\)<", safe("<@300000000000000001> <#1> <@&2> <:x:1>"))
    assert "@here" not in safe("*Eve* @here")


def test_a_link_in_a_name_hides_nothing() -> None:
    assert not re.search(r"(?<!\\)\[", safe("[click](https://example.org)"))


@pytest.mark.parametrize("name", ["song](https://evil.example) [", "[song", "\\\\](https://evil.example)"])
def test_a_name_within_a_link_neither_ends_it_nor_begins_another(name: str) -> None:
    assert not BARE_MARK.search(safe(name))


@pytest.mark.parametrize("name", ["\u200b", "\u200d\u200c", "\u202e", " \n"])
def test_a_name_that_shows_nothing_is_told_as_such_in_menus_too(name: str) -> None:
    assert plain(name, 80) == safe(name) == "(no name)"


@given(st.text())
def test_no_name_breaks_markup_or_leaves_its_line(name: str) -> None:
    shown = safe(name)
    assert not BARE_MARK.search(shown)
    assert len(shown.splitlines()) == 1
    assert "@everyone" not in shown
    assert "@here" not in shown


def test_a_long_name_is_cut() -> None:
    assert safe("N" * 100, 40) == "N" * 39 + "…"
    assert safe("N" * 40, 40) == "N" * 40


def test_many_names_are_a_few_and_a_number() -> None:
    assert names(["A"]) == "“A”"
    assert names(["A", "B"]) == "“A”, “B”"
    assert names(["A", "B", "C", "D", "E"]) == "“A”, “B”, “C”, “D”, “E”"
    assert names(["A", "B", "C", "D", "E", "F"]).endswith("“E” and 1 more")


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0 likes"), (1, "1 like"), (2, "2 likes"), (1204, "1,204 likes"), (10**6, "1,000,000 likes")],
)
def test_counts_are_read_aloud(number: int, told: str) -> None:
    assert count(number, "like") == told


def test_an_irregular_plural_is_given() -> None:
    assert count(2, "entry", "entries") == "2 entries"


def test_a_body_is_cut_between_lines_and_says_so() -> None:
    body = Card("Title", tuple(f"{number} {'x' * 90}" for number in range(100))).body
    assert len(body) <= BODY_LIMIT + 2
    assert body.endswith("x\n…")
    assert Card("Title", ("one", "two")).body == "one\ntwo"
