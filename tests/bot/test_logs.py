import io
import logging
from collections.abc import Iterator

import pytest

from bot import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    names = [*logs.OURS, *logs.CHATTY]
    levels = {name: logging.getLogger(name).level for name in names}
    made = io.StringIO()
    logs.configure(debug=True, stream=made)
    yield made
    root.handlers[:], level = before
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)


@pytest.mark.parametrize(
    "line",
    [
        "GET /callback/spotify?code=h1dden-h1dden&state=h1dden-h1dden HTTP/1.1",
        "GET /link/h1dden-h1dden-h1dden",
        "POST /download/h1dden-h1dden-h1dden",
        "PUT /upload/drive/v3/files?uploadType=resumable&upload_id=h1dden-h1dden HTTP/1.1",
        "{'access_token': 'h1dden', 'refresh_token': 'h1dden'}",
        '{"client_secret": "h1dden"}',
        "Authorization: Bearer h1dden.h1dden.h1dden",
        "PATCH https://discord.com/api/v10/webhooks/123/h1dden-h1dden-h1dden/messages/@original",
    ],
)
def test_nothing_secret_gets_into_a_line(stream: io.StringIO, line: str) -> None:
    logging.getLogger("bot.web").info("seen: %s", line)
    assert "h1dden" not in stream.getvalue()
    assert "***" in stream.getvalue()


def test_nothing_secret_gets_into_a_traceback(stream: io.StringIO) -> None:
    try:
        int("refresh_token=h1dden")
    except ValueError:
        logging.getLogger("bot.jobs").exception("run.broken id=7 reference=1f3a9c2e")
    assert "h1dden" not in stream.getvalue()
    assert "run.broken id=7 reference=1f3a9c2e" in stream.getvalue()


def test_an_event_stays_readable(stream: io.StringIO) -> None:
    logging.getLogger("bot.jobs").info("run.done id=7 kind=sync seconds=1.5 state_count=3 status_code=200")
    line = stream.getvalue()
    assert line.endswith("INFO    bot.jobs run.done id=7 kind=sync seconds=1.5 state_count=3 status_code=200\n")
    assert line[19] == "Z"


@pytest.mark.parametrize("name", ["spotipy.client", "googleapiclient.discovery", "httpx", "discord.http", "urllib3"])
def test_libraries_that_log_what_they_send_are_never_at_debug(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).debug("Sending headers")
    logging.getLogger("bot.spotify").debug("ours")
    assert "Sending" not in stream.getvalue()
    assert "ours" in stream.getvalue()
