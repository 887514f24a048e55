"""The composition root: makes every object once, in order, and closes them in reverse.

Database and migrations -> Spotify's door -> services -> web -> jobs and schedule -> Discord.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from bot.client import MusiVaultBot, use_endpoints
from bot.config import BackupSection, Config
from bot.copies import clear_up, copies_of, seal_of
from bot.door import drive_door
from bot.duties import Duties
from bot.health import health_of, troubled_apps
from bot.jobs import Jobs, new_reference
from bot.notices import Post
from bot.pauses import keep_pauses_short
from bot.rooms import Repositories, Rooms, opened
from bot.schedule import TICK, Schedule
from bot.services.backup import Backups
from bot.services.bundle import Services
from bot.services.carrier import CopyCarrier
from bot.services.changes import Changes
from bot.services.checking import Checking
from bot.services.checking.herald import Herald
from bot.services.checking.watch import CheckWatch
from bot.services.copies import NightlyCopy
from bot.services.countdown import Countdown
from bot.services.exports import Exports
from bot.services.exports.ready import Ready
from bot.services.exports.source import ExportSource
from bot.services.history import History
from bot.services.keeping import Keeping
from bot.services.keeping.retention import Retention
from bot.services.linking import Greeting, LinkBook, Linking
from bot.services.night import Night, NightWatch
from bot.services.operator_drive import OperatorRoom
from bot.services.plays import PlaysWatch
from bot.services.restore import Restores
from bot.services.restore.source import Sources
from bot.services.restore.vault import VaultRestores
from bot.services.settings import Settings
from bot.services.shelf import Shelf
from bot.services.shelving import Shelving
from bot.services.status import Status, StatusBook
from bot.services.stores import Stores
from bot.services.tracks import Tracks
from bot.services.zones import Zones
from bot.time import Clock, Sleep, utc_now
from bot.web.app import Health, create_web
from bot.web.server import WebServer
from bot.work import Work
from storage.records import Policy
from storage.stores.drive import DriveDoor
from storage.stores.folder import FolderStore

log = logging.getLogger(__name__)


@asynccontextmanager
async def running(
    config: Config, *, clock: Clock = utc_now, sleep: Sleep = asyncio.sleep, tick: timedelta = TICK
) -> AsyncIterator[MusiVaultBot]:
    """The whole bot, connected; leaving stops it in reverse order, running jobs drained first."""
    async with AsyncExitStack() as stack:
        rooms = await stack.enter_async_context(opened(config, clock=clock, sleep=sleep))
        services, work, duties = _build(config, rooms, clock, sleep)
        stack.push_async_callback(work.engine.accounts.settle)
        services.jobs.handlers = work.handlers
        use_endpoints(config.endpoints)
        bot = MusiVaultBot(services, rooms.kept.installation)
        schedule = Schedule(duties.all, tick)

        async def health() -> Health:
            spotify = rooms.door.gateway
            return await health_of(
                rooms.database,
                discord=bot.is_ready(),
                schedule=schedule.running,
                jobs=services.jobs.alive,
                spotify=troubled_apps(rooms.door.apps.values(), spotify.health.troubles, spotify.ledger.blocks()),
                drive=await work.backups.shelf.stores.operator_trouble(),
            )

        await _serve_pages(config, services, health, clock, stack)
        await _connect(bot, config, stack)
        await services.backups.tidy()
        await clear_up(config)
        await services.exports.ready.tidy(starting=True)
        await services.jobs.start()
        stack.push_async_callback(services.jobs.stop)
        stack.push_async_callback(duties.stop)
        schedule.start()
        stack.push_async_callback(schedule.stop)
        yield bot


def _build(config: Config, rooms: Rooms, clock: Clock, sleep: Sleep) -> tuple[Services, Work, Duties]:
    """The services, the work behind the jobs, and what each tick asks for."""
    kept, door, engine = rooms.kept, rooms.door, rooms.engine
    post = Post()
    jobs = Jobs(kept.runs, clock, post, sleep=sleep)
    drive = drive_door(config)
    stores = stores_of(config, kept, drive, sleep)
    shelf = Shelf(kept.archives, stores, config.backup.folder / ".drafts", seal_of(config))
    backups = Backups(kept.library, kept.accounts, shelf, clock)
    changes = Changes(kept.changes, sleep)
    exports = _exports(config, rooms, shelf, clock)
    into_vault = VaultRestores(kept.library, backups, engine, kept.changes, clock)
    restores = Restores(Sources(shelf, kept.history), engine, kept.library, changes, clock, into_vault)
    checking = Checking(shelf, Herald(kept.archives, kept.people, post), clock)
    retention = _retention(config.backup, kept)
    keeping = Keeping(checking, retention, timedelta(days=config.backup.trash_days))
    book = StatusBook(kept.people, kept.accounts, kept.library, kept.archives, kept.runs, kept.downloads)
    services = Services(
        jobs=jobs,
        linking=Linking(
            LinkBook(kept.links, kept.accounts, kept.people),
            door,
            drive.oauth if drive else None,
            config.web,
            clock,
            Greeting(kept.accounts, post, jobs),
        ),
        backups=backups,
        restores=restores,
        exports=exports,
        history=History(kept.history, kept.accounts, clock),
        settings=Settings(kept.people, Zones(), clock),
        status=Status(
            book, drive is not None, config.backup.nightly_hour if config.backup.nightly else None, door.apps, clock
        ),
        tracks=Tracks(kept.places, engine.accounts),
        retention=retention,
        shelving=Shelving(shelf, keeping.trash_for, clock),
        post=post,
    )
    night = Night(engine, backups, kept.people, kept.nights, post, clock)
    duties = Duties(
        jobs=jobs,
        nights=NightWatch(kept.nights, kept.accounts, jobs, config.backup, clock),
        countdown=Countdown(kept.accounts, kept.people, door.apps, post, clock),
        plays=PlaysWatch(kept.people, engine.accounts, engine.vault, clock),
        copy=NightlyCopy(copies_of(config), kept.installation, config.backup, clock),
        carrier=_carrier(config, kept, stores.operator, drive, clock, sleep),
        exports=exports.ready,
        checks=CheckWatch(kept.archives, jobs, clock),
        gateway=door.gateway,
    )
    return services, Work(engine, backups, checking, keeping, restores, night, exports), duties


def _retention(config: BackupSection, kept: Repositories) -> Retention:
    policy = Policy(
        last=config.keep_last,
        hourly=config.keep_hourly,
        daily=config.keep_daily,
        weekly=config.keep_weekly,
        monthly=config.keep_monthly,
        yearly=config.keep_yearly,
    )
    return Retention(kept.people, kept.archives, policy)


def _exports(config: Config, rooms: Rooms, shelf: Shelf, clock: Clock) -> Exports:
    kept = rooms.kept
    ready = Ready(
        kept.downloads,
        config.backup.folder / ".exports",
        timedelta(minutes=config.backup.export_minutes),
        config.web.download_url if config.web.reachable else None,
        clock,
    )
    return Exports(ExportSource(kept.library, kept.accounts, shelf, clock), kept.history, ready, rooms.cipher)


def stores_of(config: Config, kept: Repositories, drive: DriveDoor | None, sleep: Sleep) -> Stores:
    """Where archives go and come from."""
    return Stores(
        FolderStore(config.backup.folder),
        kept.accounts,
        drive.store_of(kept.accounts.set_drive_folder, sleep) if drive else None,
        _operator_room(config, kept, drive, sleep) if drive else None,
    )


def _operator_room(config: Config, kept: Repositories, drive: DriveDoor, sleep: Sleep) -> OperatorRoom:
    """The operator's own Drive, whether new archives go there or earlier ones have."""
    opens = drive.operator_store_of(sleep)
    return OperatorRoom(kept.operator_drive, kept.people, opens, config.backup.store == "drive")


def _carrier(
    config: Config, kept: Repositories, room: OperatorRoom | None, drive: DriveDoor | None, clock: Clock, sleep: Sleep
) -> CopyCarrier | None:
    """For the nightly copies of the database, where archives go to the operator's own Drive too."""
    copies = copies_of(config)
    if copies is None or room is None or drive is None or not (room.takes_new and config.backup.nightly):
        return None
    return CopyCarrier(copies, room, kept.copy_uploads, drive.copies_of(sleep), clock)


async def _serve_pages(
    config: Config, services: Services, health: Callable[[], Awaitable[Health]], clock: Clock, stack: AsyncExitStack
) -> None:
    pages = create_web(
        services.linking,
        services.exports.ready,
        health,
        clock=clock,
        reference=new_reference,
        https=config.web.base_url.startswith("https://"),
        by_paste=not config.web.reachable,
    )
    server = WebServer(pages, config.web.host, config.web.port)
    await server.start()
    stack.push_async_callback(server.stop)


async def _connect(bot: MusiVaultBot, config: Config, stack: AsyncExitStack) -> None:
    """Sign in and load the cogs, then leave the gateway to its own task."""
    stack.push_async_callback(bot.close)
    await bot.sign_in(config.discord.token)


async def run(config: Config) -> None:
    """Run until the operator or the container says stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    async with running(config) as bot:
        keep_pauses_short()
        log.info("bot.ready")
        stop = asyncio.create_task(stopped.wait())
        lost = asyncio.create_task(bot.disconnected())
        await asyncio.wait({stop, lost}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if lost.done():
            lost.result()
        lost.cancel()
        log.info("bot.stopping")
