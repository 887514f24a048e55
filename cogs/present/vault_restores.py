"""Restores into the vault in words: what would come in, or be put in place of what is there, and what did."""

from discord import ButtonStyle

from bot.services.restore.preview import Preview, Target
from bot.services.restore.report import RestoreReport
from bot.services.restore.vault_report import KeptBackup, VaultPreview, VaultReport
from cogs.cards import Button, Card, Tone, count, names, safe
from cogs.present.times import on
from storage.records import Gain, LibraryCounts

NOUNS = {
    "likes": "like",
    "playlists": "playlist",
    "followed": "followed playlist",
    "albums": "album",
    "artists": "artist",
    "shows": "show",
    "episodes": "episode",
    "plays": "play",
}
PARTS = {
    "track": "liked songs",
    "album": "albums",
    "show": "shows",
    "episode": "episodes",
    "artist": "artists",
    "playlists": "playlists",
    "plays": "plays",
    "tops": "favourites",
}


def vault_preview_card(preview: Preview, vault: VaultPreview) -> Card:
    """What would happen, with a confirm button; nothing has been changed yet."""
    made = on(preview.made_at)
    cancel = Button("Cancel", "cancel", preview.change_id)
    if preview.target is Target.REPLACE:
        confirm = Button("Replace my vault", "restore", preview.change_id, style=ButtonStyle.danger)
        return Card("Replace your vault?", (*_instead(made, vault),), Tone.CARE, (confirm, cancel))
    confirm = Button("Restore into the vault", "restore", preview.change_id, style=ButtonStyle.success)
    lines = (f"From the backup of {made}:", *_gain(vault.gain), "What your vault already has stays as it is.")
    return Card("Restore into your vault?", lines, Tone.CARE, (confirm, cancel))


def _instead(made: str, vault: VaultPreview) -> list[str]:
    lines = [
        f"**Now:** {_holds(vault.now)}.",
        f"**Then, as in the backup of {made}:** {_holds(vault.then)}.",
        "History too becomes what it was in that backup.",
    ]
    if vault.unknown:
        parts = ", ".join(PARTS[part] for part in vault.unknown)
        lines.append(f"That backup was never sure of all your {parts}: of those, what your vault has stays.")
    lines.append(
        "First a backup of your vault as it is now is made and kept for good, so that you can bring it back. Nothing "
        "changes in Spotify; your next sync marks what is no longer there."
    )
    return lines


def vault_restored(report: RestoreReport, vault: VaultReport) -> Card:
    """What came of it."""
    if report.target is Target.REPLACE:
        return _replaced(vault)
    lines = _gain(vault.gain) or ["Everything was there already."]
    return Card("Restored into your vault", tuple(lines))


def _replaced(vault: VaultReport) -> Card:
    lines = [f"It holds {_holds(vault.after)} now."]
    if vault.kept is None or not vault.kept.archive_id:
        return Card("Your vault was replaced", tuple(lines))
    lines.append(f"What it held before ({_holds(vault.before)}) is in `{safe(vault.kept.name)}`, kept for good.")
    return Card("Your vault was replaced", tuple(lines), buttons=(_way_back(vault.kept),))


def _way_back(kept: KeptBackup) -> Button:
    return Button("Bring it back…", "replace", kept.archive_id)


def vault_in_short(report: RestoreReport, vault: VaultReport) -> str:
    """A restore into the vault in half a line, for the status."""
    if report.target is Target.REPLACE:
        return f"your vault was replaced ({_holds(vault.after)})"
    return f"restored into your vault ({_holds(vault.gain.counts, nothing='nothing was missing')})"


def _holds(counts: LibraryCounts, nothing: str = "nothing") -> str:
    """`320 likes, 8 playlists, 3 albums`: what there is none of is left out, and what is in playlists."""
    told = [count(getattr(counts, name), noun) for name, noun in NOUNS.items() if getattr(counts, name) > 0]
    return ", ".join(told) or nothing


def _gain(gain: Gain) -> list[str]:
    """A line for each kind of thing that comes in."""
    lines = []
    for name, noun in NOUNS.items():
        number = len(gain.playlists) if name == "playlists" else getattr(gain.counts, name)
        listed = f": {names(gain.playlists)}" if name == "playlists" else ""
        lines += [f"- {count(number, noun)}{listed}"] if number > 0 else []
    if gain.states:
        lines.append(f"- {count(gain.states, 'earlier moment')} of your lists, for `/vault changes`")
    if gain.tops:
        lines.append(f"- {count(gain.tops, 'list')} of your favourites")
    if gain.covers:
        lines.append(f"- {count(gain.covers, 'cover')}")
    return lines
