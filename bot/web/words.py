"""What the pages say: about each service, and for everything that can come up on the way."""

from dataclasses import dataclass

from bot.errors import LinkDenied, MusiVaultError, Refusal, SpotifyBusy, SpotifyDown, SpotifyRefused
from storage.errors import DownloadOver, DownloadUnknown, LinkExpired, LinkRejected, StoreDown
from storage.records import LinkKind


@dataclass(frozen=True, slots=True)
class Message:
    """A page with one thing to say. `sentences` may hold Discord's marks; `tone` is good, calm or bad."""

    title: str
    sentences: tuple[str, ...]
    status: int = 200
    tone: str = "calm"
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """How the landing page speaks of what is linked."""

    name: str
    heading: str
    button: str
    reads: tuple[str, ...]
    never: tuple[str, ...]
    undo: str
    more: str
    next: str


SERVICES = {
    LinkKind.SPOTIFY: Service(
        name="Spotify",
        heading="Link Spotify to the Discord account",
        button="Continue to Spotify",
        reads=(
            "your liked songs, albums, shows and episodes",
            "your playlists, private and collaborative ones too",
            "the artists you follow, your favourites and what you played last",
            "the name and picture of your Spotify account",
        ),
        never=(
            "changes your Spotify before you have seen a preview and confirmed it",
            "sees your password: you sign in at Spotify itself",
            "shows your library to anybody else",
        ),
        undo="Take it back at any time with `/link remove`.",
        more="Spotify's page lists changes too: MusiVault asks once for all it can do, and changes something only "
        "where a command of yours has shown you what.",
        next="Your library is being read now, and backed up right after that.",
    ),
    LinkKind.DRIVE: Service(
        name="Google Drive",
        heading="Link Google Drive to the Discord account",
        button="Continue to Google",
        reads=(
            "the backups it keeps in a folder of its own in your Drive",
            "the address of your Google account, to show you which one is linked",
        ),
        never=(
            "sees your other files: Google shows it only what it made itself",
            "sees your password: you sign in at Google itself",
            "shares your backups with anybody",
        ),
        undo="Take it back at any time with `/link remove`; your backups stay in your Drive.",
        more="",
        next="From now on your backups go to your Drive.",
    ),
}

HOME = Message(
    "MusiVault",
    (
        "A Discord bot that keeps Spotify libraries safe.",
        "There is nothing to do here: everything happens on Discord. Begin with `/link spotify`.",
    ),
)
NO_PAGE = Message(
    "There is no such page",
    ("The address may have been cut off. Open the link in MusiVault's message again, or ask for a new one.",),
    status=404,
)
BEGIN_AGAIN = Message(
    "Please press the button again",
    ("This page was opened in another browser or a long time ago. Open the link in MusiVault's message again.",),
    status=403,
    tone="bad",
)
NOT_STARTED_HERE = Message(
    "Nothing was linked",
    (
        "This did not begin in this browser, so nobody knows whether it was you. Nothing was linked.",
        "Open the link in MusiVault's message, press the button there, and stay in the same browser. "
        "Cookies have to be allowed for this page.",
    ),
    status=403,
    tone="bad",
)
ONE_STEP_LEFT = Message(
    "One step left",
    (
        "Copy the whole address of this page, from `http` to the end, and give it to `/link paste` on Discord.",
        "Nothing is linked before that.",
    ),
)
ALREADY = Message(
    "Already linked",
    ("This link has done its work. You can close this page; `/link status` on Discord shows what is linked.",),
    tone="good",
)

_MESSAGES: dict[type[MusiVaultError], tuple[str, int]] = {
    LinkExpired: ("This link has expired", 410),
    LinkRejected: ("This link is not valid", 404),
    LinkDenied: ("Nothing was linked", 200),
    DownloadOver: ("This export is no longer here", 410),
    DownloadUnknown: ("This link is not valid", 404),
    SpotifyRefused: ("Spotify said no", 403),
    SpotifyBusy: ("Spotify is busy", 503),
    SpotifyDown: ("Spotify is not answering", 503),
    StoreDown: ("The service is not answering", 503),
}


PASSING = (SpotifyBusy, SpotifyDown, StoreDown)
USED_UP = "Nothing was linked, and the link you used works only once: ask for a new one on Discord then."


def message_for(error: MusiVaultError) -> Message:
    """The page for an error of ours: its own sentence under a title of its kind."""
    for kind in type(error).__mro__:
        if kind in _MESSAGES:
            title, status = _MESSAGES[kind]
            break
    else:
        title, status = "That did not work", 400
    if isinstance(error, SpotifyRefused) and error.reason is Refusal.NOT_REGISTERED:
        title = "Spotify does not know you here yet"
    sentences = (error.sentence, USED_UP) if isinstance(error, PASSING) else (error.sentence,)
    return Message(title, sentences, status, tone="calm" if isinstance(error, LinkDenied) else "bad")


def apology(reference: str) -> Message:
    """The page for an error that is not the person's and not foreseen."""
    return Message(
        "Something went wrong on our side",
        (
            "Nothing was lost. Ask for a new link on Discord; if this happens again, tell whoever runs this bot "
            "the reference below.",
        ),
        status=500,
        tone="bad",
        reference=reference,
    )
