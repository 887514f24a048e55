"""Long work in words."""

from dataclasses import replace

import pytest

from bot.services.backup import BackupReport
from bot.services.progress import Phase, Progress
from bot.services.restore import Preview, RestoreReport, Target
from cogs.present.jobs import TITLES, outcome, still_working, working
from storage.errors import NextStep
from storage.records import Run, RunKind, RunState, StoreKind
from tests.builders import ADA, NOON
from tests.cogs.present.limits import fits, labels
from tests.cogs.present.test_syncs import report

RUN = Run(7, RunKind.SYNC, ADA, RunState.DONE, NOON)
BACKUP = BackupReport("a" * 32, "musivault.zip", StoreKind.DRIVE, 64_000, 320, 8, 265, unchanged=False)


@pytest.mark.parametrize("kind", RunKind)
@pytest.mark.parametrize("phase", Phase)
def test_every_phase_of_every_job_has_words(kind: RunKind, phase: Phase) -> None:
    assert TITLES[kind] in fits(working(kind, Progress(phase)))
    assert "3 of 8" in fits(working(kind, Progress(phase, 3, 8)))
    assert "/vault status" in fits(still_working(kind))


@pytest.mark.parametrize("done", [0, 1, 4, 8])
def test_the_bar_is_as_long_at_the_end_as_at_the_beginning(done: int) -> None:
    bar = working(RunKind.SYNC, Progress(Phase.READING, done, 8)).lines[1].split(" ")[0]
    assert len(bar) == 16
    assert bar.count("▰") == 2 * done


@pytest.mark.parametrize(
    ("kind", "kept", "title"),
    [
        (RunKind.SYNC, report().to_json(), "Synced: nothing changed"),
        (RunKind.BACKUP, {"backup": BACKUP.to_json()}, "Backed up"),
        (RunKind.NIGHT, {"backup": BACKUP.to_json()}, "Backed up"),
        (
            RunKind.PREVIEW,
            Preview("c" * 32, Target.SPOTIFY, "a" * 32, NOON, likes=1).to_json(),
            "Restore into Spotify?",
        ),
        (RunKind.RESTORE, RestoreReport("c" * 32, Target.SPOTIFY, likes=1).to_json(), "Restored into Spotify"),
    ],
)
def test_every_job_ends_in_its_own_words(kind: RunKind, kept: dict[str, object], title: str) -> None:
    card = outcome(replace(RUN, kind=kind, report=kept))
    assert card.title == title
    fits(card)


def test_a_job_that_waits_for_a_link_says_so_and_has_the_button() -> None:
    parked = replace(RUN, state=RunState.PARKED, not_before=NOON, next_step=NextStep.LINK_SPOTIFY)
    card = outcome(replace(parked, sentence="Link again."))
    assert card.body == "Link again. This goes on by itself as soon as you have."
    assert labels(card) == ["Link Spotify"]


def test_a_job_that_waits_says_why_and_until_when() -> None:
    card = outcome(replace(RUN, state=RunState.PARKED, sentence="Spotify asks to wait.", not_before=NOON))
    assert card.title == "Sync: waiting"
    assert card.body == f"Spotify asks to wait. It goes on by itself <t:{int(NOON.timestamp())}:R>."
    assert labels(card) == []


@pytest.mark.parametrize(
    ("step", "buttons"),
    [
        (NextStep.LINK_SPOTIFY, ["Link Spotify"]),
        (NextStep.LINK_DRIVE, ["Link Google Drive"]),
        (NextStep.STATUS, ["Show my vault"]),
        (NextStep.LATER, []),
        (NextStep.NONE, []),
    ],
)
def test_a_job_that_failed_offers_what_helps(step: NextStep, buttons: list[str]) -> None:
    card = outcome(replace(RUN, state=RunState.FAILED, sentence="It is over.", next_step=step))
    assert fits(card) == "Sync stopped\nIt is over."
    assert labels(card) == buttons
