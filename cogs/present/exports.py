"""Exports in words: what is in the file, what had to be left out, and how to get it."""

from collections.abc import Iterator

from discord import ButtonStyle

from bot.services.exports import Delivery, ExportReport, Format
from cogs.cards import Attachment, Button, Card, Tone, count
from cogs.present.times import ago, on, size_of
from storage.export.notes import left_out
from storage.records import Download

FORMATS = {
    Format.JSON: "JSON: everything, as in a backup",
    Format.CSV: "CSV: tables for a spreadsheet",
    Format.M3U8: "M3U8: playlists for nearly every player",
    Format.XSPF: "XSPF: playlists with more details",
    Format.JSPF: "JSPF: the same as XSPF, in JSON",
}
"""As they are offered."""


def exported(report: ExportReport, delivery: Delivery, limit: int) -> Card:
    """The answer to `/vault export`; `limit` is how large a file Discord takes here."""
    return _handed(delivery, limit, (_holds(report), *_notes(report)))


def collected(delivery: Delivery, limit: int) -> Card:
    """The answer to "Get the file"."""
    return _handed(delivery, limit, ())


def ready(report: ExportReport) -> Card:
    """An export that was finished while nobody looked."""
    until = f"It can be fetched once, and lies ready until {on(report.until)}."
    return Card(
        "Your export is ready",
        (f"`{report.name}`, {size_of(report.size)}", _holds(report), until),
        buttons=(get(report.download_id),),
    )


def waiting(download: Download) -> tuple[tuple[str], tuple[Button]]:
    """An export in the status: a line and its button."""
    line = f"**Export ready:** {_named(download)}, can be fetched; it goes {ago(download.expires_at)}"
    return (line,), (get(download.id),)


def get(download_id: str) -> Button:
    """The button that hands a file over."""
    return Button("Get the file", "collect", download_id, style=ButtonStyle.primary)


def _handed(delivery: Delivery, limit: int, lines: tuple[str, ...]) -> Card:
    download = delivery.download
    named = _named(download)
    opening = _opening(download.name)
    if delivery.path is not None:
        file = Attachment(delivery.path, download.name)
        return Card("Your export", (named, *lines, *opening), file=file)
    if delivery.url is not None:
        once = f"{_why(limit)} Fetch it from this bot's own page: once, and until {on(download.expires_at)}."
        return Card("Your export", (named, *lines, *opening, once), Tone.NEWS, (Button("Fetch it", url=delivery.url),))
    return Card("Too large for Discord", (named, *lines, _stuck(limit)), Tone.CARE)


def _named(download: Download) -> str:
    return f"`{download.name}`, {size_of(download.size)}"


def _opening(name: str) -> tuple[str, ...]:
    if not name.endswith(".age"):
        return ()
    return (f"It is encrypted; `age --decrypt -o {name.removesuffix('.age')} {name}` opens it.",)


def _why(limit: int) -> str:
    return f"Discord takes {size_of(limit)} here, so it is not attached." if limit else "Discord did not take the file."


def _stuck(limit: int) -> str:
    return (
        f"{_why(limit)} This bot has no public address either, from which you could fetch it. Export one list with "
        "`list:`, or choose M3U8, which is the smallest. Or link your Google Drive with `/link drive`: your backups "
        "then lie there as files of your own, and each is what JSON gives you."
    )


def _holds(report: ExportReport) -> str:
    likes, playlists = count(report.likes, "liked song"), count(report.playlists, "playlist")
    listed = f"{playlists} with {count(report.items, 'item')}"
    if report.form.whole:
        held = f"{likes}, {listed}, and everything else that your vault keeps"
    elif report.whole:
        held = f"{likes} and {listed}"
    else:
        held = listed if report.playlists else likes
    return f"{held}, as kept on {on(report.at)}"


def _notes(report: ExportReport) -> Iterator[str]:
    """What the format has no way to say."""
    yield from (f"- {sentence}" for sentence in left_out(report.tally, report.form))
    if report.form.cannot_say:
        yield f"- {report.form.cannot_say}"
