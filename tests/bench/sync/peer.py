"""The peer: how a plain script with spotipy reads the same library, page after page with `sp.next`."""

import time
from collections.abc import Iterator
from typing import Any

import requests
import spotipy

PAGE = 50
RANGES = ("short_term", "medium_term", "long_term")
Paged = dict[str, Any]


def read_everything(api_url: str, access_token: str, session: requests.Session | None = None) -> float:
    """All that a first sync reads, pictures apart, one request after the other; how many seconds it took."""
    spotify = spotipy.Spotify(auth=access_token, requests_session=session or True, requests_timeout=20)
    spotify.prefix = api_url.rstrip("/") + "/"
    began = time.perf_counter()
    me = spotify.current_user()["id"]
    for page in (
        spotify.current_user_saved_tracks(limit=PAGE),
        spotify.current_user_saved_albums(limit=PAGE),
        spotify.current_user_saved_shows(limit=PAGE),
        spotify.current_user_saved_episodes(limit=PAGE),
    ):
        for _ in _pages(spotify, page):
            pass
    _read_playlists(spotify, me)
    _read_follows(spotify)
    for time_range in RANGES:
        spotify.current_user_top_tracks(limit=PAGE, time_range=time_range)
        spotify.current_user_top_artists(limit=PAGE, time_range=time_range)
    spotify.current_user_recently_played(limit=PAGE)
    return time.perf_counter() - began


def _read_playlists(spotify: spotipy.Spotify, me: str) -> None:
    """The contents of all that an app may look into."""
    for page in list(_pages(spotify, spotify.current_user_playlists(limit=PAGE))):
        for playlist in page["items"]:
            if playlist and (playlist["owner"]["id"] == me or playlist["collaborative"]):
                for _ in _pages(spotify, spotify.playlist_items(playlist["id"], limit=PAGE)):
                    pass


def _read_follows(spotify: spotipy.Spotify) -> None:
    page = spotify.current_user_followed_artists(limit=PAGE)["artists"]
    while page["next"]:
        page = spotify.next(page)["artists"]


def _pages(spotify: spotipy.Spotify, page: Paged | None) -> Iterator[Paged]:
    while page is not None:
        yield page
        page = spotify.next(page)
