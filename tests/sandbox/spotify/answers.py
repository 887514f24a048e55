"""Answers in JSON, written fast: what was written once is put in as it stands."""

import orjson
from aiohttp import web

JSON_TYPE = "application/json; charset=utf-8"


def answer(content: object, status: int = 200) -> web.Response:
    """A JSON answer; parts of it may be `orjson.Fragment`s."""
    return web.Response(body=orjson.dumps(content), status=status, headers={"Content-Type": JSON_TYPE})
