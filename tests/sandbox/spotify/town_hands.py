"""Who lives at Spotify and how much they have; and tokens without a browser, for benchmarks and property tests."""

from typing import Any

from tests.sandbox.people import resident
from tests.sandbox.spotify.apps import CLIENT_ID, SCOPES
from tests.sandbox.spotify.gate import Backstage
from tests.sandbox.spotify.plenty import Amounts, furnish
from tests.sandbox.world import LibrarySeed


class TownHands:
    """Makes people and libraries on demand."""

    def __init__(self, stage: Backstage) -> None:
        self._state = stage.state
        self._apps = stage.apps
        self._tokens = stage.tokens

    async def furnish(
        self,
        user: str,
        likes: int = 10_000,
        playlists: int = 120,
        items: int = 80,
        followed: int = 40,
        albums: int = 300,
        artists: int = 400,
        shows: int = 60,
        episodes: int = 70,
        plays: int = 50,
    ) -> dict[str, int]:
        """Give somebody a library of that size instead of theirs, the same for the same seed and person.

        `playlists` of their own with `items` each (some songs twice, local files, episodes, nulls); `followed` ones of
        others, the first of them Spotify's own, which apps get as null. Answers with the numbers.
        """
        amounts = Amounts(likes, playlists, items, followed, albums, artists, shows, episodes, plays)
        account = self._state.account(user)
        furnish(self._state, account, amounts)
        return vars(amounts)

    async def settle(
        self, count: int, client_ids: list[str] | None = None, likes: int = 30, playlists: int = 3, items: int = 12
    ) -> list[str]:
        """So many new people with small libraries; their keys ("p001", ...), in the order of the apps they are put on.

        Each app is filled before the next; refused where there are too few places. Without client ids: on the app that
        was there from the beginning.
        """
        known = sum(key.startswith("p") and key[1:].isdigit() for key in self._state.accounts)
        places = [self._apps[client_id] for client_id in client_ids or [CLIENT_ID]]
        people = [resident(known + number) for number in range(1, count + 1)]
        for person in people:
            app = next((app for app in places if app.places is None or len(app.allowed) < app.places), None)
            if app is None:
                raise ValueError(f"there is no place for {person.key} on any of these apps")
            self._state.add_account(person, LibrarySeed())
            furnish(self._state, self._state.account(person.key), Amounts(likes, playlists, items, 1, 3, 4, 1, 1, 5))
            app.allow(person.key)
        return [person.key for person in people]

    async def grant(self, user: str, client_id: str = CLIENT_ID, scope: str | None = None) -> dict[str, Any]:
        """Consent without a browser, to all scopes unless told which; the answer of the token endpoint.

        access_token, refresh_token, expires_in, scope, token_type.
        """
        self._state.account(user)
        if client_id not in self._apps:
            raise LookupError(f"no app has the client id {client_id}")
        app = self._apps[client_id]
        wanted = " ".join(SCOPES) if scope is None else scope
        return self._tokens.grant(app, user, wanted, rotates=app.secret is None)
