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
