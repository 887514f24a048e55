"""The error tree as `bot` raises it. Each says what happened and what to do next; shown to the person as written.

MusiVaultError                    the root, from storage with its Not/Link/Store/Archive errors
+- NotLinked                      no Spotify account linked: link one
|  +- SpotifyRevoked(end)         linked once, but that link is no more: link again; `end` says why
+- AccountChanged                 another Spotify account was linked while something ran for the one before
+- DriveChanged                   a Google Drive was linked or unlinked while a backup went to the one before: once more
+- LinkDenied                     the person pressed cancel at Spotify or Google
+- SpotifyError                   any trouble with Spotify
|  +- SpotifyBusy(retry_at)       too many requests; parked until then
|  +- SpotifyDoubted(retry_at)    Spotify turned the sign-in down once: it is asked once more then
|  +- SpotifyRefused(reason)      Spotify says no; `reason` says which no
|  +- SpotifyGone(what)           it is not on Spotify (any more)
|  +- SpotifyDown                 no usable answer; trying later is right
|  |  +- SpotifyUnclear           a change was sent and the answer was lost: look before sending it again
|  +- TokenExpired                the access token is old: refresh it once and ask again (never shown)
+- NoBackups                      nothing to restore from yet: make one
+- BackupsMissing                 a store shows fewer backups than are known: no old one is removed
+- Unexpected(reference)          not one of these: our fault, to be looked up in the log
+- NotYours                       a button or page that belongs to somebody else
ConfigError(problems)             all mistakes of the configuration at once; printed before start, exit code 2
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from storage.errors import MusiVaultError, NextStep, StoreDown

__all__ = [
    "AccountChanged",
    "BackupsMissing",
    "ConfigError",
    "DriveChanged",
    "LinkDenied",
    "LinkEnd",
    "MusiVaultError",
    "NextStep",
    "NoBackups",
    "NotLinked",
    "NotYours",
    "Refusal",
    "SpotifyBusy",
    "SpotifyDoubted",
    "SpotifyDown",
    "SpotifyError",
    "SpotifyGone",
    "SpotifyRefused",
    "SpotifyRevoked",
    "SpotifyUnclear",
    "TokenExpired",
    "Unexpected",
]


class NotLinked(MusiVaultError):
    """No Spotify account to work with."""

    template = "You have no Spotify account linked yet. Link one with `/link spotify`."
    next_step = NextStep.LINK_SPOTIFY


class LinkEnd(StrEnum):
    """Why a link that was made can no longer be used."""

    REFUSED = "refused"
    SIX_MONTHS = "six_months"
    UNREADABLE = "unreadable"
    APP_GONE = "app_gone"


_ENDS: dict[LinkEnd, str] = {
    LinkEnd.REFUSED: "Spotify no longer lets MusiVault into your account: access was taken back there.",
    LinkEnd.SIX_MONTHS: "Your link to Spotify is six months old, and Spotify ends every link then.",
    LinkEnd.UNREADABLE: (
        "This bot can no longer read the access to Spotify that it kept for you: its encryption key was changed or "
        "lost."
    ),
    LinkEnd.APP_GONE: "You are linked through a Spotify app that this bot no longer uses.",
}


class SpotifyRevoked(NotLinked):
    """The link is no more. Work that can wait does so until the person has linked again."""

    def __init__(self, end: LinkEnd = LinkEnd.REFUSED) -> None:
        self.end = end
        self.passing = f"{_ENDS[end]} Everything in your vault is safe; link again with `/link spotify`."
        self.template = f"{self.passing.removesuffix('.')} to go on."
        super().__init__(end=end.value)


class AccountChanged(MusiVaultError):
    """What began with one Spotify account never goes on with another."""

    template = (
        "You linked another Spotify account while this was under way, so it stopped: it belongs to the account you had "
        "before. Run it again for the one you have now."
    )
    next_step = NextStep.STATUS


class DriveChanged(StoreDown):
    """What went to one Drive is no backup in another; it is begun again where backups go now."""

    template = (
        "Your Google Drive was linked anew or unlinked while this backup was under way. Run `/vault backup` again to "
        "have one where your backups go now."
    )
    passing = "Your Google Drive was linked anew or unlinked while this backup was under way. It is made once more."


class LinkDenied(MusiVaultError):
    """The person pressed cancel on the consent page."""

    template = "Nothing was linked: you chose not to let MusiVault in. Changed your mind? Run `/link {kind}` again."


class SpotifyError(MusiVaultError):
    """Any trouble with Spotify."""

    template = (
        "Spotify gave an answer that MusiVault could not use. Nothing in your vault was touched; try again later."
    )
    next_step = NextStep.LATER


class SpotifyBusy(SpotifyError):
    """Spotify asks to wait longer than is worth sitting through; work is parked until `retry_at`."""

    template = "Spotify asks MusiVault to wait. Your vault is safe; try again {when}."
    passing = "Spotify asks MusiVault to wait. Your vault is safe."

    def __init__(self, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__(when=f"<t:{int(retry_at.timestamp())}:R>")


class SpotifyDoubted(SpotifyError):
    """Spotify turned down somebody's sign-in for the first time, as it once did to everybody in an outage.

    Work is parked until `retry_at`; only a second refusal counts.
    """

    template = (
        "Spotify did not accept your link just now. That may be its own trouble, so MusiVault asks once more {when}. "
        "If you took access back, link again with `/link spotify`. Your vault is safe."
    )
    passing = (
        "Spotify did not accept your link just now. That may be its own trouble, so MusiVault asks once more. "
        "If you took access back, link again with `/link spotify`. Your vault is safe."
    )

    def __init__(self, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__(when=f"<t:{int(retry_at.timestamp())}:R>")


class Refusal(StrEnum):
    """The different meanings of Spotify's one "forbidden", and of a refused app."""

    NOT_REGISTERED = "not_registered"
    OWNER_PREMIUM = "owner_premium"
    SCOPE_MISSING = "scope_missing"
    FORBIDDEN = "forbidden"
    APP_REJECTED = "app_rejected"
    BAD_REQUEST = "bad_request"


_REFUSALS: dict[Refusal, tuple[str, NextStep]] = {
    Refusal.NOT_REGISTERED: (
        "Spotify has not been told about you yet. Ask whoever runs this bot to add your Spotify e-mail address to the "
        "app's allow-list, then link again with `/link spotify`.",
        NextStep.LINK_SPOTIFY,
    ),
    Refusal.OWNER_PREMIUM: (
        "Spotify has paused this bot: the owner of its Spotify app needs an active Premium subscription. Tell whoever "
        "runs this bot; once Premium is back it can take a few hours. Your vault is safe.",
        NextStep.LATER,
    ),
    Refusal.SCOPE_MISSING: (
        "MusiVault does not have your permission for this. Link again with `/link spotify` and agree to everything "
        "on Spotify's page.",
        NextStep.LINK_SPOTIFY,
    ),
    Refusal.FORBIDDEN: (
        "Spotify does not let MusiVault do this: it may belong to somebody else, or be closed to this bot. "
        "Nothing was changed; `/vault status` shows what is kept.",
        NextStep.STATUS,
    ),
    Refusal.APP_REJECTED: (
        "Spotify does not accept this bot's app: its client id, secret or redirect address in the configuration is "
        "wrong. Tell whoever runs this bot to compare them with the Spotify dashboard.",
        NextStep.NONE,
    ),
    Refusal.BAD_REQUEST: (
        "Spotify did not accept the request ({detail}). Nothing was changed; if it happens again, tell whoever runs "
        "this bot.",
        NextStep.NONE,
    ),
}


class SpotifyRefused(SpotifyError):
    """Spotify says no, and asking again the same way is useless; the sentence follows from `reason`."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        self.reason = reason
        self.template, self.next_step = _REFUSALS[reason]
        super().__init__(reason=reason.value, detail=detail or "no reason given")


class SpotifyGone(SpotifyError):
    """Spotify does not have it (any more)."""

    template = "Spotify no longer has {what}. What your vault kept of it is still there."
    next_step = NextStep.STATUS

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what=what)


class SpotifyDown(SpotifyError):
    """No answer, or one that says Spotify itself is in trouble."""

    template = "Spotify is not answering right now. Nothing in your vault was touched; try again in a few minutes."
    passing = "Spotify is not answering right now. Nothing in your vault was touched."


class SpotifyUnclear(SpotifyDown):
    """A change was sent but its answer never came: it may or may not have happened."""

    template = (
        "Spotify took a change but never confirmed it. MusiVault looks at what really happened before it goes on; "
        "nothing is sent twice."
    )
    passing = template


class TokenExpired(SpotifyError):
    """The access token is no longer accepted: refresh it once and ask again. Shown only if that fails too."""

    template = "Spotify did not accept the sign-in of this request. Try again; if it stays, run `/link spotify`."
    next_step = NextStep.LINK_SPOTIFY


class NoBackups(MusiVaultError):
    """A restore without anything to restore from."""

    template = "You have no backups yet; `/vault backup` makes one."


class BackupsMissing(MusiVaultError):
    """Old backups are to be removed, and not all of the good ones are where they were put."""

    template = (
        "{missing} of your {known} backups are not where MusiVault put them, so it removed no old ones. If they are in "
        "a trash there, take them out of it."
    )


class Unexpected(MusiVaultError):
    """What nobody foresaw, as a person is told of it; the log has the rest under the reference."""

    template = (
        "Something went wrong on our side. Nothing was lost. Tell whoever runs this bot the reference {reference}."
    )

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(reference=reference)


class NotYours(MusiVaultError):
    """Somebody pressed what belongs to another person."""

    template = "This belongs to somebody else. Run the command yourself to get your own."


class ConfigError(Exception):
    """Every mistake of the configuration at once, each with the place and the way to mend it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
