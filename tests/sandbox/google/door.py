"""The door: Google on a loopback port, and the hands that act at it."""

from collections.abc import Mapping

from aiohttp import web

from tests.sandbox.clock import Clock
from tests.sandbox.google.accounts import AccountsService, App
from tests.sandbox.google.drives import Drives
from tests.sandbox.google.files import Files
from tests.sandbox.google.gate import Gate
from tests.sandbox.google.grants import Grants
from tests.sandbox.google.hands import GoogleHands
from tests.sandbox.google.switches import Switches
from tests.sandbox.google.uploads import Uploads
from tests.sandbox.people import PersonSeed

CLIENT_ID = "482910573316-musivault.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-sandbox-secret-of-musivault"
LARGEST = 256 * 1024 * 1024


class GoogleDoor:
    """Consent, tokens and Drive in one application."""

    def __init__(self, clock: Clock, people: Mapping[str, PersonSeed]) -> None:
        self.base_url = ""
        app = App("MusiVault", CLIENT_ID, CLIENT_SECRET, set())
        drives, grants, switches = Drives(clock, people), Grants(clock), Switches()
        self.switches = switches
        uploads, gate = Uploads(drives, switches), Gate(drives, grants, switches)
        self.hands = GoogleHands(app, drives, grants, uploads, gate, switches)
        self.app = web.Application(client_max_size=LARGEST, middlewares=[gate.middleware()])
        self.app.add_routes(
            [*AccountsService(people, app, grants).routes(), *Files(drives, switches).routes(), *uploads.routes()]
        )

    def endpoints(self) -> dict[str, str]:
        """The keys of `[endpoints]` this door stands in for."""
        return {
            "google_oauth": f"{self.base_url}/o/oauth2/auth",
            "google_token": f"{self.base_url}/token",
            "google_revoke": f"{self.base_url}/revoke",
            "drive_root": f"{self.base_url}/",
        }
