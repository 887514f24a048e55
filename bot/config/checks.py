"""What a setting may hold, and the sentence that says so when it does not."""

import base64
import binascii
import difflib
import ipaddress
from collections.abc import Iterator, Mapping
from typing import get_args
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

_DATABASES = ("sqlite", "sqlite+aiosqlite", "postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg")
_KEY_BYTES = 32


def checked_database_url(url: str) -> str:
    """The address itself, if it is one of a database that MusiVault knows; ValueError otherwise."""
    scheme, found, rest = url.partition("://")
    if not found or scheme not in _DATABASES:
        raise ValueError("expected sqlite+aiosqlite:///path/to/file.db or postgresql://user:password@host/name")
    if scheme.startswith("sqlite") and (not rest.strip("/") or ":memory:" in rest):
        raise ValueError("this database would live in memory and be lost (name a file: sqlite+aiosqlite:///path/to.db)")
    return url


def checked_key(number: int, key: str) -> str:
    """The key itself, if it has the shape of a Fernet key; the key is never part of the ValueError."""
    try:
        raw = base64.b64decode(key.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raw = b""
    if len(raw) != _KEY_BYTES:
        raise ValueError(f"key {number} is not an encryption key (make one with `python -m bot keygen`)")
    return key


def checked_public_url(url: str) -> str:
    """The address without a slash at the end, if Spotify accepts it for redirects; ValueError otherwise."""
    if not url:
        return url
    parts = _split(url)
    host = parts.hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        raise ValueError(
            "Spotify refuses `localhost` in redirect addresses (use http://127.0.0.1 and the port, or https)"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(host)):
        raise ValueError(
            "Spotify accepts https addresses only, apart from http://127.0.0.1 and http://[::1] "
            "(put the bot behind https, or leave this empty and let people use `/link paste`)"
        )
    if parts.query or parts.fragment or parts.username:
        raise ValueError("expected an address alone, without ?, # or a user name, such as https://vault.example.org")
    return url.rstrip("/")


def checked_endpoint(url: str) -> str:
    """The address itself, if it is empty or names a scheme and a host; ValueError otherwise."""
    if url:
        _split(url)
    return url


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https", "ws", "wss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or any(character.isspace() for character in url):
        raise ValueError("expected a whole address with its scheme, such as https://vault.example.org")
    return parts


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def explain(error: ValidationError, model: type[BaseModel], environment: Mapping[str, tuple[str, ...]]) -> list[str]:
    """One line for each mistake: `section.field: what is expected (what to do)`."""
    names = {".".join(path): name for name, path in environment.items()}
    details = error.errors(include_url=False)
    parents = {detail["loc"][:end] for detail in details for end in range(len(detail["loc"]))}
    # A list whose only entry is wrong counts as empty too: say what is wrong with the entry, not both.
    return [_line(it, model, names) for it in details if it["type"] != "too_short" or it["loc"] not in parents]


def _line(detail: ErrorDetails, model: type[BaseModel], names: Mapping[str, str]) -> str:
    where = detail["loc"]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).lstrip(".")
    field = _field(model, where)
    if detail["type"] == "extra_forbidden":
        return f"{path}: there is no such setting ({_meant(model, where)})"
    about = (field.description if field else None) or "a table of settings, written [name] in TOML"
    environment = names.get(".".join(str(part) for part in where))
    also = f" (set it here or as {environment} in the environment)" if environment else " (set it here)"
    match detail["type"]:
        case "value_error":
            return f"{path}: {detail['msg'].removeprefix('Value error, ')}"
        case "missing" | "string_too_short" | "too_short":
            return f"{path}: is missing; expected {about}{also}"
        case _:
            return f"{path}: expected {about} (this is something else: {detail['msg'][:1].lower()}{detail['msg'][1:]})"


def _meant(model: type[BaseModel], where: tuple[int | str, ...]) -> str:
    """The settings there are instead: the one that looks like it, or all of them."""
    *_, parent = _models(model, where[:-1])
    known = list(parent.model_fields)
    close = difflib.get_close_matches(str(where[-1]), known, n=1)
    return f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(known)}"


def _field(model: type[BaseModel], where: tuple[int | str, ...]) -> FieldInfo | None:
    """The field an error speaks of: the last named one on the way there."""
    named = [part for part in where if isinstance(part, str)]
    *_, parent = _models(model, tuple(named[:-1]))
    return parent.model_fields.get(named[-1]) if named else None


def _models(model: type[BaseModel], where: tuple[int | str, ...]) -> Iterator[type[BaseModel]]:
    """The models passed on the way to a place, the outermost first."""
    yield model
    for part in where:
        field = model.model_fields.get(str(part))
        if field is not None:
            kinds = (field.annotation, *get_args(field.annotation))
            model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
            yield model
