"""Writes an export: the files of a format in a ZIP with a README, or the one file where one list was asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.export.cells import lines
from storage.export.formats import Format
from storage.export.holdings import Holdings
from storage.export.jspf import jspf
from storage.export.m3u8 import m3u8
from storage.export.names import Names, plain
from storage.export.notes import README, Tally, readme, tally_of
from storage.export.pack import pack, put
from storage.export.sheets import Sheet, sheets
from storage.export.tracklist import TrackList, track_lists
from storage.export.xspf import xspf
from storage.records import Which

FOLDER, GONE = "Playlists/", "Gone from Spotify/"
PLAYERS: Mapping[Format, Callable[[TrackList], Iterator[str]]] = {
    Format.M3U8: m3u8,
    Format.XSPF: xspf,
    Format.JSPF: jspf,
}
File = tuple[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Written:
    """What a file is called, and what is in it."""

    name: str
    tally: Tally


def write(holdings: Holdings, form: Format, which: Which | None, path: Path) -> Written:
    """Everything, or one list, at `path`; raises NotInBackup where that list is not there."""
    chosen = holdings if which is None else holdings.only(which)
    names = Names([README])
    files = list(_files(chosen, form, names))
    tally = tally_of(chosen, len(files))
    if which is not None:
        ((name, text),) = files
        put(path, text)
        return Written(f"{plain(name.rpartition('/')[2].removesuffix(f'.{form}'), 'playlist')}.{form}", tally)
    pack(path, [(README, [readme(tally, form, chosen.at)]), *files], chosen.at)
    return Written(f"musivault-{form}-{chosen.at:%Y-%m-%d}.zip", tally)


def _files(holdings: Holdings, form: Format, names: Names) -> Iterator[File]:
    if form is Format.CSV:
        for sheet in sheets(holdings):
            yield names.of(sheet.name, ".csv", _folder(sheet)), lines(sheet.columns, sheet.rows)
        return
    for tracks in track_lists(holdings):
        yield names.of(tracks.title, f".{form}", GONE if tracks.gone else ""), PLAYERS[form](tracks)


def _folder(sheet: Sheet) -> str:
    if not sheet.of_playlist:
        return ""
    return GONE if sheet.gone else FOLDER
