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

CONTENTS = ("playlist_items", "playlist_versions", "playlist_events")
COMPACT = (*CONTENTS, "album_artists", "track_artists")
THINGS = ("track_id", "album_id", "show_id", "artist_id")
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
    create_saved()
    create_plays()
    create_top_entries()
    create_spotify()
    create_sections()
    rebuild(COMPACT, with_rowid=False)


def downgrade() -> None:
    """Takes with it what the first schema has no place for: other lists than likes, and closed playlists."""
    forget_closed()
    recreate_likes()
    rebuild(COMPACT, with_rowid=True)
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


def create_saved() -> None:
    things = dict(zip(THINGS, ("tracks", "albums", "shows", "artists"), strict=True))
    op.create_table(
        "saved",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("discord_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        *(sa.Column(name, ROW_ID, nullable=True) for name in THINGS),
        sa.Column("added_at", MOMENT, nullable=True),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["discord_id"], ["people.discord_id"], name=op.f("fk_saved_discord_id_people"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_saved_{name}_{table}"))
            for name, table in things.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved")),
    )
    op.create_index(op.f("ix_saved_discord_id_kind_ordinal"), "saved", ["discord_id", "kind", "ordinal"], unique=False)
    op.create_index(op.f("ix_saved_discord_id_kind_seen_at"), "saved", ["discord_id", "kind", "seen_at"], unique=False)
    removed = sa.text("removed_at IS NOT NULL")
    gone_index = op.f("ix_saved_discord_id_kind_removed_at")
    op.create_index(
        gone_index, "saved", ["discord_id", "kind", "removed_at"], sqlite_where=removed, postgresql_where=removed
    )
    for name in THINGS:
        given = sa.text(f"{name} IS NOT NULL")
        op.create_index(op.f(f"ix_saved_{name}"), "saved", [name], sqlite_where=given, postgresql_where=given)
    op.execute(
        "INSERT INTO saved (discord_id, kind, track_id, added_at, ordinal, seen_at, removed_at) "
        "SELECT discord_id, 'track', track_id, added_at, ordinal * 1024, seen_at, removed_at "
        "FROM likes ORDER BY discord_id, ordinal"
    )
    op.drop_table("likes")


def recreate_likes() -> None:
    op.create_table(
        "likes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("discord_id", sa.BigInteger(), nullable=False),
        sa.Column("track_id", ROW_ID, nullable=True),
        sa.Column("added_at", MOMENT, nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["discord_id"], ["people.discord_id"], name=op.f("fk_likes_discord_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_likes_track_id_tracks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likes")),
    )
    op.create_index(op.f("ix_likes_discord_id_ordinal"), "likes", ["discord_id", "ordinal"], unique=False)
    op.create_index(op.f("ix_likes_track_id"), "likes", ["track_id"], unique=False)
    op.execute(
        "INSERT INTO likes (discord_id, track_id, added_at, ordinal, seen_at, removed_at) "
        "SELECT discord_id, track_id, added_at, "
        "row_number() OVER (PARTITION BY discord_id ORDER BY ordinal, id) - 1, seen_at, removed_at "
        "FROM saved WHERE kind = 'track' ORDER BY discord_id, ordinal, id"
    )
    op.drop_table("saved")


def forget_closed() -> None:
    """What the first schema would take for empty playlists."""
    closed = "playlist_id IN (SELECT id FROM playlists WHERE closed)"
    for name in reversed(CONTENTS):
        op.execute(f"DELETE FROM {name} WHERE {closed}")  # noqa: S608 - names of this file
    op.execute("DELETE FROM playlists WHERE closed")


def rebuild(names: tuple[str, ...], *, with_rowid: bool) -> None:
    """SQLite keeps a row of such a table once, in the order of its key, instead of twice; others do not care."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in names:
        with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_with_rowid": with_rowid}):
            pass


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
        sqlite_with_rowid=False,
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
        sqlite_with_rowid=False,
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
        sqlite_with_rowid=False,
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
