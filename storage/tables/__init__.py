"""The tables. These classes never leave this package: repositories take and return records."""

from storage.tables.catalogue import AlbumArtistRow, AlbumRow, ArtistRow, ImageRow, ShowRow, TrackArtistRow, TrackRow
from storage.tables.library import PlaylistEventRow, PlaylistItemRow, PlaylistRow, PlaylistVersionRow, SavedRow
from storage.tables.listening import PlayRow, TopEntryRow
from storage.tables.people import DriveAccountRow, LinkRow, PersonRow, SpotifyAccountRow
from storage.tables.spotify import BlockRow, FeatureRow, RequestCountRow, SectionRow, StagedPageRow
from storage.tables.work import ArchiveRow, ChangeRow, ChangeStepRow, DownloadRow, RunRow, SettingRow

__all__ = [
    "AlbumArtistRow",
    "AlbumRow",
    "ArchiveRow",
    "ArtistRow",
    "BlockRow",
    "ChangeRow",
    "ChangeStepRow",
    "DownloadRow",
    "DriveAccountRow",
    "FeatureRow",
    "ImageRow",
    "LinkRow",
    "PersonRow",
    "PlayRow",
    "PlaylistEventRow",
    "PlaylistItemRow",
    "PlaylistRow",
    "PlaylistVersionRow",
    "RequestCountRow",
    "RunRow",
    "SavedRow",
    "SectionRow",
    "SettingRow",
    "ShowRow",
    "SpotifyAccountRow",
    "StagedPageRow",
    "TopEntryRow",
    "TrackArtistRow",
    "TrackRow",
]
