"""What there is to export: the lists of an archive as records, whichever format the archive has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from storage.archive import Opened
from storage.archive.lines import SAVED
from storage.errors import MusiVaultError
from storage.records import Library, Play, Playlist, PlaylistDetails, Saved, SavedKind, Which


class NotInBackup(MusiVaultError):
    """The list that was asked for has no contents there."""

    template = (
        "That list is not in there, or MusiVault knows nothing in it: Spotify shows other people's playlists to their "
        "owners alone. Choose another list, or leave `list:` out to export everything."
    )


@dataclass(frozen=True, slots=True)
class Holdings:
    """Lists with their things, as of a moment. `closed` are playlists whose contents Spotify does not show."""

    at: datetime
    library: Library
    saved: Mapping[SavedKind, Sequence[Saved]] = field(default_factory=dict)
    plays: Sequence[Play] = ()
    closed: Sequence[PlaylistDetails] = ()

    def only(self, which: Which) -> "Holdings":
        """The liked songs or one playlist alone, by its id or else by its name; NotInBackup where it is not there."""
        if which == SavedKind.TRACK:
            if not self.library.likes:
                raise NotInBackup
            return Holdings(self.at, Library(likes=self.library.likes))
        return Holdings(self.at, Library(playlists=(self._playlist(which),)))

    def _playlist(self, which: str) -> Playlist:
        playlists = self.library.playlists
        exact = [each for each in playlists if each.details.spotify_id == which]
        named = [each for each in playlists if each.details.name.casefold() == which.casefold()]
        for playlist in (*exact, *named):
            return playlist
        raise NotInBackup


def holdings_of(opened: Opened) -> Holdings:
    """The lists of an archive; one of format 1 has likes and playlists alone."""
    contents = opened.contents
    return Holdings(
        at=opened.manifest.created_at,
        library=opened.library,
        saved={kind: contents.still_saved(name) for name, (kind, _) in SAVED.items() if kind is not SavedKind.TRACK},
        plays=[Play(contents.tracks[line.track], line.played_at, line.context_uri) for line in contents.plays],
        closed=contents.still_followed,
    )
