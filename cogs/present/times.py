"""Times and sizes as people read them; Discord shows each reader their own zone."""

from datetime import datetime


def ago(moment: datetime) -> str:
    """`3 hours ago`, kept up to date by Discord."""
    return f"<t:{int(moment.timestamp())}:R>"


def on(moment: datetime) -> str:
    """Date and time."""
    return f"<t:{int(moment.timestamp())}:f>"


def size_of(octets: int) -> str:
    """Bytes for people."""
    return f"{octets / 1024:,.0f} KB" if octets < 1024 * 1024 else f"{octets / 1024 / 1024:,.1f} MB"
