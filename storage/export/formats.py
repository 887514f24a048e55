"""The formats there are, and what each is good for."""

from enum import StrEnum


class Format(StrEnum):
    """What an export is written as; the value is what stands in a job."""

    JSON = "json"
    CSV = "csv"
    M3U8 = "m3u8"
    XSPF = "xspf"
    JSPF = "jspf"

    @property
    def whole(self) -> bool:
        """Whether it is always everything: the archive is no list."""
        return self is Format.JSON

    @property
    def cannot_say(self) -> str:
        """What of an entry has no place in the format."""
        return _CANNOT_SAY[self]


_CANNOT_SAY = {
    Format.JSON: "",
    Format.CSV: "What you removed earlier, the history of playlists and their covers are in the JSON archive only.",
    Format.M3U8: (
        "M3U8 has no place for albums, covers, descriptions, ISRCs, nor for when and by whom something was added: the "
        "CSV files and the JSON archive have them."
    ),
    Format.XSPF: (
        "XSPF has no place for when and by whom something was added: the CSV files and the JSON archive have that."
    ),
    Format.JSPF: (
        "JSPF has no place for when and by whom something was added: the CSV files and the JSON archive have that."
    ),
}
