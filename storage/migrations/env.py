"""Run by Alembic: migrates the connection it was given, in that connection's transaction."""

from alembic import context
from sqlalchemy import Connection

from storage import tables


def check_references(connection: Connection) -> None:
    """Rebuilt tables may have left rows that refer to nothing; then the whole migration is taken back."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        message = f"The migration was undone: rows of {tables} would refer to rows that do not exist."
        raise RuntimeError(message)


def run() -> None:
    """Migrates in batch mode, because SQLite cannot alter a column in place."""
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection, target_metadata=tables.PersonRow.metadata, render_as_batch=True, transactional_ddl=True
    )
    context.run_migrations()
    check_references(connection)


run()
