"""The archive format: a whole vault in one sealed ZIP file that any tool opens. Everything in here blocks.

manifest.json             format, whose it is, from when, counts, and size, lines and SHA-256 of every member
artists.jsonl, albums.jsonl, shows.jsonl, tracks.jsonl
                          each thing once; what refers to one says the number of its line, from 0
likes.jsonl, albums_saved.jsonl, shows_saved.jsonl, episodes_saved.jsonl, artists_followed.jsonl
                          newest first, with what was removed and since when; null where Spotify has lost the thing
playlists.jsonl           details, since when one is gone from Spotify, and the hash of its picture
playlist_items.jsonl      in order
playlist_versions.jsonl, playlist_events.jsonl
                          every state that was seen, and the edits that led to it
plays.jsonl, tops.jsonl   what was played, and favourites by week
covers/<sha256>.<kind>    pictures, each once

Every line is a JSON object, every moment RFC 3339 in UTC. The file's comment is the SHA-256 of every byte before it, so
that no byte can change unseen. This is format 2; format 1, which held likes and playlists alone, is read too.
"""

from storage.archive.layout import ArchiveSummary, Manifest
from storage.archive.read import Opened, read
from storage.archive.write import write

__all__ = ["ArchiveSummary", "Manifest", "Opened", "read", "write"]
