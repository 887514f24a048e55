"""The page an export is fetched from, and the file: given once, piece by piece."""

import asyncio
import logging
from contextlib import suppress
from typing import Protocol

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from bot.services.exports.ready import Attempt
from bot.web.pages import Pages
from storage.records import Download

log = logging.getLogger(__name__)

BLOCK = 64 * 1024


class DownloadDoor(Protocol):
    """What the pages need of exports that lie ready; raises MusiVaultErrors with a sentence for the person."""

    async def look(self, token: str) -> Download:
        """What a link leads to, not used up by looking; DownloadUnknown or DownloadOver."""

    async def begin(self, token: str) -> Attempt:
        """The button was pressed."""


def add_downloads(app: FastAPI, pages: Pages, door: DownloadDoor) -> None:
    """Looking gives a page, so that whoever previews links does not use them up; the button gives the file."""

    @app.api_route("/download/{token}", methods=["GET", "HEAD"])
    async def landing(token: str) -> Response:
        return pages.download(await door.look(token))

    @app.post("/download/{token}")
    async def fetch(token: str) -> Response:
        return Once(await door.begin(token))


class Once(Response):
    """A file that counts as fetched once all but its last byte was handed to a connection that is still there.

    A connection that breaks before that leaves the link as good as it was; with the last byte the link is used up, so
    that nobody who has the whole file can have it again. What happens beyond the machine's own buffers nobody here
    can know.
    """

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(
            media_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="{attempt.download.name}"',
                "Content-Length": str(attempt.download.size),
                # A proxy that takes the whole file at once would make every broken download look whole.
                "X-Accel-Buffering": "no",
            },
        )
        self._attempt = attempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file; a connection that ends early ends this too."""
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            last = await self._all_but_last(send, gone)
            if last:
                await self._attempt.end()
                await send({"type": "http.response.body", "body": last})
            else:
                log.info("export.broken_off person=%d", self._attempt.download.discord_id)
        finally:
            gone.cancel()
            with suppress(asyncio.CancelledError):
                await gone

    async def _all_but_last(self, send: Send, gone: "asyncio.Task[None]") -> bytes:
        """The last byte, once everything before it is on its way; nothing where it was broken off."""
        left = self._attempt.download.size
        file = await asyncio.to_thread(self._attempt.path.open, "rb")
        try:
            while block := await asyncio.to_thread(file.read, BLOCK):
                left -= len(block)
                await send({"type": "http.response.body", "body": block if left else block[:-1], "more_body": True})
                # A connection that broke while this was on its way is seen only after a turn of the loop.
                await asyncio.sleep(0)
                if gone.done() or not self._attempt.wanted():
                    return b""
                if not left:
                    return block[-1:]
        finally:
            await asyncio.to_thread(file.close)
        return b""


async def _gone(receive: Receive) -> None:
    """Returns once the other side hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass
