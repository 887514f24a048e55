"""What a backup brings back into Spotify: pure, from the lines of its archive."""

from bot.services.restore.scene import Then
from storage.archive import Opened
from storage.archive.layout import Name
from storage.records import SavedKind

SHELVES = {
    SavedKind.ALBUM: Name.ALBUMS_SAVED,
    SavedKind.SHOW: Name.SHOWS_SAVED,
    SavedKind.EPISODE: Name.EPISODES_SAVED,
    SavedKind.ARTIST: Name.ARTISTS_FOLLOWED,
}
"""The saved lists besides likes, in the order they come back."""


def then_of(backup: Opened) -> Then:
    """What a backup brings back: all but what had been removed by then."""
    contents = backup.contents
    known = {kind for kind, name in SHELVES.items() if kind.value in backup.known or contents.saved[name]}
    return Then(
        library=backup.library,
        shelves={kind: contents.still_saved(name) for kind, name in SHELVES.items() if kind in known},
        closed=contents.still_followed,
        unknown=tuple(kind for kind in SHELVES if kind not in known),
    )
