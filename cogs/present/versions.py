"""Songs that left Spotify in words, and the other versions that were found."""

from collections.abc import Iterator

from discord import ButtonStyle

from bot.services.restore import RestoreReport
from bot.services.restore.versions import SEARCHES, Release, Stopped
from cogs.cards import Button, Card, Tone, count, names, safe

A_PAGE = 8


def show_button(report: RestoreReport) -> tuple[Button, ...]:
    """The way to the other versions, where there are any."""
    return (Button("Show them…", "versions", versions_arg(report.change_id, 0)),) if report.versions else ()


def gone(report: RestoreReport) -> list[str]:
    """What Spotify no longer takes, and whether there is another version of it."""
    lines = list(_songs(report)) if report.songs_gone else []
    # Reports of before songs were counted apart know the number of everything alone.
    if others := report.others_gone or (0 if report.songs_gone else report.refused):
        lines.append(f"- {count(others, 'item')} Spotify no longer takes; your vault keeps them.")
    return lines


def _songs(report: RestoreReport) -> Iterator[str]:
    songs, found = report.songs_gone, len(report.versions)
    one = songs == 1
    them = "it" if one else "them" if found == songs else f"{found:,} of them"
    rest = f"I found another version of {them}" if found else f"your vault keeps {'it' if one else 'them'}"
    yield f"- {count(songs, 'song')} {'is' if one else 'are'} no longer on Spotify; {rest}."
    if without := _without(report):
        yield f"- Still missing: {names(without)}."
    if report.stopped is not None:
        left = songs - sum(lost.looked for lost in report.lost)
        yield f"- {_STOPPED[report.stopped].format(number=f'{left:,}')}"


_STOPPED = {
    Stopped.LIMIT: f"I search {SEARCHES} times for a restore at most, so {{number}} I have not looked for yet. Restore "
    "again to go on.",
    Stopped.LATER: "Spotify lets me search no further now, so {number} I have not looked for yet. Restore again "
    "tomorrow to go on.",
    Stopped.CLOSED: "Spotify does not let this bot search, so I could not look for other versions.",
}


def _without(report: RestoreReport) -> list[str]:
    return [lost.was.title for lost in report.lost if lost.is_song and lost.found is None]


def versions_arg(change_id: str, page: int) -> str:
    """A page of the other versions that a restore found, for a button."""
    return f"{page}_{change_id}"


def versions_of(arg: str) -> tuple[str, int]:
    """Which restore, and which page."""
    page, _, change_id = arg.partition("_")
    return change_id, int(page)


def versions_card(report: RestoreReport, page: int) -> Card:
    """Each song that is gone and the version that was found, with the way to use them all."""
    pairs = [(lost.was, lost.found) for lost in report.lost if lost.found is not None]
    shown = pairs[page * A_PAGE : (page + 1) * A_PAGE]
    lines = [f"- {_release(was)}\n  → {_release(found)}" for was, found in shown]
    if without := _without(report):
        lines.append(f"Without another version that I know of: {names(without)}.")
    lines.append("Used, they are liked, or go into your playlists where the others stood; I ask once more before.")
    buttons = [Button("Use these…", "use_versions", report.change_id, style=ButtonStyle.primary)]
    if page:
        buttons.append(Button("Previous page", "versions_page", versions_arg(report.change_id, page - 1)))
    if (page + 1) * A_PAGE < len(pairs):
        buttons.append(Button("Next page", "versions_page", versions_arg(report.change_id, page + 1)))
    return Card(f"Other versions of {count(len(pairs), 'song')}", tuple(lines), Tone.NEWS, tuple(buttons))


def _release(release: Release) -> str:
    album = f", on “{safe(release.album, 40)}”" if release.album else ""
    link = f"https://open.spotify.com/track/{release.uri.rpartition(':')[2]}"
    return f"[“{safe(release.title, 50)}”](<{link}>) by {safe(release.artists, 40)}{album}"
