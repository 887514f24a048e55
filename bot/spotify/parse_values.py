"""Single values out of Spotify's JSON: whatever has the wrong type reads as missing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Raw = Mapping[str, Any]


class UnusableAnswer(Exception):
    """A friendly status with something else inside than what was asked for, as proxies and bad days send it."""


def as_object(value: object) -> Raw:
    """A JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """A JSON list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """Half a character (a lone surrogate, which JSON allows) could neither be stored nor archived."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def as_number(value: object) -> int | None:
    """A whole number; some answers carry those as floats."""
    try:
        return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None


def as_measure(value: object) -> float | None:
    """Any number."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def as_moment(value: object) -> datetime | None:
    """A time, in UTC."""
    try:
        moment = datetime.fromisoformat(as_text(value))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def id_of(raw: Raw) -> str | None:
    """Spotify's id of a thing; local files have none."""
    return as_text(raw.get("id")) or None


def image_urls(images: object) -> tuple[str, ...]:
    """Widest first, says the documentation; all are the same picture."""
    urls = (as_text(as_object(image).get("url")) for image in as_list(images))
    return tuple(url for url in urls if url)


def image_of(raw: Raw) -> str | None:
    """The address of a thing's widest picture."""
    for image in as_list(raw.get("images")):
        if url := as_text(as_object(image).get("url")):
            return url
    return None
