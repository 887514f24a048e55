"""The page of an export: looking uses nothing up, the button gives the file once, half a file does not count."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.services.exports.ready import Ready
from bot.web import WebServer, create_web
from storage.database import Database
from storage.downloads import DownloadRepository
from storage.records import Download
from tests.bot.spotify.time import Time
from tests.bot.web.test_pages import WELL, Book
from tests.builders import ADA
from tests.sandbox.waiting import Deadline
from tests.storage.conftest import database, url

__all__ = ["database", "url"]

LARGE = 24 * 1024 * 1024
"""More than the buffers of a connection take."""


@dataclass
class Site:
    """A bot's pages with a folder of exports behind them."""

    ready: Ready
    server: WebServer
    folder: Path
    time: Time

    async def export(self, content: bytes, name: str = "road.csv") -> str:
        """An export that lies ready; the path of its link."""
        made = self.folder / "made"
        made.write_bytes(content)
        download = await self.ready.keep(ADA, made, name)
        return await self.link(download)

    async def link(self, download: Download) -> str:
        delivery = await self.ready.hand_over(ADA, download.id, 0)
        assert delivery.url is not None
        return delivery.url

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    @property
    def files(self) -> list[Path]:
        return [path for path in (self.folder / "exports").glob("*") if path.is_file()]


def server_of(ready: Ready, time: Time) -> WebServer:
    async def health() -> object:
        return WELL

    web = create_web(Book(), ready, health, clock=time, reference=lambda: "1f3a9c2e")  # type: ignore[arg-type]
    return WebServer(web, "127.0.0.1", 0)


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    time = Time()
    (tmp_path / "exports").mkdir()
    ready = Ready(
        DownloadRepository(database), tmp_path / "exports", timedelta(hours=1), lambda token: f"/download/{token}", time
    )
    server = server_of(ready, time)
    await server.start()
    yield Site(ready, server, tmp_path, time)
    await server.stop()


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_looking_uses_nothing_up(site: Site, browser: aiohttp.ClientSession) -> None:
    path = await site.export(b"a,b\r\n")
    for method in ("GET", "HEAD", "GET"):
        async with browser.request(method, site.at(path)) as page:
            assert page.status == 200
            assert "Content-Disposition" not in page.headers
    async with browser.post(site.at(path)) as file:
        assert await file.read() == b"a,b\r\n"


async def test_the_page_says_what_it_is_and_how_long(site: Site, browser: aiohttp.ClientSession) -> None:
    path = await site.export(b"x" * 3 * 1024 * 1024, "road.csv.age")
    async with browser.get(site.at(path)) as page:
        text = await page.text()
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    for words in ("Your export is ready", "road.csv.age", "3.0 MB", "in 1 hour", "age --decrypt", "Download</button>"):
        assert words in text


async def test_the_file_comes_as_an_attachment_that_nothing_keeps(site: Site, browser: aiohttp.ClientSession) -> None:
    path = await site.export(b"<script>alert(1)</script>")
    async with browser.post(site.at(path)) as file:
        headers = file.headers
    assert headers["Content-Disposition"] == 'attachment; filename="road.csv"'
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Length"] == "25"


@pytest.mark.parametrize("size", [1, 2, 64 * 1024, 64 * 1024 + 1, LARGE])
async def test_a_file_of_any_size_comes_whole_and_once(site: Site, browser: aiohttp.ClientSession, size: int) -> None:
    path = await site.export(bytes(size))
    async with browser.post(site.at(path)) as file:
        assert await file.read() == bytes(size)
    async with browser.post(site.at(path)) as again:
        assert again.status == 410
        assert "Run <code>/vault export</code> again" in await again.text()
    assert site.files == []


async def test_a_link_that_was_never_given_is_no_link(site: Site, browser: aiohttp.ClientSession) -> None:
    path = await site.export(b"x")
    async with browser.get(site.at(f"{path}x")) as page:
        assert page.status == 404
    async with browser.post(site.at("/download/x")) as page:
        assert page.status == 404


async def test_too_late_is_too_late(site: Site, browser: aiohttp.ClientSession) -> None:
    path = await site.export(b"x")
    site.time.now += timedelta(hours=1)
    for method in ("GET", "POST"):
        async with browser.request(method, site.at(path)) as page:
            assert page.status == 410
    await site.ready.tidy()
    assert site.files == []


async def half(site: Site, path: str) -> socket.socket:
    """A browser that asked for a file, took a little of it, and reads no more."""
    loop = asyncio.get_running_loop()
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
    door.setblocking(False)
    await loop.sock_connect(door, ("127.0.0.1", site.server.port))
    await loop.sock_sendall(door, f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
    assert (await loop.sock_recv(door, 4096)).startswith(b"HTTP/1.1 200")
    return door


def break_off(door: socket.socket) -> None:
    """As a cable that is pulled, without a goodbye."""
    door.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    door.close()


async def test_a_connection_that_breaks_half_way_does_not_use_the_link_up(
    site: Site, browser: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    path = await site.export(bytes(LARGE))
    caplog.set_level("INFO")
    break_off(await half(site, path))
    deadline = Deadline(10)
    while "export.broken_off" not in caplog.text:
        assert not deadline.is_over, "nobody noticed that the connection broke"
        await asyncio.sleep(0.01)
    async with browser.get(site.at(path)) as page:
        assert page.status == 200
    async with browser.post(site.at(path)) as file:
        assert len(await file.read()) == LARGE


async def test_whoever_presses_again_is_served_and_the_one_before_is_broken_off(
    site: Site, browser: aiohttp.ClientSession
) -> None:
    path = await site.export(bytes(LARGE))
    hanging = await half(site, path)
    async with browser.post(site.at(path)) as file:
        assert len(await file.read()) == LARGE
    loop, got = asyncio.get_running_loop(), 0
    while block := await loop.sock_recv(hanging, 1024 * 1024):
        got += len(block)
    hanging.close()
    assert got < LARGE, "two browsers had the one file"
    assert site.files == []


async def test_a_bot_that_stops_meanwhile_leaves_the_link_good(
    site: Site, browser: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.server.DRAIN_SECONDS", 0)
    site.server = server_of(site.ready, site.time)
    await site.server.start()
    path = await site.export(bytes(LARGE))
    hanging = await half(site, path)
    await site.server.stop()
    hanging.close()
    site.server = server_of(site.ready, site.time)
    await site.server.start()
    async with browser.post(site.at(path)) as file:
        assert len(await file.read()) == LARGE
    await site.server.stop()
