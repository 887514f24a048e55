"""What spotipy and requests raise, said in MusiVault's words: the one place that knows Spotify's error texts."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import requests
import spotipy
from urllib3.exceptions import NewConnectionError

from bot.errors import (
    Refusal,
    SpotifyDown,
    SpotifyGone,
    SpotifyRefused,
    TokenExpired,
)
from bot.spotify.parse_values import UnusableAnswer
from bot.spotify.setback import AskedToWait, Setback

T = TypeVar("T")

_SHORT_WAIT = 5.0
_QUOTA_WAIT = 3600.0
_LONGEST = 7 * 86400.0

# One "forbidden", several meanings, told apart by its words (reference 2.1, seen January to September 2026).
_FORBIDDEN = (
    ("not be registered", Refusal.NOT_REGISTERED),
    ("not registered", Refusal.NOT_REGISTERED),
    ("premium", Refusal.OWNER_PREMIUM),
    ("scope", Refusal.SCOPE_MISSING),
)


def translated(call: Callable[[], T], what: str) -> T:
    """Make a blocking call for `what`; whatever goes wrong on the way comes out as a `Setback` or `AskedToWait`."""
    try:
        return call()
    except UnusableAnswer as error:
        raise Setback(SpotifyDown(), transient=True) from error
    except spotipy.SpotifyException as error:
        message = str(error.msg or "").partition(":\n ")[2]
        raise _refused(int(error.http_status), message, error.reason, error.headers, what) from error
    except requests.RequestException as error:
        raise unanswered(error) from error
    except AttributeError as error:
        # spotipy 2.26 trips over error bodies that are not {"error": {...}}; the answer is in the context.
        if (response := answer_behind(error)) is None:
            raise
        status, headers = response.status_code, dict(response.headers)
        raise _refused(status, response.text, None, headers, what) from error


def unanswered(error: requests.RequestException) -> Setback:
    """No answer, or one that broke off."""
    return Setback(SpotifyDown(), transient=True, reached=not _never_left(error))


def answer_behind(error: BaseException) -> requests.Response | None:
    """The HTTP answer that was being handled when `error` was raised."""
    behind = error.__context__
    return behind.response if isinstance(behind, requests.HTTPError) else None


def retry_after(headers: Mapping[str, str] | None, otherwise: float) -> float:
    """Seconds Spotify asks to wait."""
    try:
        return min(max(0.0, float((headers or {})["Retry-After"])), _LONGEST)
    except (KeyError, ValueError):
        return otherwise


def _never_left(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def _refused(
    status: int,
    message: str,
    reason: object,
    headers: Mapping[str, str] | None,
    what: str,
) -> Setback | AskedToWait:
    words = message.lower()
    if status == 429:
        quota = reason == "QUOTA_EXCEEDED"
        return AskedToWait(retry_after(headers, _QUOTA_WAIT if quota else _SHORT_WAIT), quota=quota)
    if status == 401:
        # Seen in July 2026 although the token was sent; asking again helps.
        return Setback(TokenExpired(), transient="token missing" in words, reached=False)
    if status == 403:
        meaning = next((meaning for text, meaning in _FORBIDDEN if text in words), Refusal.FORBIDDEN)
        # One without a meaning was seen to pass in July 2026.
        return Setback(SpotifyRefused(meaning), reached=False, doubtful=meaning is Refusal.FORBIDDEN)
    if status == 404:
        return Setback(SpotifyGone(what), reached=False)
    if status >= 500:
        return Setback(SpotifyDown(), transient=True)
    return Setback(SpotifyRefused(Refusal.BAD_REQUEST, _first_line(message)), reached=False)


def _first_line(message: str) -> str:
    return " ".join(message.split())[:100]
