"""How SQLite and PostgreSQL each say: make JSON of this row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Pieces of SQL that give JSON; `name` is the dialect's. Moments come as RFC 3339 in UTC, with microseconds."""

    name: str

    @property
    def id(self) -> str:
        """The type of a row's id as a key. SQLite finds a row in one step only where it is called just this."""
        return "INTEGER" if self._sqlite else "BIGINT"

    @property
    def place(self) -> str:
        """The type of a key that counts the rows from one on, in the order in which they come."""
        return "INTEGER PRIMARY KEY" if self._sqlite else "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"

    def object(self, **values: str) -> str:
        """A JSON object of these expressions."""
        pairs = ", ".join(f"'{key}', {value}" for key, value in values.items())
        return f"json_object({pairs})" if self._sqlite else f"json_build_object({pairs})"

    def array(self, column: str, order: str) -> str:
        """A JSON array of a column, as an aggregate. SQLite cannot be told an order before 3.44: it has to come so."""
        return f"json_group_array({column})" if self._sqlite else f"json_agg({column} ORDER BY {order})"

    def moment(self, column: str) -> str:
        """A moment."""
        if self._sqlite:
            return f"replace({column}, ' ', 'T') || 'Z'"
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

    def truth(self, column: str) -> str:
        """True, false or null, which SQLite keeps as numbers."""
        if self._sqlite:
            return f"CASE {column} WHEN 1 THEN json('true') WHEN 0 THEN json('false') END"
        return column

    def stored(self, column: str) -> str:
        """JSON that is kept as such."""
        return f"json({column})" if self._sqlite else column

    def lines(self, rows: str) -> str:
        """How many lines there are, and the bytes of all of them, null for none; `rows` gives `line`, in order."""
        if self._sqlite:
            return f"SELECT count(*), CAST(group_concat(line, char(10)) || char(10) AS BLOB) FROM ({rows}) AS listed"
        text = "string_agg(line::text, chr(10)) || chr(10)"
        return f"SELECT count(*), convert_to({text}, 'UTF8') FROM ({rows}) AS listed"

    @property
    def _sqlite(self) -> bool:
        return self.name == "sqlite"
