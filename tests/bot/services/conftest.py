"""Services on a real database, and on Spotify's stand-in where they speak to it."""

from tests.bot.spotify.conftest import executor, time
from tests.storage.conftest import cipher, database, migrated, url

__all__ = ["cipher", "database", "executor", "migrated", "time", "url"]
