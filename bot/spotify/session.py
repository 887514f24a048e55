"""spotipy as this bot uses it: one client for each thread, no retries of its own, and none of its noise in the log."""

import logging
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import requests
import spotipy
from requests.adapters import HTTPAdapter

_PIECE = 1 << 20


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

    def ask(self, path: str, **query: object) -> object:
        """GET any address; spotipy warns of those that are closed to new apps, which is for us to know."""
        return self._get(path, **query)


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
            session = settled_session(self._prefix)
            for scheme in ("http://", "https://"):
                session.mount(scheme, _Adapter())
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


def settled_session(url: str) -> requests.Session:
    """A session for one address. The environment's proxies and certificates are looked up once and not each time."""
    session = requests.Session()
    found = session.merge_environment_settings(url, {}, None, None, None)
    session.proxies.update(found["proxies"])
    session.verify, session.cert, session.trust_env = found["verify"], found["cert"], False
    return session


class _Adapter(HTTPAdapter):
    """Makes the answers of requests ours; it has no other place for that."""

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:  # noqa: ANN401 - of urllib3
        response = super().build_response(req, resp)
        response.__class__ = _Answer
        return response


class _Answer(requests.Response):
    """An answer that is read several times as fast."""

    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        # The 10 KB of requests make a dozen waits for the interpreter out of each page.
        return super().iter_content(max(chunk_size or 0, _PIECE), decode_unicode)

    def json(self, **kwargs: Any) -> Any:  # noqa: ANN401 - JSON
        try:
            value = orjson.loads(self.content)
        except orjson.JSONDecodeError:
            # Half a character is no JSON to orjson, but Spotify has names like that.
            value = super().json(**kwargs)
        return _Silent(value) if isinstance(value, dict) else value


class _Silent(dict[str, Any]):
    """spotipy 2.26 spells out every answer for its log, even one that writes nothing: a millisecond for each page."""

    def __repr__(self) -> str:
        return f"<{len(self)} fields>"


def quiet_spotipy() -> None:
    """Keep tokens and private titles out of the log: at DEBUG spotipy writes the first, at ERROR the second."""
    logging.getLogger("spotipy").setLevel(logging.INFO)
    logging.getLogger("spotipy.oauth2").setLevel(logging.INFO)
    logging.getLogger("spotipy.client").setLevel(logging.CRITICAL)
