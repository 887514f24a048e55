"""Backups in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.backup import BackupReport
from bot.services.keeping.report import KeepingReport
from cogs.present.backups import backed_up, backups, choice, pin_of
from cogs.present.times import ago, on, size_of
from storage.records import Archive, ArchiveState, LibraryCounts, StoreKind
from tests.builders import ADA, NOON
from tests.cogs.present.limits import fits, labels

REPORT = BackupReport("a" * 32, "musivault.zip", StoreKind.FOLDER, 64_000, 320, 8, 265, unchanged=False)
ARCHIVE = Archive(
    "a" * 32,
    ADA,
    StoreKind.DRIVE,
    ArchiveState.VERIFIED,
    NOON,
    "musivault.zip",
    size=3 * 1024 * 1024,
    counts=LibraryCounts(likes=10**6, playlists=10**4, items=10**7),
)


def test_a_backup_says_where_it_is_and_what_is_in_it() -> None:
    text = fits(backed_up(REPORT, KeepingReport()))
    assert "`musivault.zip` is in this bot's own storage" in text
    assert "320 likes, 8 playlists, 265 items, 63 KB" in text


def test_what_became_of_older_backups_is_said() -> None:
    text = fits(backed_up(REPORT, KeepingReport(trashed=1, purged=2, taken_back=3, held_back="Drive is ill.")))
    assert "1 older backup went to the trash" in text
    assert "3 backups taken out of the trash" in text
    assert "Old backups were not cleared away: Drive is ill." in text
    assert "trash" not in fits(backed_up(REPORT, KeepingReport(purged=2)))


def test_an_unchanged_vault_is_not_backed_up_twice() -> None:
    card = backed_up(replace(REPORT, unchanged=True, store=StoreKind.DRIVE), KeepingReport())
    assert card.title == "Already backed up"
    assert "still safe in your Google Drive" in fits(card)


def test_no_backups_say_how_to_make_one() -> None:
    assert "/vault backup" in fits(backups([]))
    assert labels(backups([])) == []


def test_a_long_list_of_backups_fits_and_counts_the_rest() -> None:
    many = [replace(ARCHIVE, id=f"{day:032x}", created_at=NOON - timedelta(days=day)) for day in range(400)]
    card = backups(many)
    assert "… and 390 older ones" in fits(card)
    assert labels(card) == ["Restore the newest…"]
    assert card.buttons[0].arg == many[0].id


def test_a_backup_that_is_kept_for_good_says_so_and_can_be_let_loose() -> None:
    card = backups([replace(ARCHIVE, pinned=True), replace(ARCHIVE, id="b" * 32)])
    pinned, loose = fits(card).splitlines()[1:3]
    assert "kept for good" in pinned
    assert "kept for good" not in loose
    assert card.menu is not None
    assert [pin_of(each.value) for each in card.menu.choices] == [(ARCHIVE.id, False), ("b" * 32, True)]
    assert [each.label.partition(":")[0] for each in card.menu.choices] == ["No longer", "For good"]


def test_a_menu_of_pins_is_not_longer_than_discord_allows() -> None:
    menu = backups([replace(ARCHIVE, id=f"{number:032x}") for number in range(60)]).menu
    assert menu is not None
    assert len(menu.choices) == 25
    assert max(len(each.label) for each in menu.choices) <= 100


def test_a_suggestion_is_short_enough_for_discord() -> None:
    assert choice(ARCHIVE) == "20 Nov 2026 12:00 UTC · 1,000,000 likes · 10,000 playlists"
    assert len(choice(ARCHIVE)) <= 100


@pytest.mark.parametrize(
    ("octets", "told"), [(512, "1 KB"), (64_000, "63 KB"), (3 * 1024 * 1024, "3.0 MB"), (0, "0 KB")]
)
def test_sizes_are_read_by_people(octets: int, told: str) -> None:
    assert size_of(octets) == told


def test_times_are_left_to_discord() -> None:
    stamp = int(NOON.timestamp())
    assert (ago(NOON), on(NOON)) == (f"<t:{stamp}:R>", f"<t:{stamp}:f>")
