"""What people do in Google Drive and in their Google account, and what fate does to Google."""

import base64
from contextlib import suppress

from tests.sandbox.google import shapes
from tests.sandbox.google.accounts import App
from tests.sandbox.google.drives import FOLDER, ROOM, Drive, DriveFile, Drives
from tests.sandbox.google.gate import DRIVE_FILE, Gate
from tests.sandbox.google.grants import Grants
from tests.sandbox.google.switches import DEED, GARBLED, LOST, Spell, Switches
from tests.sandbox.google.uploads import Uploads
from tests.sandbox.people import resident

Json = dict[str, object]


class GoogleHands:
    """JSON in, JSON out. `user` is a key of tests.sandbox.people."""

    def __init__(
        self, app: App, drives: Drives, grants: Grants, uploads: Uploads, gate: Gate, switches: Switches
    ) -> None:
        self._app = app
        self._drives = drives
        self._grants = grants
        self._uploads = uploads
        self._gate = gate
        self._switches = switches

    async def register_redirect(self, uri: str) -> None:
        """The operator adds a redirect address in Google's console."""
        self._app.redirect_uris.add(uri)

    async def move_in(self, number: int) -> str:
        """Somebody of Spotify's town gets a Drive and lets the app in, without a browser; the refresh token."""
        person = resident(number)
        self._drives.move_in(person)
        return await self.consent(person.key)

    async def files(self, user: str) -> list[Json]:
        """Everything in somebody's Drive but its root: path, name, folder?, size, checksums, parents, trashed."""
        drive = self._drives.person(user)
        return sorted(
            (_shown(drive, file) for file in drive.files.values() if file is not drive.root),
            key=lambda shown: (str(shown["path"]), str(shown["id"])),
        )

    async def read_file(self, user: str, file_id: str) -> str:
        """The bytes of a file, base64."""
        return base64.b64encode(self._drives.person(user).get(file_id).content or b"").decode()

    async def add_file(self, user: str, name: str, content: str = "", folder: str | None = None) -> str:
        """A file the person put there; no app sees it. Content is text; the id comes back."""
        drive, now = self._drives.person(user), self._drives.now()
        parent = drive.get(folder).id if folder else drive.root.id
        file = DriveFile(self._drives.new_id(), name, "text/plain", [parent], now, now, content=content.encode())
        drive.files[file.id] = file
        return file.id

    async def trash(self, user: str, file_id: str) -> None:
        """Into the trash."""
        self._drives.person(user).get(file_id).trashed = True

    async def untrash(self, user: str, file_id: str) -> None:
        """Out of the trash."""
        self._drives.person(user).get(file_id).trashed = False

    async def delete_for_good(self, user: str, file_id: str) -> None:
        """Past the trash, a folder with all in it."""
        drive = self._drives.person(user)
        drive.delete(drive.get(file_id))

    async def empty_trash(self, user: str) -> int:
        """For good; how many files went."""
        drive = self._drives.person(user)
        gone = [file for file in drive.files.values() if drive.is_trashed(file)]
        for file in gone:
            drive.delete(file)
        return len(gone)

    async def trash_folder(self, user: str, name: str = "MusiVault") -> None:
        """A folder, by name, into the trash with all that is in it."""
        drive = self._drives.person(user)
        found = [each for each in drive.files.values() if each.name == name and each.mime_type == FOLDER]
        if not found:
            raise LookupError(f"{user} has no folder {name!r} in Drive")
        for folder in found:
            folder.trashed = True

    async def delete_folder(self, user: str, name: str = "MusiVault") -> None:
        """The same, past the trash."""
        drive = self._drives.person(user)
        for folder in [each for each in drive.files.values() if each.name == name and each.mime_type == FOLDER]:
            drive.delete(folder)

    async def trash_archives(self, user: str) -> None:
        """All files that apps put there, into the trash."""
        for file in self._made_by_apps(user):
            file.trashed = True

    async def delete_archives(self, user: str) -> None:
        """The same, past the trash."""
        for file in self._made_by_apps(user):
            self._drives.person(user).delete(file)

    async def rename(self, user: str, file_id: str, name: str) -> None:
        """Another name; nobody should mind."""
        self._drives.person(user).get(file_id).name = name

    async def damage(self, user: str, file_id: str) -> None:
        """One bit of the stored bytes flips."""
        file = self._drives.person(user).get(file_id)
        content = bytearray(file.content or b"?")
        content[len(content) // 2] ^= 1
        file.content = bytes(content)

    async def fill_up(self, user: str, leave: int = 0) -> None:
        """No more room than `leave` bytes."""
        drive = self._drives.person(user)
        drive.room = drive.used + leave

    async def make_room(self, user: str) -> None:
        """15 GB again."""
        self._drives.person(user).room = ROOM

    async def revoke(self, user: str) -> int:
        """The person takes all apps' access away; how many there were."""
        self._drives.person(user)
        return self._grants.revoke_of(user)

    async def connected(self, user: str) -> list[Json]:
        """What the person reads under third-party access."""
        return [{"app": self._app.name, "scopes": list(grant.scopes)} for grant in self._grants.live_of(user)]

    async def consent(self, user: str) -> str:
        """The person has said yes to the app already; the refresh token that the app got."""
        return self._grants.give(self._drives.person(user).seed.key, self._app.client_id, (DRIVE_FILE,))

    async def leave_in_testing(self) -> None:
        """The operator leaves the consent screen in "Testing": what is granted from now on ends after seven days."""
        self._grants.testing = True

    async def expire_access(self) -> None:
        """Every access token ends now; refresh tokens stay."""
        self._grants.expire_access()

    def _made_by_apps(self, user: str) -> list[DriveFile]:
        files = self._drives.person(user).files.values()
        return [file for file in files if file.client_id is not None and file.mime_type != FOLDER]

    async def fail_next(
        self,
        times: int = 1,
        status: int = 503,
        reason: str | None = None,
        method: str | None = None,
        path_contains: str | None = None,
        skip: int = 0,
    ) -> None:
        """The next requests that fit are refused and have no effect."""
        if not 400 <= status <= 599:
            raise ValueError("status must be 400 to 599")
        self._switches.cast(Spell(times, status, reason, method, path_contains, skip))

    async def lose_answer_next(
        self, times: int = 1, method: str | None = None, path_contains: str | None = None, skip: int = 0
    ) -> None:
        """The next changes happen, but the connection ends before the answer."""
        self._switches.cast(Spell(times, LOST, None, method, path_contains, skip))

    async def garble_next(
        self, times: int = 1, method: str | None = None, path_contains: str | None = None, skip: int = 0
    ) -> None:
        """In place of Google somebody on the way answers, with a page of their own."""
        self._switches.cast(Spell(times, GARBLED, None, method, path_contains, skip))

    async def meanwhile(
        self,
        deed: str,
        given: Json,
        times: int = 1,
        method: str | None = None,
        path_contains: str | None = None,
        skip: int = 0,
    ) -> None:
        """Another of these hands acts just before a request that fits is answered, if there is anything to act on."""

        async def act() -> None:
            with suppress(LookupError):
                await getattr(self, deed)(**given)

        self._switches.cast(Spell(times, DEED, None, method, path_contains, skip, act))

    async def cut_next(self, after_bytes: int, times: int = 1) -> None:
        """The connection of the next chunks ends after so many bytes of them."""
        for _ in range(times):
            self._switches.cut(after_bytes)

    async def cut_download_next(self, after_bytes: int, times: int = 1) -> None:
        """The connection of the next downloads ends after so many bytes."""
        for _ in range(times):
            self._switches.cut_download(after_bytes)

    async def lose_sessions(self) -> int:
        """Uploads on their way are forgotten."""
        return self._uploads.forget()

    async def open_sessions(self) -> int:
        """Uploads that were begun and not ended."""
        return self._uploads.open_sessions()

    async def lie_about_checksum_next(self, times: int = 1) -> None:
        """The next uploaded files arrive damaged as far as their checksums tell."""
        self._drives.lies += ["checksum"] * times

    async def lie_about_size_next(self, times: int = 1) -> None:
        """The next uploaded files have lost a byte as far as their size tells."""
        self._drives.lies += ["size"] * times

    async def list_a_part_next(self, times: int = 1) -> None:
        """The next lists of files leave some out and say so."""
        self._switches.incomplete += times

    async def list_late(self, user: str, file_id: str) -> None:
        """Lists do not have this file yet."""
        self._switches.unlisted.add(self._drives.person(user).get(file_id).id)

    async def list_late_by_name(self, user: str, name: str) -> None:
        """The same for those of this name."""
        for file in [each for each in self._drives.person(user).files.values() if each.name == name]:
            await self.list_late(user, file.id)

    async def short_pages(self, longest: int) -> None:
        """Lists come with so few files on a page, however many were asked for."""
        self._switches.longest_page = longest

    async def latency(self, seconds: float) -> None:
        """Every answer takes so long."""
        self._switches.latency = seconds

    async def calm(self) -> None:
        """All switches off."""
        self._switches.clear()
        self._drives.lies.clear()

    async def requests(self) -> list[dict[str, object]]:
        """Everything that was asked, oldest first."""
        return self._gate.requests()

    async def forget_requests(self) -> None:
        """What was asked until now is no longer told."""
        self._gate.forget()


def _shown(drive: Drive, file: DriveFile) -> Json:
    return {
        "id": file.id,
        "path": drive.path(file),
        "name": file.name,
        "folder": file.mime_type == FOLDER,
        "size": file.size,
        "md5": file.checksum("md5") if file.content is not None else None,
        "sha256": file.checksum("sha256") if file.content is not None else None,
        "parents": list(file.parents),
        "trashed": drive.is_trashed(file),
        "properties": dict(file.properties),
        "modified": shapes.stamp(file.modified),
    }
