"""A person's vault as lines of JSON, made by the database itself: no Python object stands between row and line.

What refers to a thing says its line. Things are in the order of their keys, so that the same content gives the same
lines, whatever numbers the rows have here.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from storage.archive.layout import COVERS, ENDINGS, UNKNOWN, Name
from storage.archive.wording import Wording
from storage.database import sliced
from storage.records import SavedKind
from storage.tables import ImageRow, PlaylistRow, SectionRow

MY_PLAYLISTS = "SELECT id FROM playlists WHERE discord_id = :who"
MINE = {
    "tracks": f"""
        SELECT track_id FROM saved WHERE discord_id = :who AND kind IN ('track', 'episode')
        UNION ALL SELECT track_id FROM playlist_items WHERE playlist_id IN ({MY_PLAYLISTS})
        UNION ALL SELECT track_id FROM playlist_events WHERE playlist_id IN ({MY_PLAYLISTS})
        UNION ALL SELECT track_id FROM plays WHERE discord_id = :who
        UNION ALL SELECT track_id FROM top_entries WHERE discord_id = :who""",
    "albums": """
        SELECT album_id FROM saved WHERE discord_id = :who AND kind = 'album'
        UNION ALL SELECT album_id FROM line_of_tracks AS mine CROSS JOIN tracks WHERE tracks.id = mine.id""",
    "shows": """
        SELECT show_id FROM saved WHERE discord_id = :who AND kind = 'show'
        UNION ALL SELECT show_id FROM line_of_tracks AS mine CROSS JOIN tracks WHERE tracks.id = mine.id""",
    "artists": """
        SELECT artist_id FROM saved WHERE discord_id = :who AND kind = 'artist'
        UNION ALL SELECT artist_id FROM top_entries WHERE discord_id = :who
        UNION ALL SELECT artist_id FROM album_artists WHERE album_id IN (SELECT id FROM line_of_albums)
        UNION ALL SELECT artist_id FROM track_artists WHERE track_id IN (SELECT id FROM line_of_tracks)""",
    "playlists": MY_PLAYLISTS,
}
"""The rows that a person's vault holds or refers to."""
PLAYLIST_ORDER = "removed_at IS NOT NULL, place, id"
ORDER = {"tracks": "uri", "albums": '"key"', "shows": '"key"', "artists": '"key"', "playlists": PLAYLIST_ORDER}
"""What decides the line of a thing; each of them may need those before it."""
SAVED = {
    Name.LIKES: (SavedKind.TRACK, "track"),
    Name.ALBUMS_SAVED: (SavedKind.ALBUM, "album"),
    Name.SHOWS_SAVED: (SavedKind.SHOW, "show"),
    Name.EPISODES_SAVED: (SavedKind.EPISODE, "track"),
    Name.ARTISTS_FOLLOWED: (SavedKind.ARTIST, "artist"),
}
"""Of which kind the entries of a list are, and which thing they refer to."""
ARTISTS = "coalesce(artists.lines, '[]')"
BY_THEM = "LEFT JOIN artists_of_{things} AS artists ON artists.id = here.id"
"""The lines of the artists of an album or a track, and where they come from."""

COVERS_AT_ONCE = 32  # each is up to 256 KB or so
PLAYLISTS, PLAYS, TOPS = "playlists", "plays", "tops"
SECTIONS = (*(kind.value for kind in SavedKind), PLAYLISTS, PLAYS, TOPS)
"""The parts of a library, as a sync calls them."""


class Lines(NamedTuple):
    """A member of an archive: its bytes, and how many lines they are."""

    name: str
    content: bytes
    rows: int


def vault_lines(connection: Connection, discord_id: int) -> Iterator[Lines]:
    """Every member with the contents of a vault; the numbers written down meanwhile are gone with the transaction."""
    say = Wording(connection.dialect.name)
    _number(connection, say, discord_id)
    _group_artists(connection, say)
    for name, rows in _members(say):
        statement = _bound(connection, say.lines(rows))
        count, content = connection.exec_driver_sql(statement, {"who": discord_id}).one()
        yield Lines(name.value, content or b"", count)


def vault_covers(connection: Connection, discord_id: int) -> Iterator[Lines]:
    """Every picture of a playlist, once, under the hash of its bytes."""
    shown = select(PlaylistRow.cover_sha256).where(PlaylistRow.discord_id == discord_id)
    hashes = connection.scalars(select(ImageRow.sha256).where(ImageRow.sha256.in_(shown)).order_by(ImageRow.sha256))
    images = select(ImageRow.sha256, ImageRow.content_type, ImageRow.data).order_by(ImageRow.sha256)
    for some in sliced(hashes.all(), COVERS_AT_ONCE):
        for digest, kind, data in connection.execute(images.where(ImageRow.sha256.in_(some))):
            yield Lines(f"{COVERS}{digest}{ENDINGS.get(kind, UNKNOWN)}", data, 0)


def complete_sections(connection: Connection, discord_id: int) -> tuple[str, ...]:
    """The parts of the library that were read whole."""
    read = select(SectionRow.section).where(SectionRow.discord_id == discord_id, SectionRow.section.in_(SECTIONS))
    return tuple(sorted(connection.scalars(read)))


def _number(connection: Connection, say: Wording, discord_id: int) -> None:
    """Gives each thing its line."""
    for things, order in ORDER.items():
        rows = f"SELECT id FROM {things} WHERE id IN ({MINE[things]}) ORDER BY {order}"
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {things}_in_order (place {say.place}, id BIGINT)")
        adding = _bound(connection, f"INSERT INTO {things}_in_order (id) {rows}")
        connection.exec_driver_sql(adding, {"who": discord_id})
        table = _by_id(connection, say, f"line_of_{things}", "line BIGINT")
        connection.exec_driver_sql(f"INSERT INTO {table} SELECT id, place - 1 FROM {things}_in_order")


def _group_artists(connection: Connection, say: Wording) -> None:
    """Who each album and track is by, put together once instead of looked up for each.

    The cross joins make SQLite walk along the key of the links, which ends with the position.
    """
    for things, links, owner in (("albums", "album_artists", "album_id"), ("tracks", "track_artists", "track_id")):
        grouped = f"""SELECT here.id, {say.array("artist.line", "by_them.position")}
            FROM line_of_{things} AS here CROSS JOIN {links} AS by_them CROSS JOIN line_of_artists AS artist
            WHERE by_them.{owner} = here.id AND artist.id = by_them.artist_id GROUP BY here.id"""
        table = _by_id(connection, say, f"artists_of_{things}", "lines JSON")
        connection.exec_driver_sql(f"INSERT INTO {table} {grouped}")


def _by_id(connection: Connection, say: Wording, table: str, column: str) -> str:
    """The name of a new table whose rows are found by their id in one step."""
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {table} (id {say.id} PRIMARY KEY, {column})")
    return table


def _members(say: Wording) -> Iterator[tuple[Name, str]]:
    """The large ones first, so that in the end there is little left to pack."""
    yield Name.EVENTS, _events(say)
    yield Name.ITEMS, _items(say)
    yield Name.TRACKS, _tracks(say)
    yield Name.ALBUMS, _albums(say)
    yield from ((name, _saved(say, kind, thing)) for name, (kind, thing) in SAVED.items())
    yield Name.ARTISTS, _artists(say)
    yield Name.SHOWS, _shows(say)
    yield Name.PLAYLISTS, _playlists(say)
    yield Name.VERSIONS, _versions(say)
    yield Name.PLAYS, _plays(say)
    yield Name.TOPS, _tops(say)


def _artists(say: Wording) -> str:
    line = say.object(spotify_id="spotify_id", name="name", image_url="image_url")
    return _things("artists", line)


def _albums(say: Wording) -> str:
    plain = ("spotify_id", "name", "kind", "release_date", "release_precision", "total_tracks", "image_url", "upc")
    return _things("albums", say.object(**{name: name for name in plain}, artists=say.stored(ARTISTS)), BY_THEM)


def _shows(say: Wording) -> str:
    return _things("shows", say.object(**{name: name for name in ("spotify_id", "name", "publisher", "image_url")}))


def _tracks(say: Wording) -> str:
    plain = ("uri", "kind", "spotify_id", "name", "duration_ms", "isrc", "disc_number", "track_number", "release_date")
    line = say.object(
        **{name: name for name in plain},
        explicit=say.truth("explicit"),
        artists=say.stored(ARTISTS),
        album="album.line",
        show="show.line",
    )
    return _things("tracks", line, f"{BY_THEM} {_lines_of('album', 'show')}")


def _things(things: str, line: str, beside: str = "") -> str:
    """Of a person's things alone: the catalogue holds everybody's, and the cross join keeps SQLite from reading it."""
    rows = f"FROM line_of_{things} AS here CROSS JOIN {things} {beside.format(things=things)}"
    return f"SELECT {line} AS line {rows} WHERE {things}.id = here.id ORDER BY here.line"


def _lines_of(*things: str) -> str:
    """Beside each row the lines of what it refers to."""
    return " ".join(f"LEFT JOIN line_of_{thing}s AS {thing} ON {thing}.id = {thing}_id" for thing in things)


def _saved(say: Wording, kind: SavedKind, thing: str) -> str:
    line = say.object(
        **{thing: f"{thing}.line"},
        added_at=say.moment("added_at"),
        seen_at=say.moment("seen_at"),
        removed_at=say.moment("removed_at"),
    )
    return f"""SELECT {line} AS line FROM saved {_lines_of(thing)} WHERE discord_id = :who AND kind = '{kind.value}'
        ORDER BY ordinal DESC, saved.id DESC"""


def _playlists(say: Wording) -> str:
    plain = ("spotify_id", "name", "owner_id", "owner_name", "description", "snapshot_id", "listed_items")
    line = say.object(
        **{name: name for name in plain},
        public=say.truth("public"),
        collaborative=say.truth("collaborative"),
        closed=say.truth("closed"),
        removed_at=say.moment("removed_at"),
        cover="cover_sha256",
    )
    return f"""SELECT {line} AS line FROM playlists WHERE discord_id = :who ORDER BY {PLAYLIST_ORDER}"""


def _items(say: Wording) -> str:
    line = say.object(
        playlist="here.place - 1",
        track="track.line",
        added_at=say.moment("added_at"),
        added_by="added_by",
    )
    return f"SELECT {line} AS line {_of_playlists('playlist_items', _lines_of('track'))} ORDER BY here.place, position"


def _of_playlists(table: str, beside: str = "") -> str:
    """Their rows; a cross join is what makes SQLite begin with the playlists, whose rows lie together in order."""
    return f"FROM playlists_in_order AS here CROSS JOIN {table} {beside} WHERE playlist_id = here.id"


def _versions(say: Wording) -> str:
    line = say.object(
        playlist="here.place - 1",
        number="number",
        observed_at=say.moment("observed_at"),
        details=say.stored("details"),
        presence="presence",
    )
    return f"SELECT {line} AS line {_of_playlists('playlist_versions')} ORDER BY here.place, number"


def _events(say: Wording) -> str:
    line = say.object(
        playlist="here.place - 1",
        number="number",
        kind="kind",
        position="position",
        track="track.line",
        added_at=say.moment("added_at"),
        added_by="added_by",
    )
    rows = _of_playlists("playlist_events", _lines_of("track"))
    return f"SELECT {line} AS line {rows} ORDER BY here.place, number, seq"


def _plays(say: Wording) -> str:
    line = say.object(track="track.line", played_at=say.moment("played_at"), context_uri="context_uri")
    uri = "(SELECT uri FROM tracks WHERE id = track_id)"
    return f"SELECT {line} AS line FROM plays {_lines_of('track')} WHERE discord_id = :who ORDER BY played_at, {uri}"


def _tops(say: Wording) -> str:
    line = say.object(
        kind="kind",
        term="term",
        week="week",
        track="track.line",
        artist="artist.line",
    )
    return f"""SELECT {line} AS line FROM top_entries {_lines_of("track", "artist")} WHERE discord_id = :who
        ORDER BY week, kind, term, position"""


def _bound(connection: Connection, statement: str) -> str:
    """The one parameter, as the driver wants it written."""
    return statement if connection.dialect.name == "sqlite" else statement.replace(":who", "%(who)s")
