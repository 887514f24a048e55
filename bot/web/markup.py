"""Sentences written for Discord, as HTML: `code`, **bold** and <t:…> timestamps; everything else is escaped."""

import re
from datetime import UTC, datetime

from markupsafe import Markup, escape

_MARKS = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|<t:(?P<stamp>\d{1,12})(?::(?P<style>[tTdDfFR]))?>")
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def as_html(sentence: str, now: datetime) -> Markup:
    """The sentence with its marks as elements; times are told in UTC, or from `now` where Discord would do so."""
    done, rest = Markup(""), 0
    for found in _MARKS.finditer(sentence):
        done += escape(sentence[rest : found.start()]) + _element(found, now)
        rest = found.end()
    return done + escape(sentence[rest:])


def _element(found: re.Match[str], now: datetime) -> Markup:
    if found["code"]:
        return Markup("<code>{}</code>").format(found["code"])
    if found["bold"]:
        return Markup("<strong>{}</strong>").format(found["bold"])
    moment = datetime.fromtimestamp(int(found["stamp"]), UTC)
    text = relative(moment, now) if found["style"] == "R" else absolute(moment)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), text)


def absolute(moment: datetime) -> str:
    """A time for a page that does not know the reader's zone: "20 November 2026, 18:10 UTC"."""
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


def relative(moment: datetime, now: datetime) -> str:
    """How far away a time is: "in 5 minutes", "2 days ago", "now"."""
    seconds = round((moment - now).total_seconds())
    for size, unit in _UNITS:
        count = abs(seconds) // size
        if count:
            amount = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"in {amount}" if seconds > 0 else f"{amount} ago"
    return "now"
