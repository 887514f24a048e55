"""Each rule of Discord's that its OpenAPI document cannot express is refused here, with the place at fault."""

from typing import Any

import pytest

from tests.sandbox.discord.commands import check_registration
from tests.sandbox.discord.modals import check_modal, fill
from tests.sandbox.discord.refusal import Json, Refusal
from tests.sandbox.discord.rules import check_message
from tests.sandbox.discord.state import COMPONENTS_V2

FINE: Json = {"name": "vault", "description": "Your vault"}
TEXT: Json = {"type": 10, "content": "x"}
LINK: Json = {"type": 2, "style": 5, "label": "x", "url": "https://example.org"}


def option(name: str = "query", kind: int = 3, **more: object) -> Json:
    return {"name": name, "description": "d", "type": kind, **more}


def button(custom_id: str = "a", **more: object) -> Json:
    return {"type": 2, "style": 1, "label": "x", "custom_id": custom_id, **more}


def row(*children: Json) -> Json:
    return {"type": 1, "components": list(children)}


def faults(refusal: Refusal) -> set[str]:
    """The codes anywhere in the tree."""

    def codes(node: Any) -> set[str]:  # noqa: ANN401 - a tree of JSON
        if isinstance(node, list):
            return {each["code"] for each in node}
        return set().union(*(codes(child) for child in node.values())) if node else set()

    return codes(refusal.body.get("errors", {})) or {str(refusal.body["code"])}


@pytest.mark.parametrize(
    ("commands", "code"),
    [
        ([FINE | {"name": "Vault"}], "APPLICATION_COMMAND_INVALID_NAME"),
        ([FINE | {"name": "my vault"}], "APPLICATION_COMMAND_INVALID_NAME"),
        ([FINE | {"description": ""}], "BASE_TYPE_MIN_LENGTH"),
        ([FINE | {"description": "x" * 101}], "BASE_TYPE_MAX_LENGTH"),
        ([FINE, FINE], "APPLICATION_COMMANDS_DUPLICATE_NAME"),
        ([FINE | {"name": f"n{n}"} for n in range(101)], "APPLICATION_COMMAND_LIMIT"),
        ([FINE | {"options": [option(), option("b", required=True)]}], "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
        ([FINE | {"options": [option(), option()]}], "APPLICATION_COMMAND_OPTION_NAME_DUPLICATE"),
        ([FINE | {"options": [option(f"n{n}") for n in range(26)]}], "BASE_TYPE_BAD_LENGTH"),
        ([FINE | {"options": [option(), option("sub", 1)]}], "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        (
            [FINE | {"options": [option(autocomplete=True, choices=[{"name": "a", "value": "a"}])]}],
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
        ),
        (
            [FINE | {"options": [option(choices=[{"name": f"n{n}", "value": "a"} for n in range(26)])]}],
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            [
                FINE
                | {
                    "options": [
                        option(f"n{n}", description="x" * 100, choices=_)
                        for n, _ in enumerate(
                            [[{"name": f"{c}" * 100, "value": "x" * 100} for c in "abcdefghijkl"]] * 4
                        )
                    ]
                }
            ],
            "APPLICATION_COMMAND_TOO_LARGE",
        ),
        ([FINE | {"description_localizations": {"xx": "d"}}], "BASE_TYPE_CHOICES"),
        ([FINE | {"contexts": [3]}], "BASE_TYPE_CHOICES"),
    ],
)
def test_bad_registration_is_refused(commands: list[Json], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_registration(commands)
    assert code in faults(caught.value)


def test_good_registration_passes() -> None:
    group = option("more", 2, options=[option("sub", 1, options=[option("größe", required=True), option("b")])])
    check_registration([FINE | {"options": [option("sync", 1), group]}, {"name": "Save This", "type": 3}])


@pytest.mark.parametrize(
    ("payload", "flags", "code"),
    [
        ({"content": "x", "components": [TEXT]}, COMPONENTS_V2, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
        ({"components": [TEXT]}, 0, "UNION_TYPE_CHOICES"),
        ({"components": [row(*[button(str(n)) for n in range(6)])]}, 0, "BASE_TYPE_BAD_LENGTH"),
        ({"components": [row(button(str(n))) for n in range(6)]}, 0, "BASE_TYPE_BAD_LENGTH"),
        ({"components": [row(button(), button())]}, 0, "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ({"components": [row(button(label="x" * 81))]}, 0, "BASE_TYPE_MAX_LENGTH"),
        ({"components": [row(button("x" * 101))]}, 0, "BASE_TYPE_MAX_LENGTH"),
        ({"components": [row(LINK | {"url": None})]}, 0, "BUTTON_COMPONENT_INVALID_URL"),
        ({"components": [row(button(label=""))]}, 0, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"),
        ({"components": [row()]}, 0, "BASE_TYPE_BAD_LENGTH"),
        (
            {"components": [TEXT | {"content": "x" * 2001}] * 2},
            COMPONENTS_V2,
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
        (
            {"components": [{"type": 17, "components": [TEXT] * 20}] * 2},
            COMPONENTS_V2,
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        ({"components": [{"type": 17, "components": [{"type": 17}]}]}, COMPONENTS_V2, "BASE_TYPE_CHOICES"),
        ({"components": [{"type": 9, "components": [TEXT]}]}, COMPONENTS_V2, "BASE_TYPE_REQUIRED"),
        (
            {"components": [{"type": 13, "file": {"url": "attachment://a.png"}}]},
            COMPONENTS_V2,
            "COMPONENT_ATTACHMENT_NOT_FOUND",
        ),
        ({"embeds": [{"title": "x"}] * 11}, 0, "BASE_TYPE_BAD_LENGTH"),
        ({"embeds": [{"fields": [{"name": "", "value": "x"}]}]}, 0, "BASE_TYPE_MIN_LENGTH"),
        ({}, 0, "50006"),
    ],
)
def test_bad_message_is_refused(payload: Json, flags: int, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_message(payload, flags, {"b.png"})
    assert code in faults(caught.value)


def test_select_options_are_counted_and_must_differ() -> None:
    for values in ([str(n) for n in range(26)], ["a", "a"]):
        options = [{"label": "x", "value": value} for value in values]
        with pytest.raises(Refusal):
            check_message({"components": [row({"type": 3, "custom_id": "s", "options": options})]}, 0, set())


def form(**more: object) -> Json:
    field = {"type": 4, "custom_id": "why", "style": 1, "min_length": 2, **more}
    return {"title": "Form", "custom_id": "form", "components": [{"type": 18, "label": "Why", "component": field}]}


@pytest.mark.parametrize(
    "modal",
    [
        form() | {"title": "x" * 46},
        form() | {"components": form()["components"] * 2},
        form() | {"components": [TEXT] * 6},
        form() | {"components": [button()]},
        form(style=3),
        form(custom_id=""),
    ],
)
def test_bad_form_is_refused(modal: Json) -> None:
    with pytest.raises(Refusal):
        check_modal(modal)


def test_form_is_handed_in_as_discord_sends_it() -> None:
    modal = form()
    check_modal(modal)
    filled = fill(modal, {"Why": "so"}, {})
    assert filled == [
        {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "why", "value": "so"}},
    ]
    for values in ({}, {"Why": "x"}, {"Why": "so", "How": "so"}):
        with pytest.raises((LookupError, ValueError)):
            fill(modal, values, {})
