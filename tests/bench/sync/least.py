"""The fewest requests with which a library can be read at all: from what somebody has and Spotify's page sizes."""

from typing import Any

PAGE = 50
TOPS = 6  # tracks and artists, three ranges each
ALONE = 2  # the profile, and the last fifty plays


def least(library: dict[str, Any]) -> int:
    """For everything of the `library` hand; contents only of playlists that Spotify shows to the app."""
    saved = sum(pages(len(library[name])) for name in ("likes", "albums", "shows", "episodes", "follows"))
    contents = sum(pages(len(one["items"])) for one in library["playlists"] if one["readable"])
    return ALONE + TOPS + saved + pages(len(library["playlists"])) + contents


def pages(entries: int) -> int:
    """An empty list is a page too: somebody has to look."""
    return max(1, -(-entries // PAGE))
