"""The endpoints that were taken away from development-mode apps: 403 with no hint, the recommendations 404."""

from aiohttp import web

from tests.sandbox.spotify.errors import forbidden, not_found

FORBIDDEN = (
    ("GET", "/albums"), ("GET", "/artists"), ("GET", "/artists/{id}/top-tracks"),
    ("GET", "/artists/{id}/related-artists"), ("GET", "/shows"), ("GET", "/episodes"), ("GET", "/audiobooks"),
    ("GET", "/chapters"), ("PUT", "/me/albums"), ("DELETE", "/me/albums"),
    ("PUT", "/me/audiobooks"), ("DELETE", "/me/audiobooks"), ("PUT", "/me/episodes"), ("DELETE", "/me/episodes"),
    ("PUT", "/me/shows"), ("DELETE", "/me/shows"), ("PUT", "/me/tracks"), ("DELETE", "/me/tracks"),
    ("PUT", "/me/following"), ("DELETE", "/me/following"), ("GET", "/me/albums/contains"),
    ("GET", "/me/audiobooks/contains"), ("GET", "/me/episodes/contains"), ("GET", "/me/shows/contains"),
    ("GET", "/me/tracks/contains"), ("GET", "/me/following/contains"), ("GET", "/users/{id}"),
    ("POST", "/users/{id}/playlists"), ("GET", "/playlists/{id}/tracks"),
    ("POST", "/playlists/{id}/tracks"), ("PUT", "/playlists/{id}/tracks"), ("DELETE", "/playlists/{id}/tracks"),
    ("PUT", "/playlists/{id}/followers"), ("DELETE", "/playlists/{id}/followers"),
    ("GET", "/playlists/{id}/followers/contains"), ("GET", "/browse/featured-playlists"),
    ("GET", "/browse/categories"), ("GET", "/browse/categories/{id}"), ("GET", "/browse/categories/{id}/playlists"),
    ("GET", "/browse/new-releases"), ("GET", "/markets"),
)  # fmt: skip
GONE = (("GET", "/recommendations"), ("GET", "/recommendations/available-genre-seeds"))


def routes() -> list[web.RouteDef]:
    """All of them."""
    return [
        *(web.route(method, f"/v1{path}{{slash:/?}}", _forbidden) for method, path in FORBIDDEN),
        *(web.route(method, f"/v1{path}{{slash:/?}}", _gone) for method, path in GONE),
    ]


async def _forbidden(request: web.Request) -> web.StreamResponse:
    raise forbidden()


async def _gone(request: web.Request) -> web.StreamResponse:
    raise not_found()
