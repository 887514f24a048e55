"""The time zone a person lives by, and one job at a time for each person, whatever its kind."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    """Nothing runs while a database is migrated: what says so was cut short and is queued again, as at every start."""
    op.add_column("people", sa.Column("time_zone", sa.String(), nullable=True))
    op.execute("UPDATE runs SET state = 'queued', worker = NULL WHERE state = 'running'")
    op.create_index(
        "uq_runs_running", "runs", ["discord_id"], unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING
    )


def downgrade() -> None:
    op.drop_index("uq_runs_running", "runs")
    op.drop_column("people", "time_zone")
