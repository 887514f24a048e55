"""The vault and the settings in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.progress import Phase, Progress
from bot.services.status import LinkStatus, VaultStatus
from cogs.present.vault import dms_chosen, settings, vault_status
from storage.records import Archive, ArchiveState, LibraryCounts, Person, Policy, Run, RunKind, RunState, StoreKind
from tests.builders import ADA, NOON
from tests.cogs.present.limits import fits, labels

LINKED = LinkStatus("Ada", NOON, spotify_works=True, drive=None, drive_works=False, drive_offered=True)
UNLINKED = LinkStatus(None, None, spotify_works=False, drive=None, drive_works=False, drive_offered=True)
PERSON = Person(ADA, "Ada")
POLICY = Policy(last=3, daily=7)
ARCHIVE = Archive("a" * 32, ADA, StoreKind.FOLDER, ArchiveState.VERIFIED, NOON, "musivault.zip", size=64_000)
RUN = Run(7, RunKind.SYNC, ADA, RunState.RUNNING, NOON, started_at=NOON)
WELL = VaultStatus(
    links=LINKED,
    counts=LibraryCounts(likes=320, playlists=8, items=265),
    last_sync=NOON,
    last_backup=ARCHIVE,
    failures=(),
    last_restore=None,
    under_way=(),
    person=PERSON,
    nightly_hour=3,
    troubled=(),
)


def told(status: VaultStatus, progress: Progress | None = None) -> str:
    return fits(vault_status(status, {RUN.id: progress}))


def test_a_vault_that_is_well_needs_no_button() -> None:
    text = told(WELL)
    assert "320 likes and 8 playlists with 265 items" in text
    assert "in this bot's own storage" in text
    assert "the nightly backup, after 03:00 UTC" in text
    assert labels(vault_status(WELL, {})) == []


def test_an_empty_vault_says_how_to_begin() -> None:
    card = vault_status(replace(WELL, links=UNLINKED, counts=LibraryCounts()), {})
    assert card.title == "Your vault is empty"
    assert labels(card) == ["Link Spotify"]
    fits(card)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (replace(WELL, last_sync=None, last_backup=None), "**Last sync:** none yet"),
        (replace(WELL, last_backup=None), "`/vault backup` makes one now"),
        (replace(WELL, links=UNLINKED), "no Spotify account is linked"),
        (replace(WELL, links=replace(LINKED, spotify_works=False)), "Spotify no longer lets MusiVault in"),
        (replace(WELL, links=replace(LINKED, spotify_ends=NOON)), "**Spotify link:** ends <t:"),
        (replace(WELL, nightly_hour=None), "this bot makes no nightly backups"),
        (replace(WELL, person=replace(PERSON, nightly=False)), "`/vault settings` turns it on"),
    ],
)
def test_what_comes_next_is_said_in_every_case(status: VaultStatus, words: str) -> None:
    assert words in told(status)


@pytest.mark.parametrize(
    ("run", "progress", "words"),
    [
        (replace(RUN, state=RunState.QUEUED), None, "**Sync:** waiting for its turn, asked for <t:"),
        (RUN, Progress(Phase.WAITING), "**Sync:** begun <t:"),
        (RUN, Progress(Phase.READING, 3, 8), "**Sync:** reading what changed, 3 of 8, begun <t:"),
        (RUN, Progress(Phase.CHECKING), "**Sync:** reading everything again, to be sure, begun <t:"),
        (
            replace(RUN, state=RunState.PARKED, sentence="Spotify is busy.", not_before=NOON + timedelta(hours=7)),
            None,
            "**Sync waits:** Spotify is busy. It goes on by itself <t:",
        ),
    ],
)
def test_what_is_under_way_says_how_far_it_is(run: Run, progress: Progress | None, words: str) -> None:
    assert words in told(replace(WELL, under_way=(run,)), progress)


def test_a_failure_stands_with_its_sentence() -> None:
    failed = replace(RUN, state=RunState.FAILED, sentence="Spotify is gone.", finished_at=NOON)
    text = told(replace(WELL, failures=(replace(failed, kind=RunKind.NIGHT, sentence="It is full."), failed)))
    assert "**Sync stopped** <t:" in text
    assert "Spotify is gone." in text
    assert "**Nightly backup stopped** <t:" in text
    assert "It is full." in text


def test_an_old_backup_says_that_it_still_holds_everything() -> None:
    assert "still held" not in told(WELL)
    assert "own storage; it still held everything <t:" in told(replace(WELL, still_whole=NOON + timedelta(days=9)))


def test_much_at_once_fits() -> None:
    run = replace(RUN, state=RunState.PARKED, sentence="Because. " * 30, not_before=NOON)
    told(replace(WELL, under_way=(run,) * 5, failures=(replace(run, finished_at=NOON),) * 2))


def test_settings_show_each_choice_with_its_switch() -> None:
    card = settings(PERSON, 3, POLICY)
    assert "**DMs:** off" in fits(card)
    assert "on, after 03:00 UTC" in card.body
    assert labels(card) == ["Turn on DMs", "Turn off nightly backup", "Turn on keeping plays"]
    card = settings(replace(PERSON, wants_dms=True, nightly=False, nightly_hour=22), 3, POLICY)
    assert "**Nightly backup:** off" in fits(card)
    assert labels(card) == ["Turn off DMs", "Turn on nightly backup", "Turn on keeping plays"]
    assert "after 22:00 UTC" in settings(replace(PERSON, nightly_hour=22), 3, POLICY).body


def test_the_hour_is_told_in_the_person_s_zone() -> None:
    berlin, far = replace(PERSON, time_zone="Europe/Berlin"), replace(PERSON, time_zone="America/Port_of_Spain")
    assert "after 03:00 in the zone Europe/Berlin" in fits(settings(berlin, 3, POLICY))
    assert "after 03:00 in the zone America/Port of Spain" in fits(settings(far, 3, POLICY))
    assert "after 03:00 in the zone Europe/Berlin" in told(replace(WELL, person=berlin))
    assert "after 03:00 UTC" in fits(settings(replace(PERSON, time_zone="UTC"), 3, POLICY))


def test_settings_offer_no_night_where_the_operator_has_none() -> None:
    card = settings(replace(PERSON, nightly_hour=22), None, POLICY)
    assert "not made by this bot" in fits(card)
    assert labels(card) == ["Turn on DMs", "Turn on keeping plays"]


def test_settings_say_whether_plays_are_kept_all_day_long() -> None:
    assert "only the last fifty" in fits(settings(PERSON, 3, POLICY))
    card = settings(replace(PERSON, keeps_plays=True), 3, POLICY)
    assert "on, all day long" in fits(card)
    assert "Turn off keeping plays" in labels(card)


def test_settings_say_that_dms_are_closed() -> None:
    assert "closed to me" in fits(settings(replace(PERSON, dms_open=False), 3, POLICY))


@pytest.mark.parametrize("wanted", [True, False])
def test_both_answers_say_how_to_change_them(wanted: bool) -> None:
    assert "/vault settings" in fits(dms_chosen(wanted=wanted))


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (None, "last 3, daily 7 (as this bot does for all)"),
        (Policy(yearly=-1), "**Backups kept:** yearly all"),
        (Policy(), "everything, for ever"),
    ],
)
def test_settings_say_how_many_backups_are_kept(chosen: Policy | None, words: str) -> None:
    assert words in fits(settings(replace(PERSON, keeping=chosen), 3, POLICY))


def test_backups_that_are_not_as_they_should_be_stand_in_the_status() -> None:
    damaged = replace(ARCHIVE, state=ArchiveState.DAMAGED)
    gone = replace(ARCHIVE, state=ArchiveState.MISSING, missing_since=NOON)
    noted = replace(ARCHIVE, missing_since=NOON)
    text = told(replace(WELL, troubled=(damaged, gone, gone, noted)))
    assert "**Not as it should be:** 1 damaged, 2 gone, 1 not found where it was put; `/vault backups`" in text
