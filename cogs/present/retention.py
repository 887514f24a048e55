"""How long backups are kept, in words."""

from discord import ButtonStyle

from bot.services.keeping.retention import Wish
from bot.services.keeping.words import (
    DEFAULT,
    PRESETS,
    NotAPolicy,
    NothingKept,
    code_of,
    in_words,
    policy_of,
)
from cogs.cards import Button, Card, Tone, count
from storage.records import Person, Policy


def rules_line(person: Person, default: Policy) -> str:
    """What holds for somebody, for the settings."""
    if person.keeping is None:
        return f"**Backups kept:** {in_words(default)} (as this bot does for all)"
    if not person.keeping.rules:
        return "**Backups kept:** everything, for ever"
    return f"**Backups kept:** {in_words(person.keeping)}"


def wish_question(wish: Wish) -> Card:
    """Shown where backups would go because of it."""
    other = wish.going - wish.sooner
    lines = (
        f"**{in_words(wish.rules)}**",
        f"Of your {count(wish.backups, 'backup')}, {wish.going:,} would go to the trash after the next backup"
        f"{f'; {other:,} of them would go anyway' if other else ''}. The others stay, and so do those kept for good.",
    )
    confirm = Button("Keep fewer", "keep_rules", code_of(wish.policy), style=ButtonStyle.danger)
    return Card("Keep fewer backups?", lines, Tone.CARE, (confirm, Button("Leave it as it is", "keep")))


def suggestions(typed: str, default: Policy) -> list[tuple[str, str]]:
    """What may be chosen: what was typed where it can be read, then the usual choices that contain it."""
    offered = [(f"{DEFAULT}: {in_words(default)}", DEFAULT)]
    offered += [
        (word if policy == Policy() else f"{word}: {in_words(policy)}", word) for word, policy in PRESETS.items()
    ]
    usual = [each for each in offered if typed.casefold() in each[0].casefold()]
    try:
        policy = policy_of(typed)
    except (NotAPolicy, NothingKept):
        return usual or offered
    return usual if policy is None or typed.casefold() in PRESETS else [(in_words(policy), in_words(policy)), *usual]
