"""What an export holds and what it had to leave out, counted and in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.export.formats import Format
from storage.export.holdings import Holdings
from storage.records import TrackKind

README = "README.txt"


@dataclass(frozen=True, slots=True)
class Tally:
    """How much an export holds: `items` are those of its playlists, `gone` those that are no longer on Spotify.

    `closed` are playlists whose contents Spotify does not show.
    """

    files: int = 0
    likes: int = 0
    playlists: int = 0
    gone: int = 0
    items: int = 0
    local: int = 0
    lost: int = 0
    closed: int = 0


def tally_of(holdings: Holdings, files: int) -> Tally:
    """Counts likes and the items of playlists."""
    library = holdings.library
    tracks = [*(like.track for like in library.likes), *(each.track for one in library.playlists for each in one.items)]
    return Tally(
        files=files,
        likes=len(library.likes),
        playlists=len(library.playlists),
        gone=sum(each.removed_at is not None for each in library.playlists),
        items=sum(len(each.items) for each in library.playlists),
        local=sum(track is not None and track.kind is TrackKind.LOCAL for track in tracks),
        lost=sum(track is None for track in tracks),
        closed=len(holdings.closed),
    )


def readme(tally: Tally, form: Format, at: datetime) -> str:
    """The file that explains the others."""
    return "\r\n".join(_paragraphs(tally, form, at)) + "\r\n"


def _paragraphs(tally: Tally, form: Format, at: datetime) -> Iterator[str]:
    yield f"A Spotify library as MusiVault kept it on {at.astimezone(UTC):%Y-%m-%d at %H:%M} UTC, as {form.upper()}."
    yield f"Liked songs: {tally.likes}. Playlists: {tally.playlists}, with items: {tally.items}."
    if tally.gone:
        yield f"Playlists in the folder “Gone from Spotify”, which are no longer there: {tally.gone}."
    yield ""
    yield from (sentence for sentence in (form.cannot_say, *left_out(tally, form)) if sentence)
    yield "Everything there is, without any loss, is in the export with the format JSON."


def left_out(tally: Tally, form: Format) -> Iterator[str]:
    """What is not as it was, with its number."""
    if tally.lost:
        yield f"Entries that Spotify itself has lost: {tally.lost}. {_LOST[form]}"
    if tally.local:
        yield f"Local files: {tally.local}. {_LOCAL[form]}"
    if tally.closed:
        yield f"Playlists of others that Spotify shows to their owners alone: {tally.closed}. {_CLOSED[form]}"


_PLAYER_LOST = "They keep their places, without a title."
_PLAYER_LOCAL = "They are there by name, without an address: only your computer knows where they are."
_PLAYER_CLOSED = "They have no file here."
_LOST = {
    Format.JSON: _PLAYER_LOST,
    Format.CSV: "They keep their places, with “lost” as their type.",
    Format.M3U8: "They are comments in their places.",
    Format.XSPF: _PLAYER_LOST,
    Format.JSPF: _PLAYER_LOST,
}
_LOCAL = {
    Format.JSON: "They are there by name; the files themselves are on your computer alone.",
    Format.CSV: "They are there by name; the files themselves are on your computer alone.",
    Format.M3U8: "They are there by name: a player finds them if they lie beside the playlist.",
    Format.XSPF: _PLAYER_LOCAL,
    Format.JSPF: _PLAYER_LOCAL,
}
_CLOSED = {
    Format.JSON: "Their names are in it.",
    Format.CSV: "Playlists.csv names them.",
    Format.M3U8: _PLAYER_CLOSED,
    Format.XSPF: _PLAYER_CLOSED,
    Format.JSPF: _PLAYER_CLOSED,
}
