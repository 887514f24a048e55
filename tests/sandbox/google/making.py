"""Making files: what their metadata may say, and the file that comes of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.sandbox.google.drives import FOLDER, Drive, DriveFile, Drives
from tests.sandbox.google.refusals import ApiError, invalid, not_found

PROPERTY_BYTES, MOST_PROPERTIES = 124, 30


@dataclass(frozen=True)
class Caller:
    """Whose Drive a request is about, and which app asks."""

    drive: Drive
    client_id: str


@dataclass(frozen=True)
class Making:
    """A file on its way: the metadata, checked."""

    id: str
    name: str
    mime_type: str
    parents: tuple[str, ...]
    properties: dict[str, str]
    description: str


def read_metadata(text: bytes) -> dict[str, Any]:
    """The JSON body."""
    try:
        value = json.loads(text or b"{}")
    except ValueError:
        raise ApiError(400, "parseError", "Parse Error") from None
    if not isinstance(value, dict):
        raise ApiError(400, "parseError", "Parse Error")
    return value


def plan(drives: Drives, caller: Caller, body: Mapping[str, Any], media_type: str | None) -> Making:
    """What shall be made; refuses ids that Google did not hand out and ids that are taken."""
    file_id = body.get("id")
    if file_id is None:
        file_id = drives.generate(caller.drive.seed.key, 1)[0]
    elif drives.generated.get(file_id) != caller.drive.seed.key:
        raise ApiError(400, "invalid", "The provided file ID is not usable.", location="file.id")
    elif file_id in caller.drive.files:
        raise taken()
    parents = tuple(body.get("parents") or (caller.drive.root.id,))
    if len(parents) > 1:
        raise ApiError(403, "cannotAddParent", "A file must have exactly one parent.")
    parents = tuple(parent_of(caller, parent).id for parent in parents)
    return Making(
        file_id,
        str(body.get("name", "Untitled")),
        str(body.get("mimeType") or media_type or "application/octet-stream"),
        parents,
        checked_properties(body.get("appProperties") or {}),
        str(body.get("description", "")),
    )


def make(drives: Drives, caller: Caller, making: Making, content: bytes | None) -> DriveFile:
    """Put it into the Drive; by now its id may be taken, its folder gone, or the Drive full."""
    if making.id in caller.drive.files:
        raise taken()
    for parent in making.parents:
        parent_of(caller, parent)
    caller.drive.needs_room(len(content or b""))
    now = drives.now()
    file = DriveFile(
        making.id,
        making.name,
        making.mime_type,
        list(making.parents),
        now,
        now,
        caller.client_id,
        None if making.mime_type == FOLDER else content or b"",
        dict(making.properties),
        making.description,
        lied_about=drives.lies_now() if content is not None else "",
    )
    caller.drive.files[file.id] = file
    return file


def parent_of(caller: Caller, parent: str) -> DriveFile:
    """The folder a file is put into; one in the trash still takes files, as at Google."""
    file = caller.drive.root if parent == caller.drive.root.id else caller.drive.visible(parent, caller.client_id)
    if file.mime_type != FOLDER:
        raise not_found(parent)
    return file


def checked_properties(properties: Mapping[str, Any]) -> dict[str, str]:
    """Within Google's limits: 124 bytes for key and value, 30 for an app."""
    if len(properties) > MOST_PROPERTIES:
        raise ApiError(403, "appPropertiesLimitExceeded", "Too many app properties on this file.")
    for key, value in properties.items():
        if value is not None and len(f"{key}{value}".encode()) > PROPERTY_BYTES:
            raise invalid("file.app_properties", "Property key and value are too long.")
    return {key: str(value) for key, value in properties.items() if value is not None}


def taken() -> ApiError:
    """The id was used before."""
    return ApiError(409, "fileIdInUse", "A file already exists with the provided ID.")
