"""Covers and portraits: addresses that end within a day, and small real JPEGs behind them."""

import hashlib
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from tests.sandbox.clock import Clock

BLOCK = 6 * 3600  # seconds; an address made in one block lasts until the end of the next: six to twelve hours
ENDLESS = 10**6
SIZES = (640, 300, 60)
_SECRET = "pictures of the sandbox"


class Pictures:
    """Makes addresses of pictures and serves them until they expire."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._uploaded: dict[str, bytes] = {}

    def routes(self) -> list[web.RouteDef]:
        """Its address; it asks for no token."""
        return [web.get("/image/{name}", self.serve)]

    def block(self) -> int:
        """Which block of time it is: addresses differ from block to block."""
        return int(self._clock.now().timestamp()) // BLOCK

    def addresses(self, origin: str, subject: str, block: int, sizes: Sequence[int] = SIZES) -> list[dict[str, Any]]:
        """The pictures of something that has the usual one; those of records and artists stay where they are."""
        if not subject.startswith("spotify:playlist:"):
            block = ENDLESS
        digest = digest_of(subject.encode())
        end = f"{digest}?{_proof(digest, block)}"
        return [{"height": size, "url": f"{origin}/image/{size:04}{end}", "width": size} for size in sizes]

    def uploaded(self, origin: str, digest: str, block: int) -> list[dict[str, Any]]:
        """The picture somebody put there: one, whose size Spotify does not say."""
        url = f"{origin}/image/0000{digest}?{_proof(digest, block)}"
        return [{"height": None, "url": url, "width": None}]

    def keep(self, picture: bytes) -> str:
        """Somebody's picture; the name it has from now on."""
        digest = digest_of(picture)
        self._uploaded[digest] = picture
        return digest

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The bytes; 404 once the address has expired or was never given out."""
        name, expires = request.match_info["name"], request.query.get("expires", "")
        known = request.query.get("check") == _check(name[4:], expires)
        if not known or int(expires) <= self._clock.now().timestamp():
            return web.Response(status=404, text="Not found")
        return web.Response(body=self._uploaded.get(name[4:]) or jpeg(name), content_type="image/jpeg")


def digest_of(content: bytes) -> str:
    """What names a picture."""
    return hashlib.sha1(content).hexdigest()


def jpeg(seed: str) -> bytes:
    """A picture of eight by eight pixels in one colour, with the seed as its comment: another seed, other bytes."""
    colour = [byte & 0x7F for byte in hashlib.sha1(seed.encode()).digest()[:3]]
    # Each of Y, Cb and Cr: the code "0" of the one length there is, seven bits of value, the code "0" that ends it.
    bits = "".join(f"0{value:07b}0" for value in colour).ljust(32, "1")
    parts = (
        b"\xff\xd8",
        _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        _segment(0xFE, seed.encode()),
        _segment(0xDB, b"\0" + b"\x08" * 64),
        _segment(0xC0, b"\x08\0\x08\0\x08\x03\x01\x11\0\x02\x11\0\x03\x11\0"),
        _segment(0xC4, b"\0\x01" + bytes(15) + b"\x07"),
        _segment(0xC4, b"\x10\x01" + bytes(15) + b"\0"),
        _segment(0xDA, b"\x03\x01\0\x02\0\x03\0\0\x3f\0"),
        int(bits, 2).to_bytes(4, "big"),
        b"\xff\xd9",
    )
    return b"".join(parts)


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def _proof(digest: str, block: int) -> str:
    """When an address ends, and that it was given out."""
    expires = str((block + 2) * BLOCK)
    return f"expires={expires}&check={_check(digest, expires)}"


def _check(digest: str, expires: str) -> str:
    return hashlib.sha1(f"{_SECRET}:{digest}:{expires}".encode()).hexdigest()[:12]
