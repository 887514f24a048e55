"""What the errors say, and that the tree in the docstring is the tree in the code."""

from datetime import UTC, datetime

import pytest

from bot import errors
from bot.errors import ConfigError, MusiVaultError, NextStep, Refusal, SpotifyBusy, SpotifyRefused


def below(root: type[MusiVaultError]) -> list[type[MusiVaultError]]:
    return [deeper for child in root.__subclasses__() for deeper in (child, *below(child))]


def test_every_error_of_the_bot_stands_in_the_drawn_tree() -> None:
    assert errors.__doc__ is not None
    own = [error.__name__ for error in below(MusiVaultError) if error.__module__ == errors.__name__]
    assert [name for name in own if f"+- {name}" not in errors.__doc__] == []
    assert [name for name in own if name not in errors.__all__] == []


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_is_a_whole_sentence(reason: Refusal) -> None:
    refused = SpotifyRefused(reason, "Invalid track uri {0}")
    assert refused.sentence.endswith(".")
    assert refused.reason is reason


def test_a_refused_person_is_told_to_link_again_where_that_helps() -> None:
    assert SpotifyRefused(Refusal.SCOPE_MISSING).next_step is NextStep.LINK_SPOTIFY
    assert SpotifyRefused(Refusal.OWNER_PREMIUM).next_step is NextStep.LATER


def test_busy_says_when_in_the_readers_own_time() -> None:
    assert "<t:1795197600:R>" in SpotifyBusy(datetime(2026, 11, 20, 18, tzinfo=UTC)).sentence


def test_a_wrong_configuration_lists_all_its_problems() -> None:
    assert str(ConfigError(["one", "two"])) == "one\ntwo"
