"""Checked backups in words."""

from dataclasses import replace

import pytest

from bot.services.checking.report import Checked, CheckReport, Verdict
from cogs.cards import Tone
from cogs.present.backups import backup_card
from cogs.present.checks import checked, in_trouble
from storage.records import Archive, ArchiveState, StoreKind
from tests.builders import ADA, NOON
from tests.cogs.present.limits import fits, labels

GOOD = Checked("a" * 32, NOON, StoreKind.DRIVE, Verdict.GOOD, members=16, lines=12_345)
TORN = replace(GOOD, verdict=Verdict.DAMAGED, fault="likes.jsonl differs from its checksum")
GONE = Archive("a" * 32, ADA, StoreKind.DRIVE, ArchiveState.MISSING, NOON, "a.zip", missing_since=NOON, untold=True)
DAMAGED = replace(GONE, state=ArchiveState.DAMAGED, fault="likes.jsonl differs from its checksum")


def test_a_good_backup_says_how_much_was_read() -> None:
    card = checked(CheckReport((GOOD,)))
    assert "checked: 16 members, 12,345 lines, all hashes right" in fits(card)
    assert card.tone is Tone.CALM


def test_a_damaged_one_says_where_and_what_to_do() -> None:
    text = fits(checked(CheckReport((GOOD, TORN))))
    assert "is damaged: likes.jsonl differs from its checksum" in text
    assert "`/vault backup` makes sure" in text


def test_an_absent_one_says_where_it_may_be() -> None:
    text = fits(checked(CheckReport((replace(GOOD, verdict=Verdict.ABSENT),))))
    assert "is not where it was put. If it lies in the trash of your Drive, take it out" in text


@pytest.mark.parametrize("store", StoreKind)
def test_what_is_gone_is_told_with_what_helps_wherever_it_was(store: StoreKind) -> None:
    gone = replace(GONE, store=store)
    absent = checked(CheckReport((replace(GOOD, store=store, verdict=Verdict.ABSENT),)))
    for card in (in_trouble((gone,)), absent, backup_card(gone)):
        assert "found again" in fits(card) or "a backup again" in fits(card)


def test_nothing_to_check_is_said() -> None:
    assert "no backup" in fits(checked(CheckReport())).casefold()


def test_a_finding_says_what_to_do_about_it() -> None:
    text = fits(in_trouble((GONE, DAMAGED)))
    assert "is gone: it has not been there since <t:" in text
    assert "is damaged: likes.jsonl differs from its checksum" in text
    assert "take it out within 30 days" in text
    assert "counts as none" in fits(in_trouble((DAMAGED,)))
    assert labels(in_trouble((GONE,))) == ["Show my backups", "No more DMs"]


def test_many_findings_fit_into_one_message() -> None:
    assert "… and 35 more" in fits(in_trouble((GONE,) * 40))
