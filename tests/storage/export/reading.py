"""Exports read back with the tools that anybody has."""

import csv
import io
import json
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from storage.export import Format, Holdings, write
from storage.export.cells import FORMULAS
from storage.records import Library, Which
from tests.builders import NOON

NS = "{http://xspf.org/ns/0/}"
Rows = list[dict[str, str]]


def exported(holdings: Holdings | Library, form: Format, which: Which | None = None) -> dict[str, bytes]:
    """The files of an export by name, in order."""
    given = Holdings(NOON, holdings) if isinstance(holdings, Library) else holdings
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        written = write(given, form, which, path)
        if which is not None:
            return {written.name: path.read_bytes()}
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}


def csv_rows(content: bytes) -> Rows:
    """As a program reads it; a spreadsheet's apostrophes are taken away again."""
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes it for another alphabet without"
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return [{name: plain(cell) for name, cell in row.items()} for row in csv.DictReader(text, strict=True)]


def plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULAS) else cell


def xspf_tracks(content: bytes) -> list[dict[str, str]]:
    root = ET.fromstring(content)
    assert root.tag == f"{NS}playlist"
    assert root.get("version") == "1"
    listed = root.find(f"{NS}trackList")
    assert listed is not None
    return [{each.tag.removeprefix(NS): each.text or "" for each in track} for track in listed]


def jspf_playlist(content: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    return json.loads(content)["playlist"]


def m3u8_entries(content: bytes) -> list[tuple[str, str] | None]:
    """What follows each #EXTINF, and the line to be played; None for what is lost."""
    entries: list[tuple[str, str] | None] = []
    rest = iter(content.decode().split("\n")[2:-1])
    for line in rest:
        if line.startswith("#EXTINF:"):
            entries.append((line.removeprefix("#EXTINF:"), next(rest)))
        else:
            assert line.endswith("Spotify has lost this entry"), line
            entries.append(None)
    return entries
