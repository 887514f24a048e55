"""Times and sizes as people read them; Discord shows each reader their own zone."""

import math
from datetime import datetime


def ago(moment: datetime) -> str:
    """`3 hours ago`, kept up to date by Discord."""
    return f"<t:{int(moment.timestamp())}:R>"


def on(moment: datetime) -> str:
    """Date and time."""
    return f"<t:{int(moment.timestamp())}:f>"


def size_of(octets: int) -> str:
    """Bytes for people; what is there is never shown as nothing."""
    return f"{math.ceil(octets / 1024):,} KB" if octets < 1024 * 1024 else f"{octets / 1024 / 1024:,.1f} MB"


def hour_of(hour: int, time_zone: str | None) -> str:
    """An hour of every day, and in whose zone; underscores in a zone's name are spaces."""
    zone = (time_zone or "UTC").replace("_", " ")
    return f"{hour:02d}:00 UTC" if zone == "UTC" else f"{hour:02d}:00 in the zone {zone}"
