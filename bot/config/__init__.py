"""The configuration: a TOML file, a `.env` beside it and the environment become one frozen model."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, ValidationError, ValidationInfo, field_validator

from bot.config.checks import explain
from bot.config.sections import (
    BackupSection,
    DiscordSection,
    DriveSection,
    EndpointsSection,
    MoodSection,
    Section,
    SpotifyApp,
    SpotifySection,
    StorageSection,
    SyncSection,
    WebSection,
)
from bot.errors import ConfigError

__all__ = [
    "ENVIRONMENT",
    "BackupSection",
    "Config",
    "EndpointsSection",
    "SpotifyApp",
    "SpotifySection",
    "WebSection",
    "load",
]

ENVIRONMENT: Mapping[str, tuple[str, ...]] = {
    "DISCORD_TOKEN": ("discord", "token"),
    "SPOTIFY_CLIENT_ID": ("spotify", "apps", "0", "client_id"),
    "SPOTIFY_CLIENT_SECRET": ("spotify", "apps", "0", "client_secret"),
    "GOOGLE_CLIENT_ID": ("drive", "client_id"),
    "GOOGLE_CLIENT_SECRET": ("drive", "client_secret"),
    "MUSIVAULT_ENCRYPTION_KEYS": ("storage", "encryption_keys"),
    "MUSIVAULT_IDENTITIES": ("backup", "identities"),
    "MUSIVAULT_PUBLIC_URL": ("web", "public_url"),
    "PORT": ("web", "port"),
    "DATABASE_URL": ("storage", "database_url"),
}
"""Environment variable -> the setting it replaces; the environment wins over `.env`, and `.env` over the file."""


class Config(Section):
    """Everything an operator decides."""

    discord: DiscordSection
    spotify: SpotifySection
    storage: StorageSection
    sync: SyncSection = SyncSection()
    backup: BackupSection = BackupSection()
    drive: DriveSection = Field(default=DriveSection(), validate_default=True)
    web: WebSection = WebSection()
    mood: MoodSection = MoodSection()
    endpoints: EndpointsSection = EndpointsSection()

    @field_validator("drive")
    @classmethod
    def _drive_where_archives_go(cls, drive: DriveSection, info: ValidationInfo) -> DriveSection:
        backup = info.data.get("backup")
        if isinstance(backup, BackupSection) and backup.store == "drive" and not drive.offered:
            raise ValueError('client_id and client_secret are needed for backup.store = "drive" (set both)')
        return drive


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read the configuration; ConfigError lists every mistake at once, each with what to do about it."""
    values = _read(path)
    given = {**dotenv_values(path.with_name(".env")), **environ}
    _merge(values, {name: value.strip() for name in ENVIRONMENT if (value := given.get(name)) and value.strip()})
    for section in ("discord", "spotify", "storage"):
        values.setdefault(section, {})
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        raise ConfigError(explain(error, Config, ENVIRONMENT)) from None


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            [f"{path}: there is no such file (copy config.example.toml to it, or name another with --config)"]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: the file cannot be read ({error}); it has to be readable UTF-8 text"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f'{path}: this is not valid TOML: {error} (texts need quotes: name = "value")']) from None


def _merge(values: dict[str, object], given: Mapping[str, str]) -> None:
    """Put environment values where they belong; a part of the file with the wrong shape is left for the validation."""
    for name, value in given.items():
        section = values.setdefault(ENVIRONMENT[name][0], {})
        if not isinstance(section, dict):
            continue
        match name:
            case "SPOTIFY_CLIENT_ID" | "SPOTIFY_CLIENT_SECRET":
                apps = section.setdefault("apps", [{}]) or [{}]
                section["apps"] = apps
                if isinstance(apps, list) and isinstance(apps[0], dict):
                    apps[0][ENVIRONMENT[name][-1]] = value
            case "MUSIVAULT_ENCRYPTION_KEYS" | "MUSIVAULT_IDENTITIES":
                section[ENVIRONMENT[name][-1]] = [key.strip() for key in value.split(",") if key.strip()]
            case "PORT":
                section["port"] = value
                section.setdefault("host", "0.0.0.0")  # noqa: S104 - a platform that hands out PORT asks from outside
            case _:
                section[ENVIRONMENT[name][-1]] = value
