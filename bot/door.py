"""Makes the doors from the configuration: Spotify's with its apps, limits and threads, and Google Drive's."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack

from bot.config import Config, SpotifySection
from bot.services.accounts import SpotifyDoor
from bot.spotify.app_health import AppHealth
from bot.spotify.features import Features
from bot.spotify.gateway import SpotifyGateway
from bot.spotify.ledger import Ledger
from bot.spotify.oauth import SpotifyApp, SpotifyOAuth
from bot.spotify.pacing import Pacing
from bot.time import Clock, Sleep
from storage.ledger import LedgerRepository
from storage.stores.drive import DriveClient, DriveDoor, DriveOAuth

IMAGE_THREADS = 4


async def open_spotify(
    config: Config, kept: LedgerRepository, clock: Clock, sleep: Sleep, stack: AsyncExitStack
) -> SpotifyDoor:
    """The door, with what an earlier run remembered; `stack` closes it and writes what was counted."""
    # Each request that is under way has a thread of its own; the requests of the sign-in are few and share them.
    threads = stack.enter_context(ThreadPoolExecutor(config.spotify.in_flight, thread_name_prefix="spotify"))
    images = stack.enter_context(ThreadPoolExecutor(IMAGE_THREADS, thread_name_prefix="images"))
    features = Features(clock, kept)
    await features.load()
    pacing = await _open_pacing(config.spotify, kept, clock, sleep)
    gateway = SpotifyGateway(config.endpoints.spotify_api, pacing, threads, features=features, images=images)
    stack.callback(gateway.close)
    stack.push_async_callback(gateway.flush)
    at, back = config.endpoints.spotify_accounts, config.web.redirect_uri("spotify")
    oauth = SpotifyOAuth(at, back, clock, threads, gateway.health)
    apps = {app.client_id: SpotifyApp(**app.model_dump()) for app in config.spotify.apps}
    return SpotifyDoor(gateway, oauth, apps)


async def _open_pacing(section: SpotifySection, kept: LedgerRepository, clock: Clock, sleep: Sleep) -> Pacing:
    ledger = Ledger(
        clock,
        developers={app.client_id: app.developer for app in section.apps},
        daily=section.daily_requests,
        without=[app.client_id for app in section.apps if not app.people],
        kept=kept,
    )
    await ledger.load()
    return Pacing(
        section.concurrency,
        clock,
        sleep,
        random.Random(),  # noqa: S311 - jitter
        rate=section.requests_per_second,
        in_flight=section.in_flight,
        ledger=ledger,
        health=AppHealth(clock, {app.client_id: app.name for app in section.apps}),
    )


def drive_door(config: Config) -> DriveDoor | None:
    """None where the operator offers no Drive."""
    if not config.drive.offered:
        return None
    at, client = config.endpoints, config.drive
    oauth = DriveOAuth(
        client.client_id,
        client.client_secret,
        config.web.redirect_uri("drive"),
        at.google_oauth,
        at.google_token,
        at.google_revoke,
        at.drive_root,
    )
    return DriveDoor(oauth, DriveClient(client.client_id, client.client_secret, at.google_token, at.drive_root))
