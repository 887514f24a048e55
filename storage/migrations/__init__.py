"""The schema's history: how a database of any earlier release becomes one of this release."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def config() -> Config:
    """Where Alembic finds the revisions."""
    made = Config()
    made.set_main_option("script_location", Path(__file__).parent.as_posix().replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


def head() -> str | None:
    """The newest revision this release knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Brings an open transaction's database up to `revision`."""
    command.upgrade(_on(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Takes an open transaction's database back to `revision`."""
    command.downgrade(_on(connection), revision)


def _on(connection: Connection) -> Config:
    made = config()
    made.attributes["connection"] = connection
    return made
