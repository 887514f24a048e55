"""How SQLite and PostgreSQL each say: make JSON of this row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Pieces of SQL that give JSON; `name` is the dialect's. Moments come as RFC 3339 in UTC, with microseconds."""

    name: str

    def object(self, **values: str) -> str:
        """A JSON object of these expressions."""
        pairs = ", ".join(f"'{key}', {value}" for key, value in values.items())
        return f"json_object({pairs})" if self._sqlite else f"json_build_object({pairs})"

    def array(self, column: str, rows: str) -> str:
        """A JSON array of a column of some rows, which are in order already."""
        if self._sqlite:
            return f"json((SELECT json_group_array({column}) FROM ({rows}) AS listed))"
        return f"(SELECT coalesce(json_agg({column}), '[]'::json) FROM ({rows}) AS listed)"

    def moment(self, column: str) -> str:
        """A moment."""
        if self._sqlite:
            return f"replace({column}, ' ', 'T') || 'Z'"
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

    def truth(self, column: str) -> str:
        """True, false or null, which SQLite keeps as numbers."""
        if self._sqlite:
            return f"json(CASE {column} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"
        return column

    def stored(self, column: str) -> str:
        """JSON that is kept as such."""
        return f"json({column})" if self._sqlite else column

    def lines(self, rows: str) -> str:
        """How many lines there are, and all of them as one text; `rows` gives `line`, in order."""
        if self._sqlite:
            return f"SELECT count(*), coalesce(group_concat(line, char(10)), '') FROM ({rows}) AS listed"
        return f"SELECT count(*), coalesce(string_agg(line::text, chr(10)), '') FROM ({rows}) AS listed"

    @property
    def _sqlite(self) -> bool:
        return self.name == "sqlite"
