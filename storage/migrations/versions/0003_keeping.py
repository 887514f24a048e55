"""Which backups a person pinned, and since when one lies in the trash."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("archives") as table:
        table.add_column(sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """The second schema has no trash: what was let go is missing there, and is no backup there either."""
    op.execute("UPDATE archives SET state = 'missing' WHERE state = 'trashed'")
    with op.batch_alter_table("archives") as table:
        table.drop_column("trashed_at")
        table.drop_column("pinned")
