"""What Discord takes of a card; every card of every test goes through here."""

import json

from cogs.cards import Card
from cogs.views import view_of

OWNER = 2**63 - 1


def fits(card: Card) -> str:
    """All that a person reads of it, after it was found to be something Discord takes."""
    assert card.title
    assert len(card.title) + len(card.body) <= 3900, "4,000 characters of text in a message, and its marks"
    assert len(card.buttons) <= 5
    for button in card.buttons:
        assert 1 <= len(button.label) <= 80
        assert bool(button.url) != bool(button.act)
        assert len(button.url) <= 512
        assert len(f"mv:{button.act}:{OWNER}:{button.arg}") <= 100
    assert len({(button.act, button.arg, button.url) for button in card.buttons}) == len(card.buttons)
    if card.menu is not None:
        assert 1 <= len(card.menu.choices) <= 25
        assert len(card.menu.prompt) <= 150
        assert len(f"mp:{card.menu.act}:{OWNER}") <= 100
        assert len({choice.value for choice in card.menu.choices}) == len(card.menu.choices)
        for choice in card.menu.choices:
            assert 1 <= len(choice.label) <= 100
            assert 1 <= len(choice.value) <= 100
            assert len(choice.description) <= 100
    assert json.dumps(view_of(card, OWNER).to_components())  # type: ignore[no-untyped-call]
    return f"{card.title}\n{card.body}"


def labels(card: Card) -> list[str]:
    return [button.label for button in card.buttons]
