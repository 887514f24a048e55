"""Names of files made from names of playlists: any system takes them, none leads elsewhere, no two are the same."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 120
"""Bytes of a name before its ending: far below the 255 that file systems take, since folders come before it."""
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
UNSEEN = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
RESERVED = re.compile(r"(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
"""Devices on Windows, whatever follows the first dot."""
PLAIN = re.compile(r"[^A-Za-z0-9]+")


def cleaned(name: str, instead: str = "Playlist") -> str:
    """The name as a file may be called, without an ending; `instead` where nothing is left of it."""
    spaced = "".join(" " if letter in "\r\n\t" else letter for letter in unicodedata.normalize("NFC", name))
    seen = "".join(letter for letter in spaced if unicodedata.category(letter) not in UNSEEN)
    fitting = _fitting(" ".join(FORBIDDEN.sub("_", seen).split()).strip(". "), LONGEST) or instead
    return f"_{fitting}" if RESERVED.fullmatch(fitting.partition(".")[0].strip()) else fitting


def plain(name: str, instead: str) -> str:
    """The name in letters and digits alone, as an attachment may be called at Discord."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return PLAIN.sub("-", letters).strip("-")[:60].strip("-").lower() or instead


class Names:
    """Gives each file of a folder a name of its own, also where capitals do not count."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {_key(name) for name in taken}

    def of(self, name: str, ending: str, folder: str = "") -> str:
        """`folder`, the cleaned name and the ending; numbered where that one is taken."""
        stem, number = cleaned(name), 1
        path = f"{folder}{stem}{ending}"
        while _key(path) in self._taken:
            number += 1
            path = f"{folder}{stem} ({number}){ending}"
        self._taken.add(_key(path))
        return path


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", path).casefold())


def _fitting(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore").strip(". ")
