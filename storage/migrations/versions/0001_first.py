"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_OBJECT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

TABLES = (
    "people",
    "spotify_accounts",
    "drive_accounts",
    "links",
    "artists",
    "albums",
    "album_artists",
    "shows",
    "tracks",
    "track_artists",
    "likes",
    "playlists",
    "playlist_items",
    "playlist_versions",
    "playlist_events",
    "runs",
    "changes",
    "change_steps",
    "archives",
    "installation",
)


def upgrade() -> None:
    create_people()
    create_spotify_accounts()
    create_drive_accounts()
    create_links()
    create_artists()
    create_albums()
    create_album_artists()
    create_shows()
    create_tracks()
    create_track_artists()
    create_likes()
    create_playlists()
    create_playlist_items()
    create_playlist_versions()
    create_playlist_events()
    create_runs()
    create_changes()
    create_change_steps()
    create_archives()
    create_installation()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def create_people() -> None:
    op.create_table(
        "people",
        sa.Column("discord_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wants_dms", sa.Boolean(), nullable=True),
        sa.Column("nightly", sa.Boolean(), nullable=False),
        sa.Column("nightly_hour", sa.Integer(), nullable=True),
        sa.Column("dm_channel_id", sa.BigInteger(), nullable=True),
        sa.Column("dms_open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("discord_id", name=op.f("pk_people")),
    )


def create_spotify_accounts() -> None:
    op.create_table(
        "spotify_accounts",
        sa.Column("discord_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("spotify_id", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("access_token", sa.LargeBinary(), nullable=False),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("authorized_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discord_id"],
            ["people.discord_id"],
            name=op.f("fk_spotify_accounts_discord_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("discord_id", name=op.f("pk_spotify_accounts")),
    )
    op.create_index(op.f("ix_spotify_accounts_account_key"), "spotify_accounts", ["account_key"], unique=False)


def create_drive_accounts() -> None:
    op.create_table(
        "drive_accounts",
        sa.Column("discord_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("folder_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discord_id"], ["people.discord_id"], name=op.f("fk_drive_accounts_discord_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("discord_id", name=op.f("pk_drive_accounts")),
    )


def create_links() -> None:
    op.create_table(
        "links",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("discord_id", sa.BigInteger(), nullable=False),
        sa.Column("discord_name", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("code_verifier", sa.LargeBinary(), nullable=True),
        sa.Column("authorize_url", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_expires_at"), "links", ["expires_at"], unique=False)


def create_artists() -> None:
    op.create_table(
        "artists",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("spotify_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artists")),
        sa.UniqueConstraint("key", name=op.f("uq_artists_key")),
    )


def create_albums() -> None:
    op.create_table(
        "albums",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("spotify_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("release_date", sa.String(), nullable=True),
        sa.Column("release_precision", sa.String(), nullable=True),
        sa.Column("total_tracks", sa.Integer(), nullable=True),
        sa.Column("image_url", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_albums")),
        sa.UniqueConstraint("key", name=op.f("uq_albums_key")),
    )


def create_album_artists() -> None:
    op.create_table(
        "album_artists",
        sa.Column("album_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("artist_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["album_id"], ["albums.id"], name=op.f("fk_album_artists_album_id_albums"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_album_artists_artist_id_artists")),
        sa.PrimaryKeyConstraint("album_id", "position", name=op.f("pk_album_artists")),
    )
    op.create_index(op.f("ix_album_artists_artist_id"), "album_artists", ["artist_id"], unique=False)


def create_shows() -> None:
    op.create_table(
        "shows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("spotify_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("image_url", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shows")),
        sa.UniqueConstraint("key", name=op.f("uq_shows_key")),
    )


def create_tracks() -> None:
    op.create_table(
        "tracks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("uri", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("spotify_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("album_id", ROW_ID, nullable=True),
        sa.Column("show_id", ROW_ID, nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("explicit", sa.Boolean(), nullable=False),
        sa.Column("isrc", sa.String(), nullable=True),
        sa.Column("disc_number", sa.Integer(), nullable=True),
        sa.Column("track_number", sa.Integer(), nullable=True),
        sa.Column("release_date", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["album_id"], ["albums.id"], name=op.f("fk_tracks_album_id_albums")),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_tracks_show_id_shows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracks")),
        sa.UniqueConstraint("uri", name=op.f("uq_tracks_uri")),
    )
    op.create_index(op.f("ix_tracks_album_id"), "tracks", ["album_id"], unique=False)
    op.create_index(op.f("ix_tracks_show_id"), "tracks", ["show_id"], unique=False)


def create_track_artists() -> None:
    op.create_table(
        "track_artists",
        sa.Column("track_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("artist_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_track_artists_artist_id_artists")),
        sa.ForeignKeyConstraint(
            ["track_id"], ["tracks.id"], name=op.f("fk_track_artists_track_id_tracks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("track_id", "position", name=op.f("pk_track_artists")),
    )
    op.create_index(op.f("ix_track_artists_artist_id"), "track_artists", ["artist_id"], unique=False)


def create_likes() -> None:
    op.create_table(
        "likes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("discord_id", sa.BigInteger(), nullable=False),
        sa.Column("track_id", ROW_ID, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["discord_id"], ["people.discord_id"], name=op.f("fk_likes_discord_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_likes_track_id_tracks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likes")),
    )
    op.create_index(op.f("ix_likes_discord_id_ordinal"), "likes", ["discord_id", "ordinal"], unique=False)
    op.create_index(op.f("ix_likes_track_id"), "likes", ["track_id"], unique=False)


def create_playlists() -> None:
    op.create_table(
        "playlists",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("discord_id", sa.BigInteger(), nullable=False),
        sa.Column("spotify_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=True),
        sa.Column("collaborative", sa.Boolean(), nullable=False),
        sa.Column("owner_name", sa.String(), nullable=True),
        sa.Column("snapshot_id", sa.String(), nullable=True),
        sa.Column("image_url", sa.String(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["discord_id"], ["people.discord_id"], name=op.f("fk_playlists_discord_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlists")),
        sa.UniqueConstraint("discord_id", "spotify_id", name=op.f("uq_playlists_discord_id_spotify_id")),
    )


def create_playlist_items() -> None:
    op.create_table(
        "playlist_items",
        sa.Column("playlist_id", ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("track_id", ROW_ID, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlists.id"], name=op.f("fk_playlist_items_playlist_id_playlists"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_playlist_items_track_id_tracks")),
        sa.PrimaryKeyConstraint("playlist_id", "position", name=op.f("pk_playlist_items")),
    )
    op.create_index(op.f("ix_playlist_items_track_id"), "playlist_items", ["track_id"], unique=False)


def create_playlist_versions() -> None:
    op.create_table(
        "playlist_versions",
        sa.Column("playlist_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", JSON_OBJECT, nullable=True),
        sa.ForeignKeyConstraint(
            ["playlist_id"],
            ["playlists.id"],
            name=op.f("fk_playlist_versions_playlist_id_playlists"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("playlist_id", "number", name=op.f("pk_playlist_versions")),
    )


def create_playlist_events() -> None:
    op.create_table(
        "playlist_events",
        sa.Column("playlist_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("track_id", ROW_ID, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["playlist_id", "number"],
            ["playlist_versions.playlist_id", "playlist_versions.number"],
            name=op.f("fk_playlist_events_playlist_id_number_playlist_versions"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_playlist_events_track_id_tracks")),
        sa.PrimaryKeyConstraint("playlist_id", "number", "seq", name=op.f("pk_playlist_events")),
    )
    op.create_index(op.f("ix_playlist_events_track_id"), "playlist_events", ["track_id"], unique=False)


def create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("discord_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", JSON_OBJECT, nullable=False),
        sa.Column("report", JSON_OBJECT, nullable=True),
        sa.Column("sentence", sa.String(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("night", sa.String(), nullable=True),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discord_id"], ["people.discord_id"], name=op.f("fk_runs_discord_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("discord_id", "night", "kind", name=op.f("uq_runs_discord_id_night_kind")),
    )
    op.create_index(op.f("ix_runs_state_created_at"), "runs", ["state", "created_at"], unique=False)
    op.create_index(
        "uq_runs_live",
        "runs",
        ["discord_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running', 'parked')"),
        postgresql_where=sa.text("state IN ('queued', 'running', 'parked')"),
    )


def create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("discord_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("preview", JSON_OBJECT, nullable=False),
        sa.Column("report", JSON_OBJECT, nullable=True),
        sa.ForeignKeyConstraint(
            ["discord_id"], ["people.discord_id"], name=op.f("fk_changes_discord_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
    )
    op.create_index(op.f("ix_changes_discord_id_created_at"), "changes", ["discord_id", "created_at"], unique=False)


def create_change_steps() -> None:
    op.create_table(
        "change_steps",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("request", JSON_OBJECT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", JSON_OBJECT, nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["changes.id"], name=op.f("fk_change_steps_change_id_changes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("change_id", "seq", name=op.f("pk_change_steps")),
    )


def create_archives() -> None:
    op.create_table(
        "archives",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("discord_id", sa.BigInteger(), nullable=False),
        sa.Column("store", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.Column("playlists", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("session", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["discord_id"], ["people.discord_id"], name=op.f("fk_archives_discord_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archives")),
    )
    op.create_index(op.f("ix_archives_discord_id_created_at"), "archives", ["discord_id", "created_at"], unique=False)


def create_installation() -> None:
    op.create_table(
        "installation",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_installation")),
    )
