"""Linking in words: the one-time link, what is linked, and unlinking."""

from datetime import datetime

from discord import ButtonStyle

from bot.errors import LinkEnd
from bot.notices import Linked
from bot.services.linking import Offer
from bot.services.status import LinkStatus
from cogs.cards import Button, Card, Tone, safe
from cogs.present.errors import step
from cogs.present.times import ago, on
from storage.errors import NextStep
from storage.records import LinkKind

NO_MORE = Button("No more DMs", "dms", "off")
CAUSES = {
    LinkEnd.REFUSED: "Spotify no longer lets MusiVault in: access was taken back there",
    LinkEnd.SIX_MONTHS: "the link is six months old, and Spotify ends every link then",
    LinkEnd.UNREADABLE: "this bot can no longer read the access it kept, because its key changed or was lost",
    LinkEnd.APP_GONE: "it is linked through a Spotify app that this bot no longer uses",
}
SERVICE = {LinkKind.SPOTIFY: "Spotify", LinkKind.DRIVE: "Google Drive"}


def offer(link: Offer) -> Card:
    """The one-time link itself."""
    service = SERVICE[link.kind]
    lines = [
        f"This link is for you alone. It works once, within {int(link.expires_in.total_seconds() // 60)} minutes; "
        "do not pass it on."
    ]
    if link.by_paste:
        lines.append(
            "When you have agreed, your browser may end on a page that cannot be reached. That is expected: copy its "
            "whole address and give it to `/link paste`."
        )
    return Card(f"Link {service}", tuple(lines), Tone.NEWS, (Button(f"Link {service}", url=link.url),))


def offered_by_dm() -> Card:
    """The public half of a link that went out by DM."""
    return Card("Check your DMs", ("I have sent you a one-time link. It works for ten minutes.",))


def offered_here(link: Offer) -> Card:
    """The link, where DMs are closed."""
    card = offer(link)
    return Card(
        card.title,
        ("I could not reach you by DM, so here it is; only you see this.", *card.lines),
        card.tone,
        card.buttons,
    )


FIRST = "Your library is being read now and backed up right after that; `/vault status` shows how far it is."
FIRST_THERE = "A backup of now is on its way there; `/vault status` shows how far it is."
FIRST_LATER = "The first one follows once your Spotify is linked: `/link spotify`."
ANOTHER = (
    "This is another Spotify account than before: what the old one had stays in your vault, marked as gone from "
    "Spotify."
)


def linked(link: Linked, *, ask_about_dms: bool) -> Card:
    """The DM after a link: what it is linked to, what happens now, and whether more DMs are welcome."""
    service, name = SERVICE[link.kind], safe(link.account_name)
    undo = Button("Not you? Unlink", "unlink", link.kind.value, style=ButtonStyle.danger)
    if link.kind is LinkKind.DRIVE:
        goes = f"Backups now go to **{name}**, into a folder called MusiVault."
        return Card(f"{service} linked", (goes, FIRST_THERE if link.begun else FIRST_LATER), buttons=(undo,))
    lines = [f"**{name}** is linked to your Discord account.", FIRST]
    if link.another:
        lines.insert(1, ANOTHER)
    if not ask_about_dms:
        return Card(f"{service} linked", tuple(lines), buttons=(undo,))
    lines.append(
        "May I send you a DM when something in your library changed or a backup failed? If you do not answer, you hear "
        "from me only when this link is about to end, which Spotify does every six months."
    )
    yes = Button("Yes, tell me", "dms", "on", style=ButtonStyle.success)
    return Card(f"{service} linked", tuple(lines), buttons=(yes, Button("No DMs", "dms", "off"), undo))


def link_status(status: LinkStatus) -> Card:
    """What is linked."""
    buttons = list(() if status.spotify_works else step(NextStep.LINK_SPOTIFY))
    if status.drive_offered and not status.drive_works:
        buttons += step(NextStep.LINK_DRIVE)
    if status.spotify:
        buttons.append(Button("Unlink Spotify", "unlink", LinkKind.SPOTIFY.value))
    if status.drive:
        buttons.append(Button("Unlink Drive", "unlink", LinkKind.DRIVE.value))
    lines = (f"**Spotify:** {_spotify(status)}", f"**Google Drive:** {_drive(status)}")
    return Card("Your links", lines, buttons=tuple(buttons))


def _spotify(status: LinkStatus) -> str:
    if status.spotify is None or status.spotify_since is None:
        return "not linked. `/link spotify` links it."
    if not status.spotify_works:
        return f"**{safe(status.spotify)}**, but {cause(status.spotify_end)}. `/link spotify` links it again."
    ends = f". Spotify ends this link {ago(status.spotify_ends)}" if status.spotify_ends else ""
    return f"**{safe(status.spotify)}**, linked {ago(status.spotify_since)}{ends}"


def cause(end: LinkEnd | None) -> str:
    """Why a link can no longer be used, within a sentence."""
    return CAUSES[end or LinkEnd.REFUSED]


def link_ending(account_name: str, ends_at: datetime) -> Card:
    """The DM some time before a link ends."""
    lines = (
        f"Spotify ends every link after six months; yours, to **{safe(account_name)}**, ends {ago(ends_at)} "
        f"({on(ends_at)}). Linking again takes a minute and starts six new months; your vault and your backups stay "
        "as they are.",
        "Until you do, everything goes on as before; after that date nothing is synced or backed up.",
    )
    return Card("Your Spotify link ends soon", lines, Tone.CARE, (*step(NextStep.LINK_SPOTIFY), NO_MORE))


def link_ended(account_name: str, end: LinkEnd) -> Card:
    """The DM once a link can no longer be used."""
    lines = (
        f"**{safe(account_name)}** can no longer be synced or backed up: {cause(end)}.",
        "Everything in your vault is safe. Link again, and what waited goes on where it stopped.",
    )
    return Card("Your Spotify link has ended", lines, Tone.TROUBLE, (*step(NextStep.LINK_SPOTIFY), NO_MORE))


def _drive(status: LinkStatus) -> str:
    if status.drive is None:
        if status.drive_offered:
            return "not linked. `/link drive` links it; until then backups stay with whoever runs this bot."
        return "not offered by this bot; backups stay with whoever runs it."
    if not status.drive_works:
        return f"**{safe(status.drive)}**, but Google no longer lets MusiVault in. `/link drive` links it again."
    return f"**{safe(status.drive)}**"


def unlink_question(kind: LinkKind, status: LinkStatus) -> Card:
    """Before unlinking: what ends and what stays."""
    name = safe((status.spotify if kind is LinkKind.SPOTIFY else status.drive) or SERVICE[kind])
    ends = (
        "syncs and nightly backups stop"
        if kind is LinkKind.SPOTIFY
        else "later backups stay with whoever runs this bot"
    )
    return Card(
        f"Unlink {SERVICE[kind]}?",
        (f"MusiVault forgets its access to **{name}** and {ends}. Your vault and your backups stay.",),
        Tone.CARE,
        (
            Button("Unlink", "unlink_now", kind.value, style=ButtonStyle.danger),
            Button("Keep it", "keep", kind.value),
        ),
    )


def unlinked(kind: LinkKind) -> Card:
    """After unlinking; Spotify lets only the person take back the grant itself."""
    lines = [f"MusiVault no longer has access to your {SERVICE[kind]}. Your vault and your backups are kept."]
    if kind is LinkKind.SPOTIFY:
        lines.append("To remove the app at Spotify too, open <https://www.spotify.com/account/apps/>.")
    return Card(f"{SERVICE[kind]} unlinked", tuple(lines))


def kept() -> Card:
    """Somebody changed their mind."""
    return Card("Nothing was changed")
