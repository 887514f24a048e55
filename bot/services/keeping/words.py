"""How long backups are kept, as people write and read it: "last 3, daily 7, weekly 5, monthly 12, yearly 10"."""

import re
from collections.abc import Mapping

from storage.errors import MusiVaultError
from storage.records import UNLIMITED, Policy

EXAMPLE = "last 3, daily 7, weekly 5, monthly 12, yearly 10"
MOST = 1000
EVERYTHING = "everything"
DEFAULT = "default"
PRESETS: Mapping[str, Policy] = {
    "little": Policy(last=2, daily=3, weekly=2),
    "a year": Policy(last=3, daily=7, weekly=5, monthly=12),
    "a lot": Policy(last=5, daily=30, weekly=26, monthly=60, yearly=50),
    EVERYTHING: Policy(),
}
"""Word -> policy; without any rule nothing is ever removed."""
NAMES: Mapping[str, str] = {
    **dict.fromkeys(("last", "latest", "newest"), "last"),
    **dict.fromkeys(("hourly", "hour", "hours"), "hourly"),
    **dict.fromkeys(("daily", "day", "days"), "daily"),
    **dict.fromkeys(("weekly", "week", "weeks"), "weekly"),
    **dict.fromkeys(("monthly", "month", "months"), "monthly"),
    **dict.fromkeys(("yearly", "year", "years", "annual"), "yearly"),
}
_SPLIT = re.compile(r"\s*(?:[,;+]|\band\b)\s*")
_RULE = re.compile(r"([a-z]+)[\s:=]*(\d+|all)")
_TURNED = re.compile(r"(\d+|all)\s*([a-z]+)")


class NotAPolicy(MusiVaultError):
    """What was typed does not say how long backups are to be kept."""

    template = (
        "I don't understand “{part}” as how long to keep backups. Write numbers up to 1000, or `all`, with last, "
        f"hourly, daily, weekly, monthly and yearly, such as `{EXAMPLE}`; or one of: "
        f"{', '.join(f'`{word}`' for word in (*PRESETS, DEFAULT))}."
    )


class NothingKept(MusiVaultError):
    """Only zeros were typed, which removes nothing; said, because it may have been meant the other way round."""

    template = (
        "All zeros would remove nothing, ever. If that is what you want, say `everything`; else keep at least one, "
        "such as `last 1`."
    )


def policy_of(typed: str) -> Policy | None:
    """What was typed or chosen; None for the operator's choice. Raises `NotAPolicy` or `NothingKept`."""
    text = " ".join(typed.casefold().split())
    if text == DEFAULT:
        return None
    if text in PRESETS:
        return PRESETS[text]
    counts: dict[str, int] = {}
    for part in filter(None, _SPLIT.split(text)):
        name, count = _rule(part)
        if name in counts:
            raise NotAPolicy(part=_short(part))
        counts[name] = count
    if not counts:
        raise NotAPolicy(part=_short(typed))
    policy = Policy(**counts)
    if not policy.rules:
        raise NothingKept
    return policy


def _rule(part: str) -> tuple[str, int]:
    if (found := _RULE.fullmatch(part)) is not None:
        word, number = found.groups()
    elif (found := _TURNED.fullmatch(part)) is not None:
        number, word = found.groups()
    else:
        raise NotAPolicy(part=_short(part))
    count = UNLIMITED if number == "all" else int(number[:5])
    if word not in NAMES or count > MOST:
        raise NotAPolicy(part=_short(part))
    return NAMES[word], count


def _short(part: str) -> str:
    """What was typed, harmless: it is shown within a sentence."""
    kept = "".join(letter for letter in part if letter.isalnum() or letter in " -+.,:")
    return kept[:40].strip() or "…"


def in_words(policy: Policy) -> str:
    """The same as it may be typed again."""
    rules = policy.rules.items()
    return ", ".join(f"{name} {'all' if count == UNLIMITED else count}" for name, count in rules) or EVERYTHING


def code_of(policy: Policy | None) -> str:
    """For the id of a button."""
    return DEFAULT if policy is None else "_".join(str(count) for count in policy.counts.values())


def policy_in(code: str) -> Policy | None:
    """The same read again."""
    return None if code == DEFAULT else Policy(*map(int, code.split("_")))
