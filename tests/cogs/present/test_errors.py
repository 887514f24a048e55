"""Errors in words."""

import pytest

from cogs.present.errors import sorry
from storage.errors import NextStep
from tests.cogs.present.limits import fits, labels


@pytest.mark.parametrize("step", NextStep)
def test_every_error_is_a_card_with_its_sentence(step: NextStep) -> None:
    card = sorry("It did not work; try again.", step)
    assert fits(card) == "That did not work\nIt did not work; try again."
    assert len(labels(card)) <= 1
