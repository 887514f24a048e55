"""The Spotify door: one web application with the accounts service and the Web API, and the hands that play people."""

from collections.abc import Mapping
from typing import Protocol

from aiohttp import web

from tests.sandbox.clock import Clock
from tests.sandbox.people import PersonSeed
from tests.sandbox.spotify import fixtures, retired
from tests.sandbox.spotify.apps import default_apps
from tests.sandbox.spotify.authorize import AccountsService
from tests.sandbox.spotify.catalogue import CatalogueById
from tests.sandbox.spotify.closed import Closed
from tests.sandbox.spotify.gate import Backstage, Gate
from tests.sandbox.spotify.hands import SpotifyHands
from tests.sandbox.spotify.journal import Journal
from tests.sandbox.spotify.library import Library
from tests.sandbox.spotify.limits import Limits
from tests.sandbox.spotify.listening import Listening
from tests.sandbox.spotify.me import Me
from tests.sandbox.spotify.pictures import Pictures
from tests.sandbox.spotify.playlist_items import PlaylistItems
from tests.sandbox.spotify.playlists import Playlists
from tests.sandbox.spotify.saved import Saved
from tests.sandbox.spotify.search import Search
from tests.sandbox.spotify.shelf_objects import Writers
from tests.sandbox.spotify.state import SpotifyState, library_of
from tests.sandbox.spotify.switches import Switches
from tests.sandbox.spotify.tokens import Tokens
from tests.sandbox.world import SEED, World, make_world


class SpotifyDoor:
    """Spotify on one port; `base_url` is set by whoever opens it."""

    def __init__(self, clock: Clock, people: Mapping[str, PersonSeed], seed: int = SEED) -> None:
        self.base_url = ""
        state = _furnished(clock, people, seed)
        apps = default_apps(person.key for person in people.values() if person.allow_listed)
        stage = Backstage(state, apps, Tokens(clock), Switches(state.rng), Journal(), Limits(clock))
        pictures = Pictures(clock)
        self.hands = SpotifyHands(stage, pictures)
        self.app = web.Application(middlewares=[Gate(stage).middleware()], client_max_size=2**20)
        for part in _parts(stage, pictures):
            self.app.add_routes(part.routes())
        self.app.add_routes(retired.routes())

    def endpoints(self) -> dict[str, str]:
        """Its part of the configuration's `[endpoints]`."""
        return {"spotify_accounts": self.base_url, "spotify_api": f"{self.base_url}/v1"}


class Part(Protocol):
    """Some of the endpoints."""

    def routes(self) -> list[web.RouteDef]:
        """Their addresses."""


def _parts(stage: Backstage, pictures: Pictures) -> tuple[Part, ...]:
    state, switches = stage.state, stage.switches
    writers = Writers(state, pictures)
    playlists = Playlists(state, switches, writers, pictures)
    return (
        AccountsService(state, stage.apps, stage.tokens),
        Me(state, writers, switches),
        Library(state, switches),
        playlists,
        PlaylistItems(state, playlists),
        pictures,
        CatalogueById(state, writers),
        Saved(state, writers),
        Listening(state, writers),
        Search(state, writers),
        Closed(state, writers),
    )


def _furnished(clock: Clock, people: Mapping[str, PersonSeed], seed: int) -> SpotifyState:
    """Spotify with everybody's things in it."""
    world: World = make_world(seed)
    state = SpotifyState(clock, seed)
    state.add_things((*world.catalogue.songs, *world.catalogue.talks, *world.catalogue.files))
    for playlist in world.playlists.values():
        state.add_playlist(playlist)
    for person in people.values():
        if person.key != fixtures.KEY:
            state.add_account(person, library_of(world.libraries, person))
        elif fixtures.available():
            real = fixtures.real_library()
            state.catalogue.update(real.objects)
            for playlist in real.playlists:
                state.add_playlist(playlist)
            state.add_account(person, real.library)
    return state
