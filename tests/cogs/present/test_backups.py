"""Backups in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.backup import BackupReport
from bot.services.keeping.report import KeepingReport
from bot.services.shelving import Shelved
from cogs.present.backups import (
    backed_up,
    backup_card,
    backups,
    choice,
    delete_question,
    deleted,
    taken_back,
    trash_card,
    trouble,
)
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


def shelved(*shown: Archive, trashed: tuple[Archive, ...] = ()) -> Shelved:
    return Shelved(shown, trashed)


def many(number: int) -> tuple[Archive, ...]:
    return tuple(replace(ARCHIVE, id=f"{day:032x}", created_at=NOON - timedelta(days=day)) for day in range(number))


def test_no_backups_say_how_to_make_one() -> None:
    assert "/vault backup" in fits(backups(shelved()))
    assert labels(backups(shelved())) == []


def test_a_long_list_of_backups_has_pages_and_a_menu_of_each() -> None:
    card = backups(shelved(*many(25), trashed=many(3)))
    assert "1 to 10 of 25" in fits(card)
    assert labels(card) == ["Restore the newest…", "Older", "Trash (3)…"]
    assert card.buttons[0].arg == many(1)[0].id
    last = backups(shelved(*many(25)), 2)
    assert "21 to 25 of 25" in fits(last)
    assert labels(last) == ["Restore the newest…", "Newer"]
    assert last.menu is not None
    assert [each.value for each in last.menu.choices] == [each.id for each in many(25)[20:]]
    assert backups(shelved(*many(25)), 99) == last, "a page that is no more is the last there is"


@pytest.mark.parametrize(
    ("archive", "word", "acts"),
    [
        (ARCHIVE, "", ["Restore…", "Verify", "Download", "Keep for good", "Delete…"]),
        (replace(ARCHIVE, pinned=True), "", ["Restore…", "Verify", "Download", "No longer"]),
        (
            replace(ARCHIVE, missing_since=NOON),
            "Not found",
            ["Restore…", "Verify", "Download", "Keep for good", "Delete…"],
        ),
        (replace(ARCHIVE, state=ArchiveState.DAMAGED, fault="likes.jsonl"), "Damaged", ["Verify", "Delete…"]),
        (replace(ARCHIVE, state=ArchiveState.MISSING, missing_since=NOON), "Gone", ["Verify"]),
        (replace(ARCHIVE, state=ArchiveState.TRASHED, trashed_at=NOON), "", ["Take it back"]),
    ],
)
def test_a_backup_says_what_is_wrong_with_it_and_what_can_be_done(archive: Archive, word: str, acts: list[str]) -> None:
    card = backup_card(archive)
    assert f"**{word}" in fits(card)
    assert labels(card) == acts
    assert trouble(archive).startswith(word)


def test_what_is_wrong_stands_in_the_list_and_cannot_be_restored() -> None:
    damaged = replace(ARCHIVE, id="b" * 32, state=ArchiveState.DAMAGED, fault="its bytes")
    card = backups(shelved(damaged, ARCHIVE))
    assert "**Damaged**" in fits(card).splitlines()[1]
    assert card.buttons[0].arg == ARCHIVE.id
    assert labels(backups(shelved(damaged))) == []


def test_deleting_says_what_goes_and_for_how_long_there_is_a_way_back() -> None:
    text = fits(delete_question(ARCHIVE, 30))
    assert "1,000,000 likes, 10,000 playlists" in text
    assert "into your Drive's trash first. For 30 days you can take it back" in text
    assert labels(delete_question(ARCHIVE, 30)) == ["Delete it", "Keep it"]
    assert labels(deleted(ARCHIVE, 30)) == ["Take it back"]
    fits(deleted(ARCHIVE, 1))
    fits(taken_back(ARCHIVE))


def test_each_backup_in_the_trash_is_reached_page_by_page() -> None:
    trashed = tuple(replace(each, state=ArchiveState.TRASHED, trashed_at=NOON) for each in many(33))
    pages = [trash_card(trashed, page) for page in range(4)]
    assert "1 to 10 of 33" in fits(pages[0])
    assert "31 to 33 of 33" in fits(pages[3])
    assert [labels(page) for page in pages] == [["Older"], ["Newer", "Older"], ["Newer", "Older"], ["Newer"]]
    offered = [choice.value for page in pages if page.menu for choice in page.menu.choices]
    assert offered == [each.id for each in trashed]
    fits(trash_card(()))
    fits(trash_card((replace(trashed[0], trashed_at=None),)))


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
