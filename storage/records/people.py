"""Who uses MusiVault, what they linked, and the one-time links on their way."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records.keeping import Policy


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses MusiVault and what they chose. `wants_dms` is None until they were asked.

    `time_zone` is the name of the zone that their `nightly_hour` is told in; None is UTC. `keeps_plays`: what they play
    is asked for between syncs too. `keeping` is how long they want their backups kept, None where the operator's choice
    will do.
    """

    discord_id: int
    name: str = ""
    wants_dms: bool | None = None
    nightly: bool = True
    nightly_hour: int | None = None
    dm_channel_id: int | None = None
    dms_open: bool = True
    keeps_plays: bool = False
    keeping: Policy | None = None
    time_zone: str | None = None


class AccountState(StrEnum):
    """Whether an account can be used; `REFUSED` asks the person to link again."""

    LINKED = "linked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SpotifyToken:
    """An access token and the refresh token that renews it; `expires_at` is the access token's."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scope: str = ""


@dataclass(frozen=True, slots=True)
class SpotifyAccount:
    """A linked Spotify account. `account_key` is Spotify's `account_id` where given, else the user id.

    `warned` is the last warning given before the link ends, `doubted_at` when Spotify first refused its refresh token.
    """

    discord_id: int
    account_key: str
    spotify_id: str
    display_name: str
    client_id: str
    token: SpotifyToken
    authorized_at: datetime
    state: AccountState = AccountState.LINKED
    image_url: str | None = None
    warned: str | None = None
    doubted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DriveAccount:
    """A linked Google Drive: the refresh token, and the folder the archives go to once it exists."""

    discord_id: int
    refresh_token: str = field(repr=False)
    linked_at: datetime
    email: str | None = None
    folder_id: str | None = None
    state: AccountState = AccountState.LINKED


class LinkKind(StrEnum):
    """What a one-time link links."""

    SPOTIFY = "spotify"
    DRIVE = "drive"


@dataclass(frozen=True, slots=True)
class LinkState:
    """A one-time link on its way: who asked, for what, until when. `state` is the unguessable part of the address."""

    state: str = field(repr=False)
    kind: LinkKind
    discord_id: int
    discord_name: str
    client_id: str
    code_verifier: str | None = field(repr=False)
    created_at: datetime
    expires_at: datetime
    authorize_url: str = field(repr=False)
