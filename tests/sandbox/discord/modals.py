"""Modals: what a bot may show, and what a person may hand in."""

import base64

from tests.sandbox.discord.components import (
    INPUT,
    LABEL,
    ROW,
    SELECT,
    SELECTS,
    TEXT,
    UPLOAD,
    check_choices,
    check_select,
    check_unique,
    number,
    walk,
)
from tests.sandbox.discord.refusal import Faults, Json, Place
from tests.sandbox.discord.state import Upload

RADIO, CHECKBOXES, CHECKBOX = 21, 22, 23
FIELDS = (INPUT, *SELECTS, UPLOAD, RADIO, CHECKBOXES, CHECKBOX)


def check_modal(modal: Json) -> None:
    """Refuse a modal Discord would not show."""
    faults = Faults()
    faults.length(("title",), modal.get("title"), 1, 45)
    faults.length(("custom_id",), modal.get("custom_id"), 1, 100)
    components = modal.get("components")
    if faults.count(("components",), components, 1, 5):
        for index, component in enumerate(components or []):
            _top(faults, ("components", index), component)
        check_unique(faults, ("components",), components or [])
    faults.refuse()
    number(modal["components"])


def _top(faults: Faults, place: Place, component: Json) -> None:
    if not faults.one_of((*place, "type"), component.get("type"), (ROW, TEXT, LABEL)):
        return
    if component["type"] == TEXT:
        faults.length((*place, "content"), component.get("content"), 1, 4000)
    elif component["type"] == ROW:
        if faults.count((*place, "components"), component.get("components"), 1, 1):
            field = component["components"][0]
            if faults.one_of((*place, "components", 0, "type"), field.get("type"), (INPUT,)):
                faults.length((*place, "components", 0, "label"), field.get("label"), 1, 45)
                _field(faults, (*place, "components", 0), field)
    else:
        faults.length((*place, "label"), component.get("label"), 1, 45)
        faults.length((*place, "description"), component.get("description"), 0, 100, needed=False)
        field = component.get("component") or {}
        if faults.one_of((*place, "component", "type"), field.get("type"), FIELDS):
            _field(faults, (*place, "component"), field)


def _field(faults: Faults, place: Place, field: Json) -> None:
    faults.length((*place, "custom_id"), field.get("custom_id"), 1, 100)
    if field["type"] == INPUT:
        faults.one_of((*place, "style"), field.get("style"), (1, 2))
        faults.length((*place, "placeholder"), field.get("placeholder"), 0, 100, needed=False)
        faults.length((*place, "value"), field.get("value"), 0, 4000, needed=False)
        low, high = field.get("min_length") or 0, field.get("max_length") or 4000
        if not 0 <= low <= high <= 4000:
            faults.add((*place, "max_length"), "BASE_TYPE_BAD_RANGE", "min_length and max_length must be in order")
    elif field["type"] in SELECTS:
        check_select(faults, place, field)
    elif field["type"] in (RADIO, CHECKBOXES):
        least = 2 if field["type"] == RADIO else 1
        if faults.count((*place, "options"), field.get("options"), least, 10):
            check_choices(faults, (*place, "options"), field["options"])


def fill(modal: Json, values: Json, keep: dict[str, Upload]) -> list[Json]:
    """The submitted components; `values` by custom_id or label, files as {"filename", "base64"}, kept in `keep`."""
    left = dict(values)
    filled = [_fill_top(component, left, keep) for component in modal["components"]]
    if left:
        known = [field.get("custom_id") for field in walk(modal["components"]) if field["type"] in FIELDS]
        raise LookupError(f"this form has no field {', '.join(left)}; it has {', '.join(map(str, known))}")
    return filled


def _fill_top(component: Json, left: Json, keep: dict[str, Upload]) -> Json:
    base = {"type": component["type"], "id": component["id"]}
    if component["type"] == TEXT:
        return base
    if component["type"] == ROW:
        field = component["components"][0]
        return base | {"components": [_fill_field(field, field.get("label") or "", left, keep)]}
    return base | {"component": _fill_field(component["component"], component["label"], left, keep)}


def _fill_field(field: Json, label: str, left: Json, keep: dict[str, Upload]) -> Json:
    given = next((left.pop(name) for name in (field["custom_id"], label) if name in left), None)
    base = {"type": field["type"], "id": field["id"], "custom_id": field["custom_id"]}
    needed = field.get("required", True) and field["type"] != CHECKBOX
    if needed and given in (None, "", []):
        raise ValueError(f"{label or field['custom_id']!r} is required")
    if field["type"] == INPUT:
        return base | {"value": _fitting(field, label, str(given or field.get("value") or ""))}
    if field["type"] == CHECKBOX:
        return base | {"value": bool(given)}
    if field["type"] == UPLOAD:
        return base | {"values": [_uploaded(file, keep) for file in given or []]}
    chosen = [str(value) for value in (given if isinstance(given, list) else [given] if given is not None else [])]
    values = [_option(field, value) for value in chosen]
    return base | ({"value": values[0] if values else None} if field["type"] == RADIO else {"values": values})


def _fitting(field: Json, label: str, text: str) -> str:
    low, high = field.get("min_length") or 0, field.get("max_length") or 4000
    if not low <= len(text) <= high and (text or field.get("required", True)):
        raise ValueError(f"{label!r} takes {low} to {high} characters, not {len(text)}")
    return text


def _option(field: Json, wanted: str) -> str:
    if field["type"] not in (SELECT, RADIO, CHECKBOXES):
        return wanted
    for option in field["options"]:
        if wanted in (option["value"], option["label"]):
            return str(option["value"])
    raise LookupError(f"there is no option {wanted!r}; there are {', '.join(o['label'] for o in field['options'])}")


def _uploaded(file: Json, keep: dict[str, Upload]) -> str:
    name = str(len(keep))
    keep[name] = Upload(file["filename"], base64.b64decode(file["base64"]))
    return name
