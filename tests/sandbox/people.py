"""Who lives in the sandbox: the same people at Discord, Spotify and Google, each door knowing its side of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

GUILD_ID = 1_200_000_000_000_000_001
GUILD_NAME = "Vinyl Club"


@dataclass(frozen=True)
class PersonSeed:
    """One person as every door is told about them before anything happens."""

    key: str  # how tests and the demo call them; also the value of the cookie `sandbox_person`
    display_name: str
    discord_id: int
    discord_name: str  # Discord's lower-case user name
    spotify_id: str
    spotify_name: str
    email: str  # Spotify's and Google's
    country: str = "DE"
    allow_listed: bool = True  # may use the development-mode Spotify app
    closed_dms: bool = False  # has direct messages closed from the start
    in_guild: bool = True  # shares the server with the bot


def _everyone() -> dict[str, PersonSeed]:
    seeds = (
        PersonSeed("ada", "Ada", 300_000_000_000_000_001, "ada.l", "ada_spotify", "Ada L.", "ada@example.org"),
        PersonSeed("ben", "Ben", 300_000_000_000_000_002, "benwax", "ben_spotify", "Ben", "ben@example.org"),
        PersonSeed("cleo", "Cleo", 300_000_000_000_000_003, "cleo_", "cleo_spotify", "Cleo", "cleo@example.org"),
        PersonSeed(
            "dan", "Dan", 300_000_000_000_000_004, "dan77", "dan_spotify", "Dan", "dan@example.org", allow_listed=False
        ),
        PersonSeed("eve", "Eve", 300_000_000_000_000_005, "eve.v", "eve_spotify", "*Eve* @here", "eve@example.org"),
        PersonSeed(
            "finn",
            "Finn",
            300_000_000_000_000_006,
            "finn_",
            "finn_spotify",
            "Finn",
            "finn@example.org",
            closed_dms=True,
        ),
        PersonSeed("gus", "Gus", 300_000_000_000_000_007, "gus_g", "gus_spotify", "Gus", "gus@example.org"),
    )
    return {seed.key: seed for seed in seeds}


PEOPLE: Mapping[str, PersonSeed] = MappingProxyType(_everyone())
COOKIE = "sandbox_person"  # who a browser is signed in as, at every loopback host


def resident(number: int) -> PersonSeed:
    """Somebody of the town; Discord does not know them."""
    key = f"p{number:03}"
    name = f"Person {number:03}"
    return PersonSeed(key, name, 310_000_000_000_000_000 + number, key, f"{key}_spotify", name, f"{key}@example.org")
