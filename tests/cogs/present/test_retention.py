"""How long backups are kept, in words."""

import pytest

from bot.services.keeping.retention import Wish
from bot.services.keeping.words import policy_in, policy_of
from cogs.present.retention import suggestions, wish_question
from storage.records import Policy
from tests.cogs.present.limits import fits, labels

DEFAULT = Policy(last=3, daily=7, weekly=5, monthly=12, yearly=10)


def test_a_shorter_wish_shows_counts_before_it_holds() -> None:
    card = wish_question(Wish(Policy(last=18), Policy(last=18), backups=40, going=22, sooner=22))
    text = fits(card)
    assert "Of your 40 backups, 22 would go to the trash after the next backup." in text
    assert labels(card) == ["Keep fewer", "Leave it as it is"]
    assert policy_in(card.buttons[0].arg) == Policy(last=18)
    assert "; 5 of them would go anyway" in fits(wish_question(Wish(None, DEFAULT, 40, 22, 17)))


@pytest.mark.parametrize("typed", ["", "last 3, daily 2", "lit", "nonsense", "last 0", "default"])
def test_every_suggestion_is_understood_and_short_enough(typed: str) -> None:
    offered = suggestions(typed, DEFAULT)
    assert offered
    assert len(offered) <= 25
    for name, value in offered:
        assert len(name) <= 100
        policy_of(value)


def test_what_was_typed_comes_first() -> None:
    assert suggestions("7 days", DEFAULT)[0] == ("daily 7", "daily 7")
    assert [value for _, value in suggestions("lit", DEFAULT)] == ["little"]
