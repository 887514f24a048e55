"""The vault in words: what is kept, how fresh it is, what comes next, and what the person chose."""

from collections.abc import Mapping

from discord import ButtonStyle

from bot.services.progress import Phase, Progress
from bot.services.status import LinkStatus, VaultStatus
from cogs.cards import Button, Card, Tone
from cogs.present.backups import STORE, troubles
from cogs.present.errors import step
from cogs.present.exports import waiting
from cogs.present.jobs import TITLES, goes_on, how_far, waits
from cogs.present.links import cause
from cogs.present.restores import in_short, report_in, undo_button
from cogs.present.retention import rules_line
from cogs.present.syncs import holds
from cogs.present.times import ago, hour_of, size_of
from storage.errors import NextStep
from storage.records import Archive, Person, Policy, Run, RunState


def vault_status(status: VaultStatus, progress: Mapping[int, Progress | None]) -> Card:
    """The answer to `/vault status`; `progress` says how far the jobs under way are, by their ids."""
    link = () if status.links.spotify_works else step(NextStep.LINK_SPOTIFY)
    if status.links.spotify is None and not status.counts.likes and not status.counts.playlists:
        sentence = "Link your Spotify with `/link spotify`; the rest happens by itself."
        return Card("Your vault is empty", (sentence,), buttons=link)
    lines = [
        holds(status.counts, vault="It"),
        f"**Last sync:** {ago(status.last_sync) if status.last_sync else 'none yet'}",
        f"**Last backup:** {_last_backup(status)}",
        f"**Next:** {_next(status)}",
        *_troubled(status.troubled),
        *_link(status.links),
        *(_last_restore(status.last_restore) if status.last_restore else ()),
        *(_under_way(run, progress.get(run.id)) for run in status.under_way),
        *(_stopped(run) for run in status.failures),
    ]
    export = waiting(status.export) if status.export else ((), ())
    lines += export[0]
    well = not status.failures and status.links.spotify_works and not status.troubled
    undo = undo_button(report_in(status.last_restore)) if status.last_restore else ()
    going_on = (button for run in status.failures for button in goes_on(run)[1])
    return Card("Your vault", tuple(lines), Tone.CALM if well else Tone.CARE, (*link, *going_on, *undo, *export[1]))


def _last_backup(status: VaultStatus) -> str:
    archive = status.last_backup
    if archive is None:
        return "none yet; `/vault backup` makes one now"
    whole = f"; it still held everything {ago(status.still_whole)}" if status.still_whole else ""
    return f"{ago(archive.created_at)}, {size_of(archive.size)}, in {STORE[archive.store]}{whole}"


def _troubled(archives: tuple[Archive, ...]) -> tuple[str, ...]:
    return (f"**Not as it should be:** {troubles(archives)}; `/vault backups` shows which",) if archives else ()


def _link(links: LinkStatus) -> tuple[str, ...]:
    if not links.spotify_works or links.spotify_ends is None:
        return ()
    return (f"**Spotify link:** ends {ago(links.spotify_ends)}; `/link spotify` renews it at any time",)


def _last_restore(run: Run) -> tuple[str]:
    return (f"**Last restore:** {ago(run.finished_at or run.created_at)}: {in_short(report_in(run))}",)


def _next(status: VaultStatus) -> str:
    if status.links.spotify is None:
        return "nothing, because no Spotify account is linked; `/link spotify` links one"
    if not status.links.spotify_works:
        return f"nothing, because {cause(status.links.spotify_end)}; `/link spotify` links it again"
    if not status.person.nightly or status.nightly_hour is None:
        if status.nightly_hour is None:
            return "nothing by itself, because this bot makes no nightly backups; `/vault backup` makes one now"
        return "no nightly backup; `/vault settings` turns it on"
    return f"the nightly backup, after {hour_of(status.nightly_hour, status.person.time_zone)}"


def _under_way(run: Run, progress: Progress | None) -> str:
    if run.state is RunState.PARKED:
        return f"**{TITLES[run.kind]} waits:** {waits(run)}"
    if run.state is RunState.QUEUED or progress is None:
        return f"**{TITLES[run.kind]}:** waiting for its turn, asked for {ago(run.created_at)}"
    begun = f"begun {ago(run.started_at or run.created_at)}"
    return f"**{TITLES[run.kind]}:** {begun if progress.phase is Phase.WAITING else f'{how_far(progress)}, {begun}'}"


def _stopped(run: Run) -> str:
    return f"**{TITLES[run.kind]} stopped** {ago(run.finished_at or run.created_at)}: {run.sentence}"


def settings(person: Person, default_hour: int | None, default_keeping: Policy) -> Card:
    """The answer to `/vault settings`: each choice with its switch."""
    dms = "on: you hear when something changed or a backup failed" if person.wants_dms else "off"
    lines = [f"**DMs:** {dms}"]
    if not person.dms_open:
        lines.append("Your DMs are closed to me at the moment; nothing can reach you until you open them.")
    switches = [_switch("DMs", "settings_dms", is_on=bool(person.wants_dms))]
    if default_hour is None:
        lines.append("**Nightly backup:** not made by this bot; `/vault backup` makes one now.")
    else:
        hour = default_hour if person.nightly_hour is None else person.nightly_hour
        nightly = f"on, after {hour_of(hour, person.time_zone)}" if person.nightly else "off"
        change = "The hour is set with `/vault settings hour:`, your time zone with `zone:`."
        lines += [f"**Nightly backup:** {nightly}", change]
        switches.append(_switch("nightly backup", "settings_nightly", is_on=person.nightly))
    plays = "on, all day long" if person.keeps_plays else "off, only the last fifty with each sync"
    lines.append(f"**Keeping your plays:** {plays}")
    switches.append(_switch("keeping plays", "settings_plays", is_on=person.keeps_plays))
    lines += [rules_line(person, default_keeping), "How many backups are kept is set with `/vault settings keep:`."]
    return Card("Settings", tuple(lines), buttons=tuple(switches))


def _switch(what: str, act: str, *, is_on: bool) -> Button:
    if is_on:
        return Button(f"Turn off {what}", act, "off")
    return Button(f"Turn on {what}", act, "on", style=ButtonStyle.success)


def dms_chosen(*, wanted: bool) -> Card:
    """The answer to the question in the "linked" DM."""
    if wanted:
        return Card(
            "You will hear from me",
            ("Only when something changed or a backup failed. `/vault settings` turns it off.",),
        )
    return Card(
        "No DMs", ("I stay quiet. `/vault status` always shows where things stand; `/vault settings` turns DMs on.",)
    )
