"""Calls to Drive: one service for each, on a thread, with patience for passing trouble."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar

from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.discovery_cache import get_static_doc
from googleapiclient.http import build_http

from storage.errors import StoreDown
from storage.stores.drive.errors import TROUBLE, heard, is_local, translated
from storage.stores.drive.tokens import refresher

T = TypeVar("T")
ATTEMPTS = 5
LONGEST_PAUSE = 32.0


@dataclass(frozen=True, slots=True)
class DriveClient:
    """The operator's OAuth client, and where Google is."""

    client_id: str
    client_secret: str = field(repr=False)
    token_uri: str
    drive_root: str

    def credentials(self, refresh_token: str) -> Credentials:
        """Built by hand: `from_authorized_user_info` puts Google's own token address over the configured one."""
        handler = refresher(self.token_uri, self.client_id, self.client_secret, refresh_token)
        return Credentials(None, refresh_handler=handler)  # type: ignore[no-untyped-call]

    async def whose(self, refresh_token: str) -> str:
        """The e-mail address of a linked Drive: proof that Google takes the link, asked once."""

        def ask(drive: Any) -> str:  # noqa: ANN401 - Google's library has no types
            answer = drive.about().get(fields="user(emailAddress)").execute()
            return str(heard(answer, "user")["user"].get("emailAddress", "a Google Drive"))

        return await DriveCalls(self, refresh_token).once(ask)


@contextmanager
def drive_service(drive_root: str, credentials: Credentials) -> Iterator[Any]:
    """Google's service object for one thread: httplib2 mixes up answers when threads share it (2.202.0).

    `build_http` matters: a plain `httplib2.Http` takes the 308 of a resumable upload for a redirect. The document's
    root is replaced because `api_endpoint` reaches neither uploads nor batches.
    """
    document = json.loads(_discovery())
    document["rootUrl"] = drive_root
    document.pop("mtlsRootUrl", None)
    http = AuthorizedHttp(credentials, http=build_http())
    try:
        yield build_from_document(document, http=http)
    finally:
        http.close()


@lru_cache(maxsize=1)
def _discovery() -> str:
    """Google's description of Drive, less what the library writes each method's documentation from at every call."""
    document = json.loads(get_static_doc("drive", "v3"))
    document["resources"] = {name: document["resources"][name] for name in ("about", "files")}
    document["schemas"] = {name: {"id": name, "type": "object", "properties": {}} for name in document["schemas"]}
    return json.dumps(document)


class DriveCalls:
    """All calls for one person's Drive. `chance` gives the jitter, between 0 and 1."""

    def __init__(
        self,
        client: DriveClient,
        refresh_token: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._drive_root = client.drive_root
        self._credentials = client.credentials(refresh_token)
        self._sleep = sleep
        self._chance = chance

    async def run(self, work: Callable[[Any], T]) -> T:
        """Work that may be done twice without harm: passing trouble is waited out, a bounded number of times."""
        for attempt in range(ATTEMPTS - 1):
            try:
                return await self.once(work)
            except StoreDown:
                await self.pause(attempt)
        return await self.once(work)

    async def once(self, work: Callable[[Any], T]) -> T:
        """One attempt; its trouble comes back translated."""
        try:
            return await asyncio.to_thread(self._with_service, work)
        except TROUBLE as error:
            if is_local(error):
                raise
            raise translated(error) from error

    async def pause(self, attempt: int) -> None:
        """Longer each time, and never two bots in step."""
        await self._sleep(min(LONGEST_PAUSE, 2.0**attempt) * (0.5 + self._chance() / 2))

    def _with_service(self, work: Callable[[Any], T]) -> T:
        with drive_service(self._drive_root, self._credentials) as service:
            return work(service)
