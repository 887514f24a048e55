"""Everything there is on Spotify, how fresh it is, and what Spotify was asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_OBJECT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)

NEW = (
    "plays",
    "top_entries",
    "spotify_requests",
    "spotify_blocks",
    "spotify_features",
    "sections",
    "staged_pages",
)


def upgrade() -> None:
    create_images()
    add_columns()
    create_plays()
    create_top_entries()
    create_spotify()
    create_sections()


def downgrade() -> None:
    for name in NEW:
        op.drop_table(name)
    with op.batch_alter_table("playlists") as table:
        table.drop_index(op.f("ix_playlists_cover_sha256"))
        table.drop_constraint(op.f("fk_playlists_cover_sha256_images"), type_="foreignkey")
        for column in ("closed", "listed_items", "cover_sha256", "read_at"):
            table.drop_column(column)
    with op.batch_alter_table("playlist_versions") as table:
        table.drop_column("presence")
    with op.batch_alter_table("albums") as table:
        table.drop_column("upc")
    with op.batch_alter_table("artists") as table:
        table.drop_column("image_url")
    with op.batch_alter_table("spotify_accounts") as table:
        for column in ("image_url", "warned", "doubted_at"):
            table.drop_column(column)
    with op.batch_alter_table("people") as table:
        table.drop_column("keeps_plays")
    op.drop_table("images")


def add_columns() -> None:
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("keeps_plays", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("spotify_accounts") as table:
        table.add_column(sa.Column("image_url", sa.String(), nullable=True))
        table.add_column(sa.Column("warned", sa.String(), nullable=True))
        table.add_column(sa.Column("doubted_at", MOMENT, nullable=True))
    with op.batch_alter_table("artists") as table:
        table.add_column(sa.Column("image_url", sa.String(), nullable=True))
    with op.batch_alter_table("albums") as table:
        table.add_column(sa.Column("upc", sa.String(), nullable=True))
    with op.batch_alter_table("playlist_versions") as table:
        table.add_column(sa.Column("presence", sa.String(), nullable=True))
    with op.batch_alter_table("playlists") as table:
        table.add_column(sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("listed_items", sa.Integer(), nullable=True))
        table.add_column(sa.Column("cover_sha256", sa.String(), nullable=True))
        table.add_column(sa.Column("read_at", MOMENT, nullable=True))
        table.create_foreign_key(op.f("fk_playlists_cover_sha256_images"), "images", ["cover_sha256"], ["sha256"])
        table.create_index(op.f("ix_playlists_cover_sha256"), ["cover_sha256"], unique=False)


def create_images() -> None:
    op.create_table(
        "images",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_images")),
    )


def create_plays() -> None:
    op.create_table(
        "plays",
        owner("plays"),
        sa.Column("played_at", MOMENT, nullable=False),
        sa.Column("track_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("context_uri", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_plays_track_id_tracks")),
        sa.PrimaryKeyConstraint("discord_id", "played_at", "track_id", name=op.f("pk_plays")),
    )
    op.create_index(op.f("ix_plays_track_id"), "plays", ["track_id"], unique=False)


def create_top_entries() -> None:
    op.create_table(
        "top_entries",
        owner("top_entries"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("track_id", ROW_ID, nullable=True),
        sa.Column("artist_id", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_top_entries_track_id_tracks")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_top_entries_artist_id_artists")),
        sa.PrimaryKeyConstraint("discord_id", "kind", "term", "week", "position", name=op.f("pk_top_entries")),
    )
    op.create_index(op.f("ix_top_entries_track_id"), "top_entries", ["track_id"], unique=False)
    op.create_index(op.f("ix_top_entries_artist_id"), "top_entries", ["artist_id"], unique=False)


def create_spotify() -> None:
    op.create_table(
        "spotify_requests",
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("hour", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "family", "hour", name=op.f("pk_spotify_requests")),
    )
    op.create_table(
        "spotify_blocks",
        sa.Column("developer", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("developer", "family", name=op.f("pk_spotify_blocks")),
    )
    op.create_table(
        "spotify_features",
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("feature", sa.String(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("client_id", "feature", name=op.f("pk_spotify_features")),
    )


def create_sections() -> None:
    op.create_table(
        "sections",
        owner("sections"),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("full_at", MOMENT, nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("discord_id", "section", name=op.f("pk_sections")),
    )
    op.create_table(
        "staged_pages",
        owner("staged_pages"),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("offset", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("content", JSON_OBJECT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("discord_id", "section", "offset", name=op.f("pk_staged_pages")),
    )


def owner(table: str) -> sa.Column[int]:
    """Whose it is; it goes with the person."""
    return sa.Column(
        "discord_id",
        sa.BigInteger(),
        sa.ForeignKey("people.discord_id", name=f"fk_{table}_discord_id_people", ondelete="CASCADE"),
        autoincrement=False,
        nullable=False,
    )
