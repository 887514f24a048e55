"""Linking an account: a one-time address for one person, what comes back on it, and taking the link away again."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from bot.config import WebSection
from bot.errors import LinkDenied, Refusal, SpotifyRefused
from bot.jobs import Jobs
from bot.notices import Linked, Post
from bot.services.accounts import SpotifyDoor
from bot.services.apps import choose_app, is_full
from bot.spotify.gateway import Access
from bot.spotify.oauth import SpotifyApp
from bot.time import Clock
from storage.accounts import AccountRepository
from storage.errors import LinkExpired, LinkRejected, MusiVaultError
from storage.links import LinkRepository
from storage.people import PeopleRepository
from storage.records import AccountState, DriveAccount, LinkKind, LinkState, RunKind, SpotifyAccount
from storage.stores.drive.oauth import DriveOAuth

LIFETIME = timedelta(minutes=10)
Authorize = tuple[str, str | None]


class DriveNotOffered(MusiVaultError):
    """The operator gave no Google client."""

    template = "This bot is not set up for Google Drive. Your backups go to its own folder; ask its operator for Drive."


class SpotifyTaken(MusiVaultError):
    """One Spotify account belongs to one Discord account."""

    template = (
        "That Spotify account is already linked to another Discord account. Unlink it there first with "
        "`/link remove`, then link it here. If you no longer have that Discord account, ask whoever runs this bot."
    )


class NotOnAllowList(SpotifyRefused):
    """Spotify does not serve this person through the app they were sent to; the operator has to know which it is."""

    def __init__(self, app: str) -> None:
        super().__init__(Refusal.NOT_REGISTERED)
        self.template = (
            "Spotify has not been told about you yet. Ask whoever runs this bot to add your Spotify e-mail address to "
            "the allow-list of its Spotify app “{app}”, then link again with `/link spotify`."
        )
        self.fields = {"app": app}


class PlaceTaken(MusiVaultError):
    """Two people were on their way to the last place of an app, and the other was faster."""

    template = (
        "Somebody else took the last place at this Spotify app while you were linking. Run `/link spotify` again: it "
        "finds you another app, or says that there is none."
    )


class NotAnAddress(MusiVaultError):
    """What was pasted is not where a browser ends after linking."""

    template = (
        "That is not the address of the page your browser ended on. Copy the whole address, from `http` to the end, "
        "and give it to `/link paste`."
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """A fresh one-time link. `by_paste` means: nothing can receive the answer, the person pastes it."""

    kind: LinkKind
    url: str
    expires_in: timedelta
    by_paste: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was linked and what follows, for the page the browser ends on or the answer to a pasted address."""

    linked: Linked
    discord_name: str
    dm_sent: bool

    @property
    def account_name(self) -> str:
        """The name at Spotify, or the address at Google."""
        return self.linked.account_name


@dataclass(frozen=True, slots=True)
class LinkBook:
    """Where links and what they lead to are kept."""

    links: LinkRepository
    accounts: AccountRepository
    people: PeopleRepository


@dataclass(frozen=True, slots=True)
class Greeting:
    """What follows a link: a first backup at once, and a DM that says so."""

    accounts: AccountRepository
    post: Post
    jobs: Jobs

    async def __call__(self, linked: Linked) -> tuple[Linked, bool]:
        """What was told, and whether the DM arrived. Without Spotify there is nothing to back up yet.

        A job that waited for this link goes on, or ends where it belongs to another account. A backup begins with
        a sync; one that runs already may be of the account or for the store before, so it goes round once more.
        """
        if linked.kind is LinkKind.SPOTIFY:
            await self.jobs.relinked(linked.discord_id, another=linked.another)
        spotify = await self.accounts.spotify(linked.discord_id)
        begun = spotify is not None and spotify.state is AccountState.LINKED
        if begun:
            await self.jobs.enqueue(RunKind.BACKUP, linked.discord_id, again=True)
        told = replace(linked, begun=begun)
        return told, await self.post(told)


@dataclass(frozen=True, slots=True)
class Linking:
    """One-time links: begun on Discord, finished by the browser or by pasting."""

    book: LinkBook
    spotify: SpotifyDoor
    drive: DriveOAuth | None
    web: WebSection
    clock: Clock
    greeting: Greeting

    async def begin(self, kind: LinkKind, discord_id: int, discord_name: str) -> Offer:
        """A new link for this person; older ones stay valid until they expire."""
        now = self.clock()
        await self.book.people.remember(discord_id, discord_name)
        await self.book.links.forget_expired(now)
        state = secrets.token_urlsafe(32)
        app, (authorize_url, verifier) = await self._authorize(kind, discord_id, state)
        await self.book.links.open(
            LinkState(
                state=state,
                kind=kind,
                discord_id=discord_id,
                discord_name=discord_name,
                client_id=app,
                code_verifier=verifier,
                created_at=now,
                expires_at=now + LIFETIME,
                authorize_url=authorize_url,
            )
        )
        reachable = self.web.reachable
        return Offer(kind, self.web.landing_url(state) if reachable else authorize_url, LIFETIME, not reachable)

    async def unlink(self, kind: LinkKind, discord_id: int) -> None:
        """Forget the access. Google is told to end it too; Spotify offers no way to, the person does that there."""
        if kind is LinkKind.SPOTIFY:
            await self.book.accounts.forget_spotify(discord_id)
            return
        account = await self.book.accounts.drive(discord_id)
        await self.book.accounts.forget_drive(discord_id)
        if account is not None and account.refresh_token and self.drive is not None:
            await self.drive.revoke(account.refresh_token)

    async def _authorize(self, kind: LinkKind, discord_id: int, state: str) -> tuple[str, Authorize]:
        if kind is LinkKind.SPOTIFY:
            app = await self._app_for(discord_id)
            return app.client_id, self.spotify.oauth.begin(app, state)
        if self.drive is None:
            raise DriveNotOffered
        return self.drive.client_id, self.drive.begin(state)

    async def _app_for(self, discord_id: int) -> SpotifyApp:
        """Places are not reserved for links under way: whom an app serves is up to its allow-list at Spotify."""
        account = await self.book.accounts.spotify(discord_id)
        people = await self.book.accounts.people_per_app()
        current, troubled = account.client_id if account else None, self.spotify.gateway.health.troubled
        return choose_app(tuple(self.spotify.apps.values()), people, current, troubled)

    async def look(self, state: str) -> LinkState:
        """The link behind a landing page; looking does not use it up."""
        return await self.book.links.look(state, self.clock())

    async def deny(self, kind: LinkKind, state: str) -> None:
        """The person pressed cancel: the link is used up and nothing is linked."""
        link = await self.book.links.take(state, self.clock())
        if link.kind is not kind:
            raise LinkRejected

    async def finish(self, kind: LinkKind, state: str, code: str) -> Outcome:
        """The browser came back with a code."""
        return await self._finish(await self.book.links.take(state, self.clock()), kind, code)

    async def paste(self, discord_id: int, address: str) -> Outcome:
        """The person brings the address the browser ended on; only the one who asked for the link can."""
        answer = parse_qs(urlsplit(address.strip()).query)
        if "state" not in answer or not ("code" in answer or "error" in answer):
            raise NotAnAddress
        link = await self.book.links.take(answer["state"][0], self.clock(), discord_id)
        if "code" not in answer:
            raise LinkDenied(kind=link.kind.value)
        return await self._finish(link, link.kind, answer["code"][0])

    async def _finish(self, link: LinkState, kind: LinkKind, code: str) -> Outcome:
        if link.kind is not kind:
            raise LinkRejected
        linked = await (self._link_spotify(link, code) if kind is LinkKind.SPOTIFY else self._link_drive(link, code))
        told, dm_sent = await self.greeting(linked)
        return Outcome(told, link.discord_name, dm_sent)

    async def _link_spotify(self, link: LinkState, code: str) -> Linked:
        """Only "linked" once `GET /me` worked: somebody off the allow-list gets a token but no answer."""
        app = self.spotify.apps.get(link.client_id)
        if app is None:
            raise LinkExpired(kind=link.kind.value)
        token = await self.spotify.oauth.finish(app, code, link.code_verifier)
        try:
            profile = await self.spotify.gateway.profile(Access(app.client_id, token.access_token))
        except SpotifyRefused as refused:
            raise await self._turned_away(app, link.discord_id, refused) from refused
        owner = await self.book.accounts.spotify_owner(profile.account_key)
        if owner not in (None, link.discord_id):
            raise SpotifyTaken
        before = await self.book.accounts.spotify(link.discord_id)
        await self.book.accounts.save_spotify(
            SpotifyAccount(
                discord_id=link.discord_id,
                account_key=profile.account_key,
                spotify_id=profile.spotify_id,
                display_name=profile.display_name,
                client_id=app.client_id,
                token=token,
                authorized_at=self.clock(),
                image_url=profile.image_url,
            )
        )
        another = before is not None and before.account_key != profile.account_key
        return Linked(link.discord_id, LinkKind.SPOTIFY, profile.display_name, another)

    async def _turned_away(self, app: SpotifyApp, discord_id: int, refused: SpotifyRefused) -> MusiVaultError:
        """What to say to whom an app does not serve: its allow-list may be full by now, or not know them yet."""
        if refused.reason is not Refusal.NOT_REGISTERED:
            return refused
        before = await self.book.accounts.spotify(discord_id)
        people = (await self.book.accounts.people_per_app()).get(app.client_id, 0)
        known = before is not None and before.client_id == app.client_id
        return PlaceTaken() if is_full(app, people) and not known else NotOnAllowList(app.name)

    async def _link_drive(self, link: LinkState, code: str) -> Linked:
        if self.drive is None:
            raise DriveNotOffered
        grant = await self.drive.finish(code, link.state, link.code_verifier or "")
        account = DriveAccount(
            discord_id=link.discord_id,
            refresh_token=grant.refresh_token,
            linked_at=self.clock(),
            email=grant.email,
        )
        await self.book.accounts.save_drive(account)
        return Linked(link.discord_id, LinkKind.DRIVE, grant.email or "Google Drive")
