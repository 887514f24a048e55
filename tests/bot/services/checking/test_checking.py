"""Backups that are gone or damaged are found, told once, and count as none; those that come back are backups again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.checking.census import GRACE_OF_MANY
from bot.services.checking.report import Verdict
from bot.services.keeping.report import KeepingReport
from bot.services.progress import ignore
from storage.errors import NoIdentityFits, NotFound, StoreDown
from storage.records import Archive, ArchiveState, LibraryCounts
from storage.sealing import Seal
from tests.bot.services.checking.conftest import Desk, place_of, tear
from tests.builders import ADA, BEN


async def test_a_good_backup_is_read_to_its_last_line(desk: Desk) -> None:
    (archive,) = await desk.nights(1)
    checked = await desk.verify(archive)
    assert (checked.verdict, checked.members) == (Verdict.GOOD, 15)
    assert checked.lines > 5
    assert await desk.now(archive) == replace(archive, checked_at=desk.time.now)
    assert list(desk.shelf.workdir.iterdir()) == []


async def test_a_torn_byte_is_found_with_its_place_and_told_once(desk: Desk) -> None:
    older, archive = reversed(await desk.nights(2))
    tear(desk.file(archive), at=place_of(desk.file(archive), "likes.jsonl"))
    report = await desk.checking.check_sample(ADA, desk.time.now, ignore)
    assert [each.verdict for each in report.checked] == [Verdict.DAMAGED, Verdict.GOOD]
    assert "likes.jsonl" in report.checked[0].fault
    found = await desk.now(archive)
    assert (found.state, found.fault, found.untold) == (ArchiveState.DAMAGED, report.checked[0].fault, False)
    assert desk.told == [[archive.id]]
    await desk.verify(archive)
    await desk.checking.check_sample(ADA, desk.time.now, ignore)
    assert desk.told == [[archive.id]]
    assert await desk.archives.last_verified(ADA) == await desk.now(older)


async def test_damage_of_a_sealed_backup_is_found_too(desk: Desk) -> None:
    desk.shelf = replace(desk.shelf, seal=Seal([Seal.generate_identity()]))
    (archive,) = await desk.nights(1)
    assert (await desk.verify(archive)).verdict is Verdict.GOOD
    tear(desk.file(archive))
    assert (await desk.verify(archive)).verdict is Verdict.DAMAGED


async def test_a_lost_key_condemns_no_backup(desk: Desk) -> None:
    desk.shelf = replace(desk.shelf, seal=Seal([Seal.generate_identity()]))
    (archive,) = await desk.nights(1)
    desk.shelf = replace(desk.shelf, seal=Seal([Seal.generate_identity()]))
    with pytest.raises(NoIdentityFits):
        await desk.verify(archive)
    assert await desk.now(archive) == archive


@pytest.mark.parametrize(
    ("noted", "fault"),
    [({"content_hash": "another"}, "holds another library"), ({"counts": LibraryCounts(9, 9, 9)}, "its counts")],
)
async def test_a_backup_is_held_against_what_was_noted_of_it(desk: Desk, noted: dict[str, object], fault: str) -> None:
    (archive,) = await desk.nights(1)
    await desk.archives.replace(replace(archive, **noted))  # type: ignore[arg-type]
    checked = await desk.verify(archive)
    assert checked.verdict is Verdict.DAMAGED
    assert fault in checked.fault


async def test_somebody_else_s_library_under_one_s_own_name_is_damage(desk: Desk) -> None:
    (archive,) = await desk.nights(1)
    theirs = replace(archive, id="b" * 32, discord_id=BEN)
    await desk.archives.add(theirs)
    (checked,) = (await desk.checking.check(BEN, theirs.id, ignore)).checked
    assert "somebody else's" in checked.fault


async def test_nobody_checks_somebody_else_s_backup(desk: Desk) -> None:
    (archive,) = await desk.nights(1)
    with pytest.raises(NotFound):
        await desk.checking.check(BEN, archive.id, ignore)


async def test_one_that_was_mended_is_a_backup_again(desk: Desk) -> None:
    (archive,) = await desk.nights(1)
    whole = desk.file(archive).read_bytes()
    tear(desk.file(archive))
    await desk.verify(archive)
    desk.file(archive).write_bytes(whole)
    assert (await desk.verify(archive)).verdict is Verdict.GOOD
    assert await desk.now(archive) == replace(archive, checked_at=desk.time.now)


async def test_the_same_library_is_uploaded_anew_where_the_last_one_is_damaged(desk: Desk) -> None:
    (archive,) = await desk.nights(1)
    assert (await desk.backup()).id == archive.id
    tear(desk.file(archive))
    await desk.verify(archive)
    desk.time.now += timedelta(minutes=1)
    anew = await desk.backup()
    assert anew.id != archive.id
    assert (await desk.verify(anew)).verdict is Verdict.GOOD
    assert (await desk.now(archive)).state is ArchiveState.DAMAGED


async def test_one_that_was_deleted_is_noted_believed_the_next_night_and_no_longer_in_the_way(desk: Desk) -> None:
    made = await desk.nights(5)
    desk.file(made[1]).unlink()
    report = await desk.keep()
    assert "1 of your 5 backups" in str(report.held_back)
    assert await desk.states() == [ArchiveState.VERIFIED] * 5
    assert (await desk.now(made[1])).missing_since == desk.time.now
    assert desk.told == []
    assert await desk.night() == KeepingReport(trashed=1)
    good, gone, trashed = ArchiveState.VERIFIED, ArchiveState.MISSING, ArchiveState.TRASHED
    assert await desk.states() == [good, gone, good, good, trashed]
    assert desk.told == [[made[1].id]]
    assert await desk.night() == KeepingReport()
    assert desk.told == [[made[1].id]]


async def test_two_looks_of_one_evening_are_one(desk: Desk) -> None:
    made = await desk.nights(5)
    desk.file(made[1]).unlink()
    for _ in range(4):
        assert (await desk.keep()).held_back
        desk.time.now += timedelta(hours=4)
    assert await desk.states() == [ArchiveState.VERIFIED] * 5


async def test_where_nothing_is_to_be_removed_a_missing_backup_is_not_said_to_hold_it_back(desk: Desk) -> None:
    made = await desk.nights(2)
    desk.file(made[1]).unlink()
    assert await desk.keep() == KeepingReport()
    assert (await desk.now(made[1])).missing_since == desk.time.now


async def test_one_that_is_back_in_time_was_never_lost(desk: Desk) -> None:
    made = await desk.nights(2)
    away = desk.file(made[1]).rename(desk.file(made[1]).with_suffix(".away"))
    await desk.keep()
    away.rename(desk.file(made[1]))
    await desk.night()
    assert await desk.now(made[1]) == replace(made[1], checked_at=desk.time.now)
    assert desk.told == []


async def lost(desk: Desk, archive: Archive) -> bytes:
    whole = desk.file(archive).read_bytes()
    desk.file(archive).unlink()
    await desk.keep()
    await desk.night()
    assert (await desk.now(archive)).state is ArchiveState.MISSING
    return whole


async def test_one_that_turns_up_again_is_a_backup_once_its_bytes_are_proven(desk: Desk) -> None:
    made = await desk.nights(3)
    desk.file(made[1]).write_bytes(await lost(desk, made[1]))
    await desk.night()
    assert await desk.now(made[1]) == replace(made[1], checked_at=desk.time.now)


async def test_something_else_under_its_name_is_none(desk: Desk) -> None:
    made = await desk.nights(3)
    await lost(desk, made[1])
    desk.file(made[1]).write_bytes(b"something else")
    await desk.night()
    assert (await desk.now(made[1])).state is ArchiveState.DAMAGED
    assert desk.file(made[1]).read_bytes() == b"something else"


async def test_whoever_looks_for_a_lost_one_finds_it_themselves(desk: Desk) -> None:
    made = await desk.nights(3)
    whole = await lost(desk, made[1])
    assert (await desk.verify(made[1])).verdict is Verdict.ABSENT
    assert (await desk.now(made[1])).state is ArchiveState.MISSING
    desk.file(made[1]).write_bytes(whole)
    assert (await desk.verify(made[1])).verdict is Verdict.GOOD
    assert (await desk.now(made[1])).state is ArchiveState.VERIFIED


async def test_a_store_that_shows_nothing_loses_nobody_a_backup(desk: Desk) -> None:
    made = await desk.nights(5)
    for archive in made:
        desk.file(archive).unlink()
    for _ in range(20):
        assert "5 of your 5" in str((await desk.night()).held_back)
    assert await desk.states() == [ArchiveState.VERIFIED] * 5


async def test_another_disk_in_its_place_is_given_a_week_before_backups_are_lost(desk: Desk) -> None:
    made = await desk.nights(5)
    home = desk.file(made[0]).parent
    home.rename(home.with_name("the right disk"))
    home.mkdir()
    for _ in range(3):
        await desk.change()
        await desk.backup()
        assert (await desk.night()).held_back
    assert ArchiveState.MISSING not in await desk.states()
    for file in home.iterdir():
        file.rename(home.with_name("the right disk") / file.name)
    home.rmdir()
    home.with_name("the right disk").rename(home)
    assert (await desk.night()).trashed > 0
    assert ArchiveState.MISSING not in await desk.states()
    assert desk.told == []


async def test_most_that_stay_away_for_a_week_are_lost_and_told_in_one_message(desk: Desk) -> None:
    made = await desk.nights(5)
    for archive in made[1:]:
        desk.file(archive).unlink()
    await desk.night()
    desk.time.now += GRACE_OF_MANY
    await desk.keep()
    assert await desk.states() == [ArchiveState.VERIFIED, *[ArchiveState.MISSING] * 4]
    assert desk.told == [[archive.id for archive in made[1:]]]


async def test_a_folder_that_is_not_there_says_nothing_of_any_backup(desk: Desk) -> None:
    made = await desk.nights(2)
    home = desk.file(made[0]).parent
    home.rename(home.with_name("unplugged"))
    for _ in range(3):
        assert (await desk.night()).held_back
    with pytest.raises(StoreDown):
        await desk.checking.check_sample(ADA, desk.time.now, ignore)
    home.with_name("unplugged").rename(home)
    assert await desk.archives.of(ADA) == tuple(made)


async def test_one_that_shrank_is_read_and_found_damaged_and_holds_back_only_this_once(desk: Desk) -> None:
    made = await desk.nights(5)
    desk.file(made[0]).write_bytes(b"half")
    assert (await desk.keep()).held_back
    assert (await desk.now(made[0])).state is ArchiveState.DAMAGED
    assert desk.told == [[made[0].id]]
    assert await desk.night() == KeepingReport(trashed=1)
    assert desk.file(made[0]).exists(), "it stays where it is"


async def test_who_said_no_to_dms_reads_it_in_the_list_alone(desk: Desk) -> None:
    (archive,) = await desk.nights(1)
    await desk.people.choose(ADA, wants_dms=False)
    tear(desk.file(archive))
    await desk.checking.check_sample(ADA, desk.time.now, ignore)
    assert desk.told == []
    assert (await desk.now(archive)).state is ArchiveState.DAMAGED


async def test_a_message_that_discord_did_not_take_is_sent_again(desk: Desk) -> None:
    (archive,) = await desk.nights(1)
    tear(desk.file(archive))
    checking = desk.checking
    checking.herald.post.deliver = _nobody
    await checking.check_sample(ADA, desk.time.now, ignore)
    assert (await desk.now(archive)).untold
    await desk.night()
    assert desk.told == [[archive.id]]


async def _nobody(_: object) -> bool:
    return False


async def test_without_any_backup_there_is_nothing_to_check(desk: Desk) -> None:
    assert (await desk.checking.check_sample(ADA, desk.time.now, ignore)).checked == ()
