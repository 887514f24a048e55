"""Errors in words."""

import pytest

from bot.errors import NoBackups
from cogs.present.errors import sorry
from storage.errors import AlreadyRunning, MusiVaultError, NextStep
from tests.builders import NOON
from tests.cogs.present.limits import fits, labels


class Wrong(MusiVaultError):
    template = "It did not work; try again."

    def __init__(self, step: NextStep) -> None:
        self.next_step = step
        super().__init__()


@pytest.mark.parametrize("step", NextStep)
def test_every_error_is_a_card_with_its_sentence(step: NextStep) -> None:
    card = sorry(Wrong(step))
    assert fits(card) == "That did not work\nIt did not work; try again."
    assert len(labels(card)) <= 1


@pytest.mark.parametrize(
    ("error", "heading"), [(AlreadyRunning(NOON), "Already under way"), (NoBackups(), "No backups yet")]
)
def test_what_is_no_trouble_is_not_called_so(error: MusiVaultError, heading: str) -> None:
    assert sorry(error).title == heading
