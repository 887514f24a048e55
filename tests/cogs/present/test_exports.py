"""Exports in words."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.exports import Delivery, ExportReport, Format
from cogs.cards import Card
from cogs.present.exports import FORMATS, collected, exported, ready, waiting
from cogs.present.jobs import outcome
from cogs.present.times import ago, on
from storage.records import Download, Run, RunKind, RunState
from tests.builders import ADA, NOON
from tests.cogs.present.limits import fits, labels

UNTIL = NOON + timedelta(hours=1)
LIMIT = 10 * 1024 * 1024
DOWNLOAD = Download("d" * 32, ADA, "musivault-csv-2026-11-20.zip", 12 * 1024 * 1024, NOON, UNTIL)
REPORT = ExportReport(
    "d" * 32, Format.CSV, NOON, UNTIL, DOWNLOAD.name, DOWNLOAD.size, True, False, 320, 8, 265, 0, 0, 0
)
ATTACHED = Delivery(DOWNLOAD, path=Path("file"))
LINKED = Delivery(DOWNLOAD, url=f"https://vault.example.org/download/{'t' * 43}")


def test_a_file_that_fits_goes_along() -> None:
    card = exported(REPORT, ATTACHED, LIMIT)
    text = fits(card)
    assert card.file is not None
    assert (card.file.path, card.file.name) == (Path("file"), DOWNLOAD.name)
    assert "320 liked songs and 8 playlists with 265 items" in text
    assert on(NOON) in text
    assert card.buttons == ()


def test_one_that_does_not_is_fetched_elsewhere() -> None:
    card = exported(REPORT, LINKED, LIMIT)
    text = fits(card)
    assert card.file is None
    assert "12.0 MB" in text
    assert "Discord takes 10.0 MB here" in text
    assert on(UNTIL) in text
    assert [button.url for button in card.buttons] == [LINKED.url]


def test_one_that_nobody_can_fetch_says_what_else_can_be_done() -> None:
    text = fits(exported(REPORT, Delivery(DOWNLOAD), LIMIT))
    for words in ("Too large for Discord", "12.0 MB", "no public address", "`list:`", "M3U8", "`/link drive`"):
        assert words in text


@pytest.mark.parametrize("form", list(Format))
def test_what_was_left_out_is_counted(form: Format) -> None:
    text = fits(exported(replace(REPORT, form=form, local=3, lost=2, closed=1), ATTACHED, LIMIT))
    assert "has lost: 2." in text
    assert "Local files: 3." in text
    assert "owners alone: 1." in text
    assert form.cannot_say in text


def test_an_encrypted_one_says_how_it_opens() -> None:
    locked = replace(ATTACHED, download=replace(DOWNLOAD, name="road.csv.age"))
    assert "`age --decrypt -o road.csv road.csv.age`" in fits(exported(REPORT, locked, LIMIT))
    assert "age" not in fits(collected(ATTACHED, LIMIT)).split()


@pytest.mark.parametrize(
    ("likes", "playlists", "words"),
    [(320, 0, "320 liked songs, as kept on"), (0, 1, "1 playlist with 80 items, as kept on")],
    ids=["likes", "playlist"],
)
def test_one_list_is_only_that(likes: int, playlists: int, words: str) -> None:
    alone = replace(REPORT, whole=False, likes=likes, playlists=playlists, items=80)
    assert words in fits(exported(alone, ATTACHED, LIMIT))


def test_one_that_was_finished_while_nobody_looked_has_a_button() -> None:
    run = Run(1, RunKind.EXPORT, ADA, RunState.DONE, NOON, report=REPORT.to_json())
    card = outcome(run)
    assert card == ready(REPORT)
    assert "lies ready until" in fits(card)
    assert labels(card) == ["Get the file"]
    assert "Export stopped" in fits(outcome(replace(run, state=RunState.FAILED, sentence="No.")))


def test_the_status_says_what_lies_ready() -> None:
    (line,), buttons = waiting(DOWNLOAD)
    assert ago(UNTIL) in line
    assert "Get the file" in labels(Card("x", (line,), buttons=buttons))


def test_every_format_is_offered() -> None:
    assert list(FORMATS) == list(Format)
    assert all(len(name) <= 100 for name in FORMATS.values())
