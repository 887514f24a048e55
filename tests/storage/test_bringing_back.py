"""A vault that was lost is what it was, once it is brought back from an archive: to the last state that was seen."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from zipfile import ZipFile

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from storage import archive
from storage.covers import CoverRepository
from storage.database import Database
from storage.errors import ArchiveDamaged
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.listening import ListeningRepository
from storage.records import (
    Album,
    Artist,
    Image,
    Library,
    Play,
    SavedKind,
    Show,
    Thing,
    Top,
    TopKind,
    TopTerm,
)
from tests.builders import ADA, BEN, VaultPlan, at, episode, item, like, likes, local_file, playlist, track
from tests.storage.archive_schema import FILE, schema
from tests.storage.seeing import keep, see, see_likes
from tests.storage.strategies import catalogues, libraries_of
from tests.storage.test_archive import rewrite
from tests.storage.vaults import Vaults, brought_back, written

THEIRS = replace(playlist("Radio").details, owner_id="somebody", owner_name="Somebody")
NAME = {SavedKind.ALBUM: "albums", SavedKind.SHOW: "shows", SavedKind.EPISODE: "episodes", SavedKind.ARTIST: "artists"}
THINGS: dict[SavedKind, Sequence[Thing]] = {
    SavedKind.ALBUM: [Album(name, name, (Artist("One", "1"),), upc=f"0{name}") for name in "ABC"],
    SavedKind.SHOW: [Show(name, name, "Somebody") for name in "DEF"],
    SavedKind.EPISODE: [episode(name) for name in "GHI"],
    SavedKind.ARTIST: [Artist(name, name, f"https://p/{name}") for name in "JKL"],
}


async def without_addresses(libraries: LibraryRepository) -> Library:
    """What is stored; the addresses of playlists' pictures end within a day, and are no part of an archive."""
    stored = await libraries.load(ADA)
    playlists = (replace(one, details=replace(one.details, image_url=None)) for one in stored.playlists)
    return replace(stored, playlists=tuple(playlists))


async def a_long_life(database: Database) -> None:
    """Everything there can be in a vault, and everything that can have happened to it."""
    libraries, listening = LibraryRepository(database), ListeningRepository(database)
    await see(libraries, 0, playlist("Road", "A", None, episode("Talk"), local_file("Demo")), playlist("Gone", "B"))
    await see(libraries, 1, playlist("Journey", "C", "A", "A", item("D", by="ben"), id="playlist-Road"))
    await libraries.mark_removed(ADA, ["playlist-Gone"], at(2))
    await see_likes(libraries, 0, *likes("A", "B", "C"), like(None))
    await see_likes(libraries, 3, *likes("New", "A", "C"), like(None), like(local_file("Mine")))
    for kind, things in THINGS.items():
        await libraries.keep_things(things)
        for minute, those in ((0, things), (4, things[1:])):
            keys = [(thing.uri, None if kind is SavedKind.ARTIST else at(-minute)) for thing in those]
            await libraries.apply_saved(ADA, kind, keys, at(minute))
    await libraries.keep_playlist(ADA, THEIRS, None, at(5), closed=True, listed_items=70)
    covers = {"playlist-Road": Image("image/png", b"road"), THEIRS.spotify_id: Image("image/x-odd", b"odd")}
    await CoverRepository(database).keep_covers(ADA, covers, at(6))
    await listening.keep_plays(ADA, [Play(track("Played"), at(-5), "spotify:playlist:x"), Play(track("A"), at(-9))])
    await listening.keep_top(ADA, Top(TopKind.ARTISTS, TopTerm.LONG, (Artist("Best", "best"), Artist("2", "2"))), at(0))
    await listening.keep_top(ADA, Top(TopKind.TRACKS, TopTerm.SHORT, (track("Top"), track("A"))), at(0))


async def test_everything_comes_back_as_it_was(vaults: Vaults) -> None:
    lost = vaults.open()
    await a_long_life(lost)
    path, content = await written(vaults, lost)
    again = await brought_back(vaults, path)
    assert (await written(vaults, again))[1] == content
    before, after = LibraryRepository(lost), LibraryRepository(again)
    assert await after.counts(ADA) == await before.counts(ADA)
    for kind in SavedKind:
        assert await after.saved_keys(ADA, kind) == await before.saved_keys(ADA, kind)
    changes = [await HistoryRepository(one).changes(ADA, limit=50) for one in (lost, again)]
    assert changes[0] == changes[1]
    assert await ListeningRepository(again).plays(ADA) == await ListeningRepository(lost).plays(ADA)
    assert await ListeningRepository(again).tops(ADA) == await ListeningRepository(lost).tops(ADA)
    assert await CoverRepository(again).cover(ADA, "playlist-Road") == Image("image/png", b"road")


@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_library_with_any_past_comes_back(data: st.DataObject, vaults: Vaults) -> None:
    catalogue = data.draw(catalogues())
    lost = vaults.open()
    for minute in range(data.draw(st.integers(1, 3))):
        seen: Library = data.draw(libraries_of(catalogue))
        await keep(LibraryRepository(lost), ADA, VaultPlan(likes=seen.likes, playlists=seen.playlists), at(minute))
    path, content = await written(vaults, lost)
    again = await brought_back(vaults, path)
    assert (await written(vaults, again))[1] == content


async def test_nobody_else_gets_anything(vaults: Vaults) -> None:
    lost = vaults.open()
    await a_long_life(lost)
    path, _ = await written(vaults, lost)
    again = LibraryRepository(await brought_back(vaults, path))
    assert await again.load(BEN) == Library()


async def test_the_next_sync_finds_what_it_would_have_found(vaults: Vaults) -> None:
    lost = vaults.open()
    await a_long_life(lost)
    path, _ = await written(vaults, lost)
    again = await brought_back(vaults, path)
    for database in (lost, again):
        await see_likes(LibraryRepository(database), 9, *likes("Newer", "New", "A"))
        await see(LibraryRepository(database), 9, playlist("Journey", "A", id="playlist-Road"))
    assert await LibraryRepository(again).load(ADA) == await without_addresses(LibraryRepository(lost))
    changes = [await HistoryRepository(one).changes(ADA, limit=50) for one in (lost, again)]
    assert changes[0] == changes[1]


async def test_a_picture_that_is_another_one_is_damage(vaults: Vaults) -> None:
    lost = vaults.open()
    await a_long_life(lost)
    path, _ = await written(vaults, lost)
    with ZipFile(path) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    (cover, *_) = (name for name in members if name.startswith("covers/"))
    manifest = orjson.loads(members["manifest.json"])
    manifest["members"][cover] |= {"bytes": 5, "sha256": sha256(b"other").hexdigest()}
    rewrite(path, members | {cover: b"other", "manifest.json": orjson.dumps(manifest)})
    with pytest.raises(ArchiveDamaged, match="another picture"):
        archive.read(path)


async def test_any_number_of_pictures_is_read_but_lines_have_a_limit(
    vaults: Vaults, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = vaults.open()
    await a_long_life(lost)
    path, _ = await written(vaults, lost)
    with ZipFile(path) as opened:
        lines = sum(info.file_size for info in opened.infolist() if not info.filename.startswith("covers/"))
    reader = sys.modules["storage.archive.read"]
    monkeypatch.setattr(reader, "CONTENT_LIMIT", lines)
    assert len(archive.read(path).covers) == 2
    monkeypatch.setattr(reader, "CONTENT_LIMIT", lines - 1)
    with pytest.raises(ArchiveDamaged, match="larger than any library"):
        archive.read(path)


async def test_pictures_larger_than_the_file_are_refused_before_any_is_read(vaults: Vaults) -> None:
    """Parts of a ZIP may overlap: a small file of many large pictures."""
    lost = vaults.open()
    await a_long_life(lost)
    await CoverRepository(lost).keep_covers(ADA, {"playlist-Road": Image("image/png", bytes(54_321))}, at(7))
    path, _ = await written(vaults, lost)
    with ZipFile(path) as opened:
        (cover,) = (info.filename for info in opened.infolist() if info.file_size == 54_321)
        members = {name: opened.read(name) for name in opened.namelist()}
    manifest = orjson.loads(members["manifest.json"])
    manifest["members"][cover]["bytes"] = 2**30
    with ZipFile(path, "w") as changed:
        for name, content in (members | {"manifest.json": orjson.dumps(manifest)}).items():
            changed.writestr(name, content)
    content = path.read_bytes()
    path.write_bytes(content.replace((54_321).to_bytes(4, "little"), (2**30).to_bytes(4, "little")))
    with pytest.raises(ArchiveDamaged, match="larger than the whole"):
        archive.read(path)


async def test_every_line_is_as_the_published_schema_says(vaults: Vaults) -> None:
    lost = vaults.open()
    await a_long_life(lost)
    path, _ = await written(vaults, lost)
    published = json.loads(FILE.read_text(encoding="utf-8"))
    assert published == schema(), "run `python -m tests.storage.archive_schema`"
    with ZipFile(path) as opened:
        for name, of_one in published["properties"].items():
            content = opened.read(name)
            lines = [content] if name == "manifest.json" else content.splitlines()
            assert lines, name
            for line in lines:
                Draft202012Validator(of_one).validate(json.loads(line))
