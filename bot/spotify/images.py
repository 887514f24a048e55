"""Pictures from Spotify's image servers: plain downloads, which are no requests to the Web API and have no quota."""

import asyncio
import threading
from concurrent.futures import Executor

import requests

from bot.errors import SpotifyDown, SpotifyGone
from bot.spotify.session import settled_session
from storage.records import Image

LARGEST = 5_000_000
"""Bytes; covers are of some hundred thousand."""

_PIECE = 65_536
_GONE = frozenset({403, 404, 410})
"""How an address that has ended answers; they last for less than a day."""


class Images:
    """Fetches pictures on threads, each with its own kept-alive connections."""

    def __init__(self, executor: Executor, timeout: float) -> None:
        self._executor = executor
        self._timeout = timeout
        self._mine = threading.local()
        self._all: list[requests.Session] = []

    def close(self) -> None:
        """Close every connection."""
        for session in self._all:
            session.close()

    async def fetch(self, url: str) -> Image:
        """The picture at an address. Raises `SpotifyGone` where it has ended, `SpotifyDown` where none comes."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._fetch, url)

    def _fetch(self, url: str) -> Image:
        try:
            with self._session(url).get(url, timeout=self._timeout, stream=True) as answer:
                if answer.status_code in _GONE:
                    raise SpotifyGone("this picture")
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                if answer.status_code != requests.codes.ok or not kind.startswith("image/"):
                    raise SpotifyDown
                return Image(kind, _whole(answer))
        except requests.RequestException as error:
            raise SpotifyDown from error

    def _session(self, url: str) -> requests.Session:
        session: requests.Session | None = getattr(self._mine, "session", None)
        if session is None:
            session = self._mine.session = settled_session(url)
            self._all.append(session)
        return session


def _whole(answer: requests.Response) -> bytes:
    """Everything, unless it is too much or less than was announced."""
    data = bytearray()
    for piece in answer.iter_content(_PIECE):
        data += piece
        if len(data) > LARGEST:
            raise SpotifyDown
    if not data:
        raise SpotifyDown
    return bytes(data)
