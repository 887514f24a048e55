"""What a backup brings back into Spotify: pure, from the lines of its archive."""

from collections.abc import Sequence

from bot.services.restore.scene import Then
from storage.archive import Opened
from storage.archive.contents import Contents, details_of
from storage.archive.layout import Name, SavedLine
from storage.records import Saved, SavedKind, Thing

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
    if contents is None:
        return Then(backup.library, unknown=tuple(SHELVES))
    known = {kind for kind, name in SHELVES.items() if kind.value in backup.manifest.complete or contents.saved[name]}
    return Then(
        library=backup.library,
        shelves={kind: _saved(contents, contents.saved[name]) for kind, name in SHELVES.items() if kind in known},
        closed=[details_of(line) for line in contents.playlists if line.closed and line.removed_at is None],
        unknown=tuple(kind for kind in SHELVES if kind not in known),
    )


def _saved(contents: Contents, lines: Sequence[SavedLine]) -> tuple[Saved, ...]:
    return tuple(Saved(_thing(contents, line), line.added_at) for line in lines if line.removed_at is None)


def _thing(contents: Contents, line: SavedLine) -> Thing | None:
    shelves: tuple[tuple[int | None, Sequence[Thing]], ...] = (
        (line.track, contents.tracks),
        (line.album, contents.albums),
        (line.show, contents.shows),
        (line.artist, contents.artists),
    )
    return next((things[number] for number, things in shelves if number is not None), None)
