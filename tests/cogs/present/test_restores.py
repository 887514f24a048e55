"""Restores in words."""

from dataclasses import replace

import pytest

from bot.services.restore import Preview, RestoreReport, Target
from bot.services.restore.plan import CannotRestore, Obstacle
from bot.services.restore.report import Failure
from bot.services.restore.source import Part
from cogs.cards import safe
from cogs.present.restores import cannot, preview_card, restored
from tests.builders import NOON
from tests.cogs.present.limits import fits, labels

TRAP = "@everyone **`" + "|" * 100
PREVIEW = Preview("c" * 32, Target.SPOTIFY, "a" * 32, NOON, likes=3, playlists=("Road",), completed=("Rain",), items=40)
REPORT = RestoreReport("c" * 32, Target.SPOTIFY, likes=3, playlists=("Road",), items=40, can_undo=True)
ELSEWHERE = (Target.SPOTIFY, Target.UNDO)
FAILED = Failure("“{what}” did not come back; restore once more to bring the rest of it.", {"what": TRAP})
LOCAL = CannotRestore("Mixtape", 5, "Tape hiss", Obstacle.LOCAL_FILE)
LOST = CannotRestore("", 5, "", Obstacle.LOST_ENTRY)


def test_a_preview_counts_what_comes_back_and_asks() -> None:
    card = preview_card(PREVIEW)
    text = fits(card)
    assert "3 likes come back" in text
    assert "“Road”" in text
    assert "“Rain”" in text
    assert "Nothing is removed or overwritten." in text
    assert labels(card) == ["Restore", "Cancel"]


def test_nothing_to_do_asks_nothing() -> None:
    card = preview_card(Preview("c" * 32, Target.SPOTIFY, "a" * 32, NOON))
    assert card.title == "Nothing to restore"
    assert labels(card) == []
    fits(card)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_every_target_has_its_own_question_and_answer(target: Target) -> None:
    fits(preview_card(replace(PREVIEW, target=target)))
    fits(restored(replace(REPORT, target=target)))


def test_the_titles_of_the_targets_differ() -> None:
    assert len({preview_card(replace(PREVIEW, target=target)).title for target in ELSEWHERE}) == len(ELSEWHERE)
    assert len({restored(replace(REPORT, target=target)).title for target in ELSEWHERE}) == len(ELSEWHERE)


def test_what_cannot_come_back_is_named_with_its_reason() -> None:
    told = "\n".join(cannot([LOCAL, LOST, LOST]))
    assert "“Tape hiss”, number 5 of “Mixtape”" in told
    assert "2 entries of your liked songs" in told


def test_many_local_files_are_a_few_and_a_number() -> None:
    assert cannot([LOCAL] * 8)[-1] == "- … and 3 more"


def test_a_whole_restore_offers_its_undo() -> None:
    card = restored(REPORT)
    assert card.title == "Restored into Spotify"
    assert labels(card) == ["Undo…"]
    assert "everything that can be there is there" in fits(card)


def test_a_restore_with_gaps_says_so_in_its_title() -> None:
    for gap in (
        replace(REPORT, missing=1),
        replace(REPORT, refused=2),
        replace(REPORT, failed=(Failure("One did not.", {}),)),
    ):
        assert restored(gap).title == "Restored into Spotify, but not all of it"
        fits(restored(gap))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_extreme_restores_fit(target: Target) -> None:
    obstacles = tuple(
        CannotRestore(f"{number} {TRAP}", number, TRAP, kind) for number in range(500) for kind in Obstacle
    )
    preview = replace(
        PREVIEW,
        target=target,
        likes=10**6,
        playlists=(TRAP,) * 999,
        completed=(TRAP,) * 999,
        present=10**6,
        cannot=obstacles,
    )
    report = replace(
        REPORT,
        target=target,
        playlists=(TRAP,) * 999,
        failed=(Failure("A sentence of an error that says what happened and what to do next. " * 3, {}),) * 200,
        refused=10**6,
        missing=1,
        cannot=obstacles,
    )
    for card in (preview_card(preview), restored(report)):
        text = fits(card)
        assert "@everyone" not in text
        assert card.buttons, "a cut text never takes the buttons with it"


def test_a_name_in_a_failure_breaks_no_markup_and_links_nowhere() -> None:
    name = "[click](https://evil.example) <@1>"
    card = restored(replace(REPORT, failed=(Failure("“{name}” was edited.", {"name": name}),)))
    assert safe(name) in card.body
    assert name not in card.body


@pytest.mark.parametrize(
    ("part", "origin", "whole"),
    [
        (Part.BACKUP, "From the backup of", "Everything from the backup"),
        (Part.LIKES, "Your liked songs as they were on", "All your liked songs of"),
        (Part.PLAYLIST, "“Road” as it was on", "Everything “Road” held on"),
    ],
)
def test_a_preview_says_what_comes_back_from_when(part: Part, origin: str, whole: str) -> None:
    assert origin in fits(preview_card(replace(PREVIEW, part=part, name="Road")))
    nothing = Preview("c" * 32, Target.SPOTIFY, "a" * 32, NOON, part=part, name="Road")
    assert whole in fits(preview_card(nothing))


@pytest.mark.parametrize("part", [Part.LIKES, Part.PLAYLIST])
def test_bringing_back_a_state_only_adds(part: Part) -> None:
    text = fits(preview_card(replace(PREVIEW, part=part, name=TRAP)))
    assert "Only what is missing now is added." in text
    assert "Nothing is removed" in text
