"""Services on a real database, and on Spotify's stand-in where they speak to it."""

import pytest

from bot.jobs import Jobs
from bot.notices import Post
from storage.database import Database
from storage.runs import RunRepository
from tests.bot.services.working import Mailbox
from tests.bot.spotify.conftest import executor, time
from tests.bot.spotify.time import Time
from tests.storage.conftest import cipher, database, other_cipher, url

__all__ = ["cipher", "database", "executor", "other_cipher", "time", "url"]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def jobs(database: Database, time: Time, mailbox: Mailbox) -> Jobs:
    return Jobs(RunRepository(database), time, Post(mailbox))
