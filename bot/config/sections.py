"""The sections of the configuration, each a frozen model that explains its mistakes."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.config.checks import checked_database_url, checked_endpoint, checked_key, checked_public_url
from storage.sealing import read_identity, read_recipient


class Section(BaseModel):
    """What every part of the configuration shares: frozen, no unknown names, no values in error texts."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DiscordSection(Section):
    """How the bot signs in at Discord."""

    token: str = Field(
        min_length=1,
        repr=False,
        description="the bot's token, from https://discord.com/developers/applications -> your app -> Bot",
    )


class SpotifyApp(Section):
    """One Spotify developer app; without a secret it links with PKCE."""

    name: str = Field(default="main", min_length=1, description="a name of your own for this app")
    client_id: str = Field(
        min_length=1, description="the app's Client ID, from https://developer.spotify.com/dashboard -> your app"
    )
    client_secret: str = Field(default="", repr=False, description="the app's Client secret; empty: PKCE is used")
    developer: str = Field(
        default="", description="a name of your own for the developer account that owns this app; empty: one of its own"
    )
    people: int = Field(default=5, ge=0, description="how many people this app may serve; 0: as many as come")


class SpotifySection(Section):
    """The Spotify apps people link through, and how hard Spotify is asked."""

    concurrency: int = Field(default=2, ge=1, le=8, description="how many requests an app has under way, 1 to 8")
    requests_per_second: float = Field(
        default=4.0, ge=0.1, le=1000.0, description="how many requests an app sends in a second, 0.1 to 1000"
    )
    in_flight: int = Field(default=8, ge=1, le=64, description="how many requests all apps have under way, 1 to 64")
    daily_requests: int = Field(
        default=5000, ge=0, description="requests in 24 hours for each developer and kind of request; 0: no limit"
    )
    apps: tuple[SpotifyApp, ...] = Field(min_length=1, description="at least one [[spotify.apps]] with its client_id")

    @field_validator("apps")
    @classmethod
    def _no_app_twice(cls, apps: tuple[SpotifyApp, ...]) -> tuple[SpotifyApp, ...]:
        ids = [app.client_id for app in apps]
        twice = [app.name for app in apps if ids.count(app.client_id) > 1]
        if twice:
            raise ValueError(f"the apps {', '.join(twice)} have the same client_id (keep one of them)")
        return apps


class StorageSection(Section):
    """Where vaults are kept and the keys that encrypt people's tokens in there."""

    database_url: str = Field(
        default="sqlite+aiosqlite:///data/musivault.db",
        repr=False,
        description="where vaults are kept: sqlite+aiosqlite:///path/to/file.db or postgresql://user:password@host/name",
    )
    encryption_keys: tuple[str, ...] = Field(
        min_length=1, repr=False, description="keys that encrypt tokens, newest first; `python -m bot keygen` makes one"
    )

    @field_validator("database_url")
    @classmethod
    def _database_url(cls, url: str) -> str:
        return checked_database_url(url)

    @field_validator("encryption_keys")
    @classmethod
    def _keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(checked_key(number, key) for number, key in enumerate(keys, start=1))


class SyncSection(Section):
    """How syncs read."""

    full_pass_days: int = Field(
        default=7, ge=1, le=90, description="after how many days everything is read in full, to check the clever way"
    )


class BackupSection(Section):
    """Where archives go, when the night starts, how long archives are kept, and whom encrypted copies are for."""

    store: Literal["folder", "drive"] = Field(
        default="folder",
        description='where archives of people without a Drive go: "folder", or "drive" for the operator\'s own',
    )
    folder: Path = Field(default=Path("data/archives"), description="the folder archives are written to")
    nightly: bool = Field(default=True, description="true or false: whether there is a nightly backup at all")
    nightly_hour: int = Field(
        default=3, ge=0, le=23, description="the hour the night starts, 0 to 23, in UTC or in a person's own time zone"
    )
    keep_last: int = Field(default=3, ge=-1, description="how many of the newest backups are kept; 0: none, -1: all")
    keep_hourly: int = Field(default=0, ge=-1, description="for how many hours a backup is kept; 0: none, -1: all")
    keep_daily: int = Field(default=7, ge=-1, description="for how many days a backup is kept; 0: none, -1: all")
    keep_weekly: int = Field(default=5, ge=-1, description="for how many weeks a backup is kept; 0: none, -1: all")
    keep_monthly: int = Field(default=12, ge=-1, description="for how many months a backup is kept; 0: none, -1: all")
    keep_yearly: int = Field(default=10, ge=-1, description="for how many years a backup is kept; 0: none, -1: all")
    trash_days: int = Field(
        default=30, ge=0, le=3650, description="how many days a removed backup stays in the trash, 0 to 3650"
    )
    export_minutes: int = Field(
        default=60, ge=5, le=1440, description="how many minutes an export can be fetched, 5 to 1440"
    )
    identities: tuple[str, ...] = Field(
        default=(),
        repr=False,
        description="age keys for copies and backups, newest first; `python -m bot keygen` makes one",
    )
    recipients: tuple[str, ...] = Field(default=(), description="further public age keys (age1...) that may open them")

    @field_validator("identities")
    @classmethod
    def _identities(cls, identities: tuple[str, ...]) -> tuple[str, ...]:
        for number, identity in enumerate(identities, start=1):
            read_identity(identity, number)
        return identities

    @field_validator("recipients")
    @classmethod
    def _recipients(cls, recipients: tuple[str, ...]) -> tuple[str, ...]:
        for number, recipient in enumerate(recipients, start=1):
            read_recipient(recipient, number)
        return recipients

    @model_validator(mode="after")
    def _recipients_are_further_ones(self) -> "BackupSection":
        if self.recipients and not self.identities:
            raise ValueError("recipients alone encrypt nothing: every copy is read back (set identities too)")
        return self

    @model_validator(mode="after")
    def _drive_is_sealed(self) -> "BackupSection":
        if self.store == "drive" and not self.identities:
            raise ValueError(
                'store = "drive" needs identities: archives in your Drive are always encrypted '
                "(`python -m bot keygen` makes one)"
            )
        return self


class DriveSection(Section):
    """The Google app through which people link their Drive; Drive is offered only when it is set."""

    client_id: str = Field(default="", description="the OAuth client's id, from https://console.cloud.google.com")
    client_secret: str = Field(default="", repr=False, description="the OAuth client's secret")

    @model_validator(mode="after")
    def _both_or_none(self) -> "DriveSection":
        if bool(self.client_id) != bool(self.client_secret):
            raise ValueError("client_id and client_secret belong together (set both, or none to offer no Drive)")
        return self

    @property
    def offered(self) -> bool:
        """Whether people can link their own Google Drive."""
        return bool(self.client_id)


class WebSection(Section):
    """Where the pages of a link are served, and the address people reach them under."""

    host: str = Field(default="127.0.0.1", min_length=1, description="the address to listen on")
    port: int = Field(default=8321, ge=1, le=65535, description="the port to listen on, 1 to 65535")
    public_url: str = Field(
        default="", description="the https address people reach this bot under, such as https://vault.example.org"
    )

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, url: str) -> str:
        return checked_public_url(url)

    @property
    def base_url(self) -> str:
        """Where the pages are, without a slash at the end; the loopback address where none is public."""
        loopback = "[::1]" if self.host == "::1" else "127.0.0.1"
        return self.public_url or f"http://{loopback}:{self.port}"

    @property
    def reachable(self) -> bool:
        """Whether people's browsers can be sent here; if nobody said how, they finish with `/link paste`."""
        return bool(self.public_url)

    def redirect_uri(self, kind: str) -> str:
        """The redirect address to register at the service: `kind` is "spotify" or "drive"."""
        return f"{self.base_url}/callback/{kind}"

    def landing_url(self, state: str) -> str:
        """The page a one-time link opens."""
        return f"{self.base_url}/link/{state}"

    def download_url(self, token: str) -> str:
        """The page that an export is fetched from."""
        return f"{self.base_url}/download/{token}"


class MoodSection(Section):
    """Whether moods are worked out at all."""

    enabled: bool = Field(default=True, description="true or false: whether moods are worked out")


class EndpointsSection(Section):
    """Where the services are; to be changed only for a proxy."""

    discord_api: str = Field(default="https://discord.com/api/v10", description="Discord's REST API, with its version")
    discord_gateway: str = Field(default="", description="Discord's gateway; empty: the one Discord hands out")
    spotify_accounts: str = Field(default="https://accounts.spotify.com", description="Spotify's sign-in")
    spotify_api: str = Field(default="https://api.spotify.com/v1", description="Spotify's Web API")
    google_oauth: str = Field(default="https://accounts.google.com/o/oauth2/auth", description="Google's consent page")
    google_token: str = Field(
        default="https://oauth2.googleapis.com/token", description="where Google hands out tokens"
    )
    google_revoke: str = Field(default="https://oauth2.googleapis.com/revoke", description="where Google revokes them")
    drive_root: str = Field(default="https://www.googleapis.com/", description="Google's APIs, Drive among them")
    reccobeats: str = Field(default="https://api.reccobeats.com", description="ReccoBeats, for audio features")

    @field_validator("*")
    @classmethod
    def _addresses(cls, url: str) -> str:
        return checked_endpoint(url)
