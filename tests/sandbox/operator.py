"""What an operator does before the bot runs: a configuration, and the redirect addresses in both dashboards."""

import json
import random
import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet

from tests.sandbox.control import Control
from tests.sandbox.discord.state import BOT_TOKEN
from tests.sandbox.google.door import CLIENT_ID as GOOGLE_ID
from tests.sandbox.google.door import CLIENT_SECRET as GOOGLE_SECRET
from tests.sandbox.spotify.apps import CLIENT_ID, CLIENT_SECRET

Settings = Mapping[str, object]
ENCRYPTION_KEY = Fernet.generate_key().decode()


def free_port() -> int:
    """A port nobody listens on, below those the system gives to outgoing connections: nobody takes it in between."""
    for port in random.Random().sample(range(20_000, 32_000), 100):  # its own, since tests seed the shared one
        with socket.socket() as door, suppress(OSError):
            door.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def configuration(folder: Path, endpoints: Mapping[str, str], port: int, **changes: object) -> dict[str, object]:
    """A configuration as an operator would write it; `changes` add to its sections or set other values in them."""
    sections: dict[str, object] = {
        "discord": {"token": BOT_TOKEN},
        "spotify": {
            "requests_per_second": 1000,
            "apps": [{"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}],
        },
        "storage": {
            "database_url": f"sqlite+aiosqlite:///{folder}/musivault.db",
            "encryption_keys": [ENCRYPTION_KEY],
        },
        "backup": {"folder": str(folder / "archives")},
        "drive": {"client_id": GOOGLE_ID, "client_secret": GOOGLE_SECRET},
        "web": {"port": port, "public_url": f"http://127.0.0.1:{port}"},
        "endpoints": dict(endpoints),
    }
    for name, change in changes.items():
        section = sections.get(name)
        sections[name] = section | change if isinstance(section, dict) and isinstance(change, dict) else change
    return sections


async def register_redirects(control: Control, port: int) -> None:
    """In Spotify's dashboard and in Google's console."""
    spotify, drive = (f"http://127.0.0.1:{port}/callback/{kind}" for kind in ("spotify", "drive"))
    await control.spotify("register_redirect", client_id=CLIENT_ID, uri=spotify)
    await control.google("register_redirect", uri=drive)


def write_toml(file: Path, settings: Settings) -> None:
    """The configuration as the file an operator writes."""
    file.write_text("\n".join(_sections(settings)) + "\n", encoding="utf-8")


def _sections(settings: Settings) -> Iterator[str]:
    for name, section in settings.items():
        assert isinstance(section, Mapping), f"{name} is no section"
        yield f"[{name}]"
        yield from (f"{key} = {_value(value)}" for key, value in section.items())


def _value(value: object) -> str:
    """JSON's strings, numbers and lists are TOML's too; tables are not."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value)
