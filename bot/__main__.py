"""The command line: `python -m bot --config FILE run`, and what an operator needs around it."""

import asyncio
import os
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot import check as checks
from bot import logs
from bot.config import load
from bot.errors import ConfigError
from bot.time import utc_now
from storage.errors import MusiVaultError

if TYPE_CHECKING:
    from bot import drive_link

MISTAKE = 2

cli = typer.Typer(
    name="python -m bot",
    help="MusiVault keeps Spotify libraries safe.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cli.callback()
def options(
    context: typer.Context,
    config: Annotated[Path, typer.Option(help="The configuration file.")] = Path("config.toml"),
    debug: Annotated[bool, typer.Option("--debug", help="Log more of what MusiVault itself does.")] = False,
) -> None:
    """What holds for every command."""
    context.obj = config
    logs.configure(debug=debug)


@cli.command()
def run(context: typer.Context) -> None:
    """Run the bot until it is told to stop."""
    config = load(context.obj, os.environ)
    # Only here: discord.py, Google's client and FastAPI take a second to load.
    from bot.app import run as run_bot

    asyncio.run(run_bot(config))


@cli.command()
def check(context: typer.Context) -> None:
    """Try everything the configuration names, and say what to do about what does not work."""
    config = load(context.obj, os.environ)

    async def findings() -> int:
        problems = 0
        _say(checks.Finding("configuration", True, f"{context.obj} is complete"))
        async for finding in checks.examine(config, utc_now()):
            _say(finding)
            problems += not finding.ok
        return problems

    problems = asyncio.run(findings())
    if problems:
        typer.echo(f"{problems} problem{'' if problems == 1 else 's'} to solve before the bot can do all of its work.")
        raise typer.Exit(1)


@cli.command()
def migrate(context: typer.Context) -> None:
    """Bring the database to this release's schema; `run` does so too."""
    url = load(context.obj, os.environ).storage.database_url
    from storage import database

    async def migrated() -> str | None:
        await database.migrate(url)
        opened = database.Database(url)
        try:
            return await opened.revision()
        finally:
            await opened.close()

    typer.echo(f"The database is at schema {asyncio.run(migrated())}.")


@cli.command()
def features(context: typer.Context) -> None:
    """Show what each Spotify app serves, asked, must wait for, and still may of what is closed to new apps."""
    config = load(context.obj, os.environ)
    from bot.app_report import read_apps, report

    now = utc_now()
    for line in report(config.spotify.apps, asyncio.run(read_apps(config, now)), now):
        typer.echo(line)


@cli.command()
def drill(
    context: typer.Context,
    archive: Annotated[str | None, typer.Option(help="The id of the archive to restore, else a random one.")] = None,
    seed: Annotated[int | None, typer.Option(help="What an earlier drill named, to choose the same archive.")] = None,
    place: Annotated[
        Literal["folder", "drive"] | None,
        typer.Option("--from", help="Where to take the copy from, else the folder, or the Drive if that has none."),
    ] = None,
) -> None:
    """Open the newest copy of the database and restore an archive, as after a lost machine, and say what is in them."""
    config = load(context.obj, os.environ)
    from bot.drill import Place
    from bot.drill import drill as drilled
    from bot.drill_archives import drill_archive

    async def findings() -> list[checks.Finding]:
        chosen = secrets.randbelow(1_000_000) if seed is None else seed
        return [
            *await drilled(config, utc_now(), Place(place) if place else None),
            *await drill_archive(config, archive, chosen),
        ]

    found = asyncio.run(findings())
    for finding in found:
        _say(finding)
    if not all(finding.ok for finding in found):
        raise typer.Exit(1)


drive = typer.Typer(help="The operator's own Google Drive, for archives of people who have none.", no_args_is_help=True)
cli.add_typer(drive, name="drive")


@drive.command()
def link(context: typer.Context) -> None:
    """Link it: open an address, agree, and paste the address of the page the browser ends on."""
    from bot import drive_link

    async def ask(url: str) -> str:
        typer.echo("Open this address in a browser, signed in at Google as the account whose Drive it shall be:")
        typer.echo(url)
        typer.echo("Agree there. The page you end on may not be reachable, or know nothing of a link: that is fine.")
        return str(await asyncio.to_thread(typer.prompt, "Its whole address"))

    _at_desk(context, lambda desk: drive_link.link(desk, utc_now(), ask))


@drive.command()
def status(context: typer.Context) -> None:
    """Say whose it is, and whether Google still accepts the link."""
    from bot import drive_link

    async def look(desk: "drive_link.Desk") -> list[checks.Finding]:
        return [await drive_link.status(desk)]

    _at_desk(context, look)


@drive.command()
def unlink(context: typer.Context) -> None:
    """Forget the link and give it back to Google; the archives stay where they are."""
    from bot import drive_link

    async def forget(desk: "drive_link.Desk") -> list[checks.Finding]:
        return [await drive_link.unlink(desk)]

    _at_desk(context, forget)


def _at_desk(context: typer.Context, work: "Callable[[drive_link.Desk], Awaitable[list[checks.Finding]]]") -> None:
    """One of the three; what went wrong is said without a traceback."""
    config = load(context.obj, os.environ)
    from bot.drive_link import desk_of
    from storage.database import migrate as migrate_database

    async def done() -> list[checks.Finding]:
        await migrate_database(config.storage.database_url)
        async with desk_of(config) as desk:
            return await work(desk)

    try:
        findings = asyncio.run(done())
    except MusiVaultError as error:
        typer.echo(error.sentence, err=True)
        raise typer.Exit(1) from None
    for finding in findings:
        _say(finding)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@cli.command()
def keygen() -> None:
    """Make an encryption key for people's tokens, and an age identity for encrypted copies."""
    from storage.sealing import Seal
    from storage.tokens import TokenCipher

    typer.echo(TokenCipher.generate_key())
    typer.echo(
        "Put it first in storage.encryption_keys of the configuration, or in MUSIVAULT_ENCRYPTION_KEYS, in front of "
        "the keys that are there, and keep a copy: without it everybody has to link again.",
        err=True,
    )
    identity = Seal.generate_identity()
    # The last two lines are what `age-keygen` writes, so that they serve as a key file of the age tool.
    typer.echo(f"# public key: {Seal([identity]).public_keys[0]}")
    typer.echo(identity)
    typer.echo(
        "Put this one first in backup.identities of the configuration, or in MUSIVAULT_IDENTITIES. It must also be "
        "kept off this machine, because without it no encrypted copy opens.",
        err=True,
    )


def _say(finding: checks.Finding) -> None:
    typer.echo(f"{'ok' if finding.ok else 'problem':8} {finding.subject}: {finding.sentence}")


def main() -> None:
    """Mistakes of the configuration are printed as a list, without a traceback, and end with code 2."""
    try:
        cli()
    except ConfigError as error:
        typer.echo("The configuration is not right yet:", err=True)
        for problem in error.problems:
            typer.echo(f"- {problem}", err=True)
        sys.exit(MISTAKE)


if __name__ == "__main__":
    main()
