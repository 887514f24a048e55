"""Which of the operator's Spotify apps somebody is linked through."""

from collections.abc import Collection, Mapping, Sequence

from bot.spotify.oauth import SpotifyApp
from storage.errors import MusiVaultError, NextStep


class AppsFull(MusiVaultError):
    """Every app serves as many people as Spotify lets it."""

    template = (
        "This bot has no room for another Spotify account: Spotify allows each of its apps only a few people. Ask "
        "whoever runs this bot to add another app, then run `/link spotify` again."
    )
    next_step = NextStep.NONE


def choose_app(
    apps: Sequence[SpotifyApp],
    people_per_app: Mapping[str, int],
    current: str | None = None,
    troubled: Collection[str] = (),
) -> SpotifyApp:
    """The app for one more person: `current` while it is there, since its allow-list knows them; else where room is.

    Of those with room the one with the fewest people, the first of equals; one of the `troubled` (client ids that
    Spotify turns down at the moment) only where no other has room. Raises `AppsFull` where none has.

    The counts are ours and only advice: whom an app serves is decided by its allow-list at Spotify.
    """
    for app in apps:
        if app.client_id == current:
            return app
    roomy = [app for app in apps if not is_full(app, people_per_app.get(app.client_id, 0))]
    if not roomy:
        raise AppsFull
    return min(roomy, key=lambda app: (app.client_id in troubled, people_per_app.get(app.client_id, 0)))


def is_full(app: SpotifyApp, people: int) -> bool:
    """Whether an app that serves so many people takes no other."""
    return 0 < app.people <= people
