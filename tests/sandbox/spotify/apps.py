"""The developer dashboard: registered apps, their redirect addresses and who is on their allow-list."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CLIENT_ID = "c0ffee00000000000000000000000001"
CLIENT_SECRET = "5ec2e700000000000000000000000001"
PKCE_CLIENT_ID = "c0ffee00000000000000000000000002"

DEVELOPER = "the operator"
PLACES = 5  # people a development-mode app may have
CLOSED = ("several_tracks", "audio_features", "audio_analysis", "user_playlists", "followed_items")
"""What new apps may not, and a few old ones still may."""

SCOPES = {
    "user-library-read": "See the songs and podcasts you saved",
    "user-library-modify": "Change the songs and podcasts you saved",
    "playlist-read-private": "See your private playlists",
    "playlist-read-collaborative": "See your collaborative playlists",
    "playlist-modify-private": "Change your private playlists",
    "playlist-modify-public": "Change your public playlists",
    "ugc-image-upload": "Upload pictures for you",
    "user-follow-read": "See who you follow",
    "user-follow-modify": "Change who you follow",
    "user-top-read": "See what you listen to most",
    "user-read-recently-played": "See what you listened to lately",
    "user-read-playback-position": "See where you stopped listening",
    "user-read-private": "See your subscription",
    "user-read-email": "See your e-mail address",
    "user-read-playback-state": "See what is playing",
    "user-modify-playback-state": "Change what is playing",
    "user-read-currently-playing": "See the song that is playing",
    "streaming": "Play music",
    "app-remote-control": "Talk to the Spotify app",
}
"""Every scope there is, and what the consent page says about it."""


@dataclass
class App:
    """One development-mode app. Without a secret it can only use PKCE."""

    client_id: str
    name: str
    secret: str | None
    redirect_uris: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)  # keys of people
    owner_has_premium: bool = True
    developer: str = DEVELOPER  # whose account the quota is counted on
    places: int | None = None  # how many can be allowed; None: from before there was such a rule
    still_may: set[str] = field(default_factory=set)  # of what is closed to new apps

    def allow(self, person: str) -> None:
        """Put somebody on the allow-list; ValueError where it is full."""
        if self.places is not None and person not in self.allowed and len(self.allowed) >= self.places:
            raise ValueError(
                f"{self.name} has {self.places} places and all are taken: {', '.join(sorted(self.allowed))}"
            )
        self.allowed.add(person)

    def register_redirect(self, uri: str) -> None:
        """Add a redirect address as the dashboard lets one: https, or http on a loopback IP; ValueError for others."""
        if not secure(uri):
            raise ValueError(f"This redirect URI is not secure: {uri}")
        self.redirect_uris.add(uri)

    def accepts_redirect(self, uri: str) -> bool:
        """Exact match; a loopback address registered without a port stands for every port."""
        if uri in self.redirect_uris:
            return True
        asked = urlsplit(uri)
        return loopback(uri) and asked._replace(netloc=_host(uri)).geturl() in self.redirect_uris


def default_apps(allowed: Iterable[str]) -> dict[str, App]:
    """The app with a secret and the one without, by client id."""
    people = set(allowed)
    apps = (
        App(CLIENT_ID, "MusiVault", CLIENT_SECRET, allowed=set(people)),
        App(PKCE_CLIENT_ID, "MusiVault at home", None, allowed=set(people)),
    )
    return {app.client_id: app for app in apps}


def loopback(uri: str) -> bool:
    """Whether it is plain http to a loopback IP written as a number."""
    parts = urlsplit(uri)
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def secure(uri: str) -> bool:
    """Whether Spotify takes it as a redirect address at all; `localhost` it does not."""
    parts = urlsplit(uri)
    return bool(parts.hostname) and ((parts.scheme == "https" and parts.hostname != "localhost") or loopback(uri))


def _host(uri: str) -> str:
    hostname = urlsplit(uri).hostname or ""
    return f"[{hostname}]" if ":" in hostname else hostname
