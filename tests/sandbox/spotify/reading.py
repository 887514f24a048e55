"""Reading what a request says: JSON bodies, lists of URIs, playlist ids."""

import json
import re
from typing import Any

from aiohttp import web

from tests.sandbox.spotify.errors import bad_request

URI = re.compile(r"spotify:(track|album|artist|episode|show|audiobook|user|playlist):([A-Za-z0-9_.]+)")
BASE62_ID = re.compile(r"[0-9A-Za-z]{22}")


async def body_of(request: web.Request) -> Any:  # noqa: ANN401 - any JSON value may come
    """The JSON of the body; an empty object where there is none."""
    text = await request.text()
    if not text.strip():
        return {}
    try:
        return json.loads(text)
    except ValueError:
        raise bad_request("Error parsing JSON.") from None


async def object_of(request: web.Request) -> dict[str, Any]:
    """The JSON object of the body."""
    body = await body_of(request)
    if not isinstance(body, dict):
        raise bad_request("Error parsing JSON.")
    return body


def kind_of(uri: str) -> str:
    """What a URI names; 400 for what is none, local files among them."""
    match = URI.fullmatch(uri)
    if match is None or (match[1] != "user" and not BASE62_ID.fullmatch(match[2])):
        raise bad_request(f"Invalid {'track' if uri.startswith('spotify:local:') else 'library'} uri: {uri}")
    return match[1]


def playable(uris: object) -> list[str]:
    """URIs that can stand in a playlist; 400 for local files and everything else."""
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris):
        raise bad_request("No uris provided")
    for uri in uris:
        match = URI.fullmatch(uri)
        if match is None or match[1] not in ("track", "episode") or not BASE62_ID.fullmatch(match[2]):
            raise bad_request(f"Invalid track uri: {uri}")
    return list(uris)


def checked_id(request: web.Request) -> str:
    """The id in the path."""
    spotify_id = request.match_info["id"]
    if not BASE62_ID.fullmatch(spotify_id):
        raise bad_request("Invalid base62 id")
    return spotify_id
