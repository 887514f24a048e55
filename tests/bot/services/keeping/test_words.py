"""How long backups are kept, as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.keeping.words import (
    EXAMPLE,
    PRESETS,
    NotAPolicy,
    NothingKept,
    code_of,
    in_words,
    policy_in,
    policy_of,
)
from storage.records import Policy

COUNTS = st.one_of(st.integers(0, 1000), st.just(-1))
POLICIES = st.builds(Policy, *(COUNTS for _ in range(6)))


@pytest.mark.parametrize(
    ("typed", "policy"),
    [
        (EXAMPLE, Policy(last=3, daily=7, weekly=5, monthly=12, yearly=10)),
        ("last 1", Policy(last=1)),
        ("  LAST 3 ,Daily:7;weekly=5 ", Policy(last=3, daily=7, weekly=5)),
        ("7 days, 5 weeks and 12 months", Policy(daily=7, weekly=5, monthly=12)),
        ("newest 2 + 1 year", Policy(last=2, yearly=1)),
        ("daily all, last 0", Policy(daily=-1)),
        ("all monthly", Policy(monthly=-1)),
        ("24 hours", Policy(hourly=24)),
        ("everything", Policy()),
        ("Little", PRESETS["little"]),
        ("a  year", PRESETS["a year"]),
        ("default", None),
    ],
)
def test_what_people_write_is_understood(typed: str, policy: Policy | None) -> None:
    assert policy_of(typed) == policy


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "…"),
        (",,", ",,"),
        ("for ever", "for ever"),
        ("last", "last"),
        ("last three", "last three"),
        ("last 3, fortnightly 2", "fortnightly 2"),
        ("last 3, last 4", "last 4"),
        ("3 days, daily 4", "daily 4"),
        ("last -1", "last -1"),
        ("last 1001", "last 1001"),
        ("last 99999999999999999999", "last 99999999999999999999"),
        ("last 3 daily 7", "last 3 daily 7"),
        ("last 3, `@everyone` 2", "everyone 2"),
    ],
)
def test_what_is_not_understood_is_said_with_the_part_and_an_example(typed: str, part: str) -> None:
    with pytest.raises(NotAPolicy) as error:
        policy_of(typed)
    assert f"“{part}”" in error.value.sentence
    assert EXAMPLE in error.value.sentence


@pytest.mark.parametrize("typed", ["last 0", "daily 0, weekly 0"])
def test_zeros_alone_are_asked_about(typed: str) -> None:
    with pytest.raises(NothingKept, match="would remove nothing"):
        policy_of(typed)


@given(POLICIES)
def test_what_is_read_can_be_typed_again_and_put_on_a_button(policy: Policy) -> None:
    assert policy_of(in_words(policy)) == policy
    assert policy_in(code_of(policy)) == policy
    assert len(code_of(policy)) <= 60
    assert code_of(policy).replace("_", "").replace("-", "").isalnum()


def test_the_operator_s_choice_has_a_code_too() -> None:
    assert policy_in(code_of(None)) is None
