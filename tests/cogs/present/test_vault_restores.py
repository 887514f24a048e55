"""Restores into the vault in words."""

import pytest
from discord import ButtonStyle

from bot.services.restore import Preview, RestoreReport, Target
from bot.services.restore.vault_report import KeptBackup, VaultPreview, VaultReport
from cogs.present.previews import preview_card
from cogs.present.restores import in_short, restored
from storage.records import Gain, LibraryCounts
from tests.builders import NOON
from tests.cogs.present.limits import fits, labels

TRAP = "@everyone **`" + "|" * 100
NOW, THEN = LibraryCounts(likes=5, playlists=2, items=40), LibraryCounts(likes=3, playlists=9, items=10, albums=1)
GAIN = Gain(THEN, ("Road",), states=7, tops=1, covers=2)
KEPT = KeptBackup("stamp", "a" * 32, "musivault-2026.zip")


def preview_of(target: Target, **given: object) -> Preview:
    vault = VaultPreview(NOW, THEN, GAIN, **given)  # type: ignore[arg-type]
    return Preview("c" * 32, target, "a" * 32, NOON, vault=vault)


def report_of(target: Target, kept: KeptBackup | None = None) -> RestoreReport:
    return RestoreReport("c" * 32, target, vault=VaultReport(NOW, THEN, GAIN, kept))


def test_a_merge_says_what_comes_in_of_each_kind() -> None:
    card = preview_card(preview_of(Target.VAULT))
    text = fits(card)
    for line in ("3 likes", "1 playlist: “Road”", "1 album", "7 earlier moments", "2 covers", "stays as it is"):
        assert line in text
    assert labels(card) == ["Restore into the vault", "Cancel"]


def test_what_is_there_already_asks_nothing() -> None:
    card = preview_card(preview_of(Target.VAULT, differs=False))
    assert card.title == "Nothing to restore"
    assert labels(card) == []


def test_a_replacement_counts_both_sides_and_asks_in_red() -> None:
    card = preview_card(preview_of(Target.REPLACE))
    text = fits(card)
    assert "**Now:** 5 likes, 2 playlists." in text
    assert "3 likes, 9 playlists, 1 album." in text
    assert "First a backup of your vault as it is now is made" in text
    assert card.buttons[0].style is ButtonStyle.danger


def test_parts_that_the_backup_does_not_know_are_named() -> None:
    text = fits(preview_card(preview_of(Target.REPLACE, unknown=("album", "tops"))))
    assert "never sure of all your albums, favourites" in text


def test_a_replacement_names_its_backup_and_the_way_back() -> None:
    card = restored(report_of(Target.REPLACE, KEPT))
    assert "musivault-2026.zip" in fits(card)
    assert [(button.label, button.act, button.arg) for button in card.buttons] == [
        ("Bring it back…", "replace", KEPT.archive_id)
    ]


def test_an_empty_vault_that_was_replaced_has_nothing_to_bring_back() -> None:
    assert labels(restored(report_of(Target.REPLACE, KeptBackup("stamp")))) == []


@pytest.mark.parametrize("target", [Target.VAULT, Target.REPLACE])
def test_the_status_has_it_in_half_a_line(target: Target) -> None:
    assert "3 likes, 9 playlists, 1 album" in in_short(report_of(target, KEPT))


def test_extreme_restores_fit() -> None:
    vault = VaultPreview(NOW, THEN, Gain(LibraryCounts(*[10**6] * 9), (TRAP,) * 999, 10**6, 10**6, 10**6))
    for target in (Target.VAULT, Target.REPLACE):
        text = fits(preview_card(Preview("c" * 32, target, "a" * 32, NOON, vault=vault)))
        assert "@everyone" not in text
