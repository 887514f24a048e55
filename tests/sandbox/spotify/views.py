"""What a request may want of an answer: only some fields of it, and whether tracks can be played where somebody is."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from aiohttp import web

from tests.sandbox.spotify.answers import answer
from tests.sandbox.spotify.errors import bad_request

Wanted = dict[str, "Wanted"]


def viewed(
    request: web.Request, content: object, country: str, locked: Mapping[str, Collection[str]], *, fields: bool = False
) -> web.Response:
    """The answer as the query wants it.

    `market` adds `is_playable` (and `restrictions` where it is not) to tracks, and a person's own country goes before
    it; `fields`, where it is read at all, keeps what is named, as in "next,items(added_at,item(uri))" or "items.total".
    """
    wanted = request.query.get("fields") if fields else None
    if wanted is None and "market" not in request.query:
        return answer(content)
    plain = orjson.loads(orjson.dumps(content))
    if "market" in request.query:
        _mark(plain, country, locked)
    return answer(plain if wanted is None else _kept(plain, read_fields(wanted)))


def read_fields(text: str) -> Wanted:
    """A filter as a tree; an empty branch means all that is below it."""
    wanted, rest = _branches(text)
    if rest:
        raise bad_request("Invalid fields")
    return wanted


def _branches(text: str) -> tuple[Wanted, str]:
    """The names up to a closing bracket, and what comes after it."""
    wanted: Wanted = {}
    while text and text[0] != ")":
        end = next((place for place, letter in enumerate(text) if letter in ",.()"), len(text))
        name, text = text[:end].strip(), text[end:]
        if not name:
            raise bad_request("Invalid fields")
        below: Wanted = {}
        if text[:1] == "(":
            below, text = _branches(text[1:])
            if text[:1] != ")":
                raise bad_request("Invalid fields")
            text = text[1:]
        elif text[:1] == ".":
            below, text = _one(text[1:])
        _join(wanted, {name: below})
        text = text[1:] if text[:1] == "," else text
    return wanted, text


def _one(text: str) -> tuple[Wanted, str]:
    """What comes after a dot: one name, with whatever is below it."""
    depth = 0
    for place, letter in enumerate(text):
        if (letter == "," and not depth) or (letter == ")" and not depth):
            return _branches(text[:place])[0], text[place:]
        depth += {"(": 1, ")": -1}.get(letter, 0)
    return _branches(text)[0], ""


def _join(wanted: Wanted, more: Wanted) -> None:
    for name, below in more.items():
        _join(wanted.setdefault(name, {}), below)


def _kept(content: Any, wanted: Wanted) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(content, list):
        return [_kept(one, wanted) for one in content]
    if not isinstance(content, dict) or not wanted:
        return content
    return {name: _kept(content[name], below) for name, below in wanted.items() if name in content}


def _mark(content: Any, country: str, locked: Mapping[str, Collection[str]]) -> None:  # noqa: ANN401
    below = content if isinstance(content, list) else list(content.values()) if isinstance(content, dict) else []
    for one in below:
        _mark(one, country, locked)
    if isinstance(content, dict) and content.get("type") == "track" and content.get("id"):
        content["is_playable"] = country not in locked.get(content["uri"], ())
        if not content["is_playable"]:
            content["restrictions"] = {"reason": "market"}
