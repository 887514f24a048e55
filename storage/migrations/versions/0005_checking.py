"""What checking found of each backup, and how long a person wants theirs kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("archives") as table:
        table.add_column(sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("fault", sa.String(), nullable=True))
        table.add_column(sa.Column("untold", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("keeping", JSON, nullable=True))


def downgrade() -> None:
    """The schema before knows no damaged backups: none of them is one to rely on."""
    op.execute("UPDATE archives SET state = 'missing' WHERE state = 'damaged'")
    with op.batch_alter_table("people") as table:
        table.drop_column("keeping")
    with op.batch_alter_table("archives") as table:
        for name in ("untold", "fault", "checked_at", "missing_since"):
            table.drop_column(name)
