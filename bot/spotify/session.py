"""spotipy as this bot uses it: one client for each thread, no retries of its own, and none of its noise in the log."""

import logging
import threading
from collections.abc import Mapping

import requests
import spotipy


class SpotifyClient(spotipy.Spotify):  # type: ignore[misc]  # spotipy has no types
    """spotipy with the calls of 2026 that it lacks or gets wrong, sent the way Spotify documents them."""

    def library(self, method: str, uris: str) -> object:
        """PUT or DELETE `/me/library`; the URIs go into the address, a body is refused."""
        return self._internal_call(method, "me/library", None, {"uris": uris})

    def library_contains(self, uris: str) -> object:
        """GET `/me/library/contains`; spotipy's own drops URIs it does not know, and the answers shift."""
        return self._get("me/library/contains", uris=uris)

    def send_items(self, method: str, playlist_id: str, body: Mapping[str, object]) -> object:
        """POST, PUT or DELETE `/playlists/{id}/items`; spotipy's own add sends a bare list as its body."""
        return self._internal_call(method, f"playlists/{playlist_id}/items", dict(body), {})


class Sessions:
    """A spotipy client with its own kept-alive connection for each thread that asks."""

    def __init__(self, api_url: str, timeout: float) -> None:
        self._prefix = api_url.rstrip("/") + "/"
        self._timeout = timeout
        self._mine = threading.local()
        self._all: list[requests.Session] = []
        quiet_spotipy()

    def client(self, access_token: str) -> SpotifyClient:
        """The calling thread's client, now with this token. A client made anew each time would close the connection."""
        client: SpotifyClient | None = getattr(self._mine, "client", None)
        if client is None:
            # With a session of ours spotipy mounts no retries: its own hide Retry-After and sleep for hours (2.26).
            session = requests.Session()
            self._all.append(session)
            client = SpotifyClient(requests_session=session, requests_timeout=self._timeout)
            client.prefix = self._prefix
            self._mine.client = client
        client.set_auth(access_token)
        return client

    def close(self) -> None:
        """Close every thread's connection."""
        for session in self._all:
            session.close()


def quiet_spotipy() -> None:
    """Keep tokens and private titles out of the log: at DEBUG spotipy writes the first, at ERROR the second."""
    logging.getLogger("spotipy").setLevel(logging.INFO)
    logging.getLogger("spotipy.oauth2").setLevel(logging.INFO)
    logging.getLogger("spotipy.client").setLevel(logging.CRITICAL)
