"""The archive format: a whole library in one sealed ZIP file that any tool opens. Everything in here blocks.

manifest.json          format version, whose library it is, counts, and size, rows and SHA-256 of every member
tracks.jsonl           each track, episode and local file once, with its artists, album or show
likes.jsonl            newest first; a track is the number of its line in tracks.jsonl, or null
playlists.jsonl        details, and since when a playlist is gone from Spotify
playlist_items.jsonl   in order; the playlist is the number of its line in playlists.jsonl

The file's comment is the SHA-256 of every byte before it, so that no byte can change unseen.
"""

from storage.archive.layout import ArchiveSummary, Manifest
from storage.archive.read import read, verify
from storage.archive.write import write

__all__ = ["ArchiveSummary", "Manifest", "read", "verify", "write"]
