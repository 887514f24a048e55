"""Exports, as a member lives them: as an attachment, as a link that works once, encrypted, and when things go wrong."""

import asyncio
import io
import json
import zipfile
from pathlib import Path

import pyrage
import pytest

from bot.logs import RedactingFormatter
from storage import archive
from storage.sealing import Seal
from tests.journeys.test_backup import back_up
from tests.journeys.town import Town, a_town, first_sync
from tests.sandbox.page import Page
from tests.sandbox.person import Person
from tests.sandbox.reply import Reply
from tests.sandbox.waiting import Deadline
from tests.storage.export.reading import csv_rows, m3u8_entries, xspf_tracks

CSV = "CSV: tables for a spreadsheet"
JSON = "JSON: everything, as in a backup"
M3U8 = "M3U8: playlists for nearly every player"
XSPF = "XSPF: playlists with more details"
PASSPHRASE = "correct horse battery staple"


async def export(person: Person, form: str, /, **options: str) -> Reply:
    """Until it is there, whichever way."""
    reply = await person.types("/vault export", format=form, **options)
    return await reply.until("Your export")


async def attached(reply: Reply) -> tuple[str, bytes]:
    (file,) = reply.files
    return file.name, await reply.download(file.name)


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def left_in_folder(town: Town) -> list[str]:
    return [path.name for path in (town.folder / "archives" / ".exports").glob("*")]


async def folder_is_empty(town: Town) -> None:
    deadline = Deadline(10)
    while left := left_in_folder(town):
        assert not deadline.is_over, left
        await asyncio.sleep(0.01)


async def linked(town: Town, person: Person) -> Reply:
    """An export that Discord finds too large."""
    await town.fate("discord", "limit_files", size=500)
    reply = await export(person, CSV)
    assert reply.files == []
    return reply


async def fetched(page: Page) -> dict[str, bytes]:
    file = await page.press("Download")
    assert file.status == 200
    return unzipped(file.content)


async def test_a_small_export_is_attached_for_its_owner_alone(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    reply = await export(ben, CSV)
    assert reply.ephemeral
    name, content = await attached(reply)
    assert name.startswith("musivault-csv-2")
    assert name.endswith(".zip")
    files = unzipped(content)
    rows = csv_rows(files["Liked songs.csv"])
    library = await ben.spotify.library()
    assert [row["Track URI"] for row in rows] == [like["uri"] for like in library["likes"]]
    assert len([name for name in files if name.startswith("Playlists/")]) == 3
    assert "25 liked songs and 3 playlists with 31 items" in reply.text
    await folder_is_empty(town)


async def test_everything_is_an_archive_that_restores(town: Town, tmp_path: Path) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    _, content = await attached(await export(ben, JSON))
    (tmp_path / "got.zip").write_bytes(content)
    opened = archive.read(tmp_path / "got.zip")
    assert opened.manifest.discord_id == ben.discord_id
    assert len(opened.library.likes) == 25


async def test_one_playlist_is_found_while_typing_and_comes_alone(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    offered = await ben.completes("/vault export", "list", format=M3U8)
    assert offered[0].name == "Liked songs"
    reply = await export(ben, M3U8, list=str(offered[1].value))
    name, content = await attached(reply)
    assert name.endswith(".m3u8")
    entries = m3u8_entries(content)
    assert entries
    assert all(entry is None or entry[1] for entry in entries)
    assert "no place for albums" in reply.text
    _, liked = await attached(await export(ben, XSPF, list="Liked songs"))
    assert len(xspf_tracks(liked)) == 25


async def test_a_backup_is_exported_as_it_was(town: Town, tmp_path: Path) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await back_up(ben)
    await ben.spotify.unlike_newest(n=5)
    await (await ben.types("/vault sync")).until("5")
    choice, *_ = await ben.completes("/vault export", "backup", format=CSV)
    _, content = await attached(await export(ben, CSV, backup=str(choice.value)))
    assert len(csv_rows(unzipped(content)["Liked songs.csv"])) == 25
    _, content = await attached(await export(ben, CSV))
    assert len(csv_rows(unzipped(content)["Liked songs.csv"])) == 20
    name, content = await attached(await export(ben, JSON, backup=str(choice.value)))
    stored = max((town.folder / "archives" / str(ben.discord_id)).glob("*.zip"))
    assert (name, content) == (stored.name, stored.read_bytes())


async def test_a_sealed_backup_comes_out_open(tmp_path: Path) -> None:
    async with a_town(tmp_path, backup={"identities": [Seal.generate_identity()]}) as town:
        ben = town.person("ben")
        await first_sync(ben)
        await back_up(ben)
        choice, *_ = await ben.completes("/vault export", "backup", format=JSON)
        name, content = await attached(await export(ben, JSON, backup=str(choice.value)))
        assert name.endswith(".zip")
        assert "manifest.json" in unzipped(content)


async def test_a_large_export_is_a_link_that_works_once(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    reply = await linked(town, ben)
    assert "Discord takes 1 KB here" in reply.text
    landing = await reply.open("Fetch it")
    assert (landing.status, landing.buttons) == (200, ["Download"])
    assert (await reply.open("Fetch it")).buttons == ["Download"], "looking does not use it up"
    assert "Liked songs.csv" in await fetched(landing)
    again = await landing.press("Download")
    assert (again.status, again.title) == (410, "This export is no longer here · MusiVault")
    assert "Run /vault export again" in again.text
    await folder_is_empty(town)


async def test_a_link_that_nobody_used_in_time_is_over_and_its_file_gone(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    reply = await linked(town, ben)
    assert len(left_in_folder(town)) == 1
    await town.fate("clock", "advance", seconds=3601)
    page = await reply.open("Fetch it")
    assert (page.status, page.buttons) == (410, [])
    await town.stop()
    await town.start()
    assert left_in_folder(town) == []


async def test_a_link_outlives_a_restart_and_leftovers_do_not(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    reply = await linked(town, ben)
    folder = town.folder / "archives" / ".exports"
    await town.stop()
    (folder / "work-left").mkdir()
    (folder / "work-left" / "export").write_bytes(b"half")
    (folder / "unknown").write_bytes(b"half")
    await town.start()
    assert len(left_in_folder(town)) == 1
    assert "Liked songs.csv" in await fetched(await reply.open("Fetch it"))


async def test_nobody_gets_somebody_else_s_export(town: Town) -> None:
    ben, ada = town.person("ben"), town.person("ada")
    await first_sync(ben)
    reply = await linked(town, ben)
    address = reply.links["Fetch it"]
    page = await ada.opens(f"{address[:-4]}AAAA")
    assert (page.status, page.buttons) == (404, [])
    (row,) = await town.database("SELECT id, token_hash FROM downloads")
    assert address.rpartition("/")[2] not in str(row)
    await first_sync(ada)
    await back_up(ben)
    choice, *_ = await ben.completes("/vault export", "backup", format=JSON)
    refused = await (await ada.types("/vault export", format=JSON, backup=str(choice.value))).settled()
    assert "is not in your vault any more" in refused.text


async def test_an_export_that_ended_while_nobody_looked_waits_in_the_status(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await town.fate("discord", "next_status", route="PATCH /webhooks", status=500, times=50)
    await ben.types("/vault export", format=CSV)
    status = await ben.types("/vault status")
    while "can be fetched" not in status.text:
        status = await ben.types("/vault status")
    await town.fate("discord", "all_well")
    reply = await (await status.press("Get the file")).until("Your export")
    _, content = await attached(reply)
    assert "Liked songs.csv" in unzipped(content)
    assert "can be fetched" not in (await ben.types("/vault status")).text
    gone = await (await status.press("Get the file")).settled()
    assert "no longer here" in gone.text


async def test_whoever_welcomes_dms_hears_when_it_is_ready(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await (await ben.types("/vault settings", dms="on")).until("**DMs:** on")
    await town.fate("discord", "next_status", route="PATCH /webhooks", status=404, code=10008, times=50)
    await ben.types("/vault export", format=CSV)
    dm = await ben.gets_dm("Your export is ready", within=30)
    await town.fate("discord", "all_well")
    reply = await (await dm.press("Get the file")).until("Your export")
    assert reply.ephemeral
    assert "Liked songs.csv" in unzipped((await attached(reply))[1])


async def test_no_log_tells_what_somebody_listens_to(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    caplog.set_level("INFO")
    offered = await ben.completes("/vault export", "list", format=M3U8)
    name, _ = await attached(await export(ben, M3U8, list=str(offered[1].value)))
    reply = await linked(town, ben)
    await fetched(await reply.open("Fetch it"))
    logged = "\n".join(map(RedactingFormatter().format, caplog.records))
    for told in (name, offered[1].name, offered[1].value, reply.links["Fetch it"].rpartition("/")[2]):
        assert str(told) not in logged


async def test_a_limit_that_discord_told_wrongly_ends_in_a_link(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    await town.fate("discord", "limit_files", size=500, told=10_000_000)
    reply = await export(ben, CSV)
    assert "Discord did not take the file" in reply.text
    assert "Liked songs.csv" in await fetched(await reply.open("Fetch it"))


async def test_without_a_public_address_it_is_said_what_can_be_done(tmp_path: Path) -> None:
    async with a_town(tmp_path, web={"public_url": ""}) as town:
        ben = town.person("ben")
        await first_sync_by_paste(town, ben)
        await town.fate("discord", "limit_files", size=500)
        reply = await (await ben.types("/vault export", format=CSV)).until("Too large for Discord")
        assert "no public address" in reply.text
        assert "`/link drive`" in reply.text
        assert reply.links == {}


async def first_sync_by_paste(town: Town, person: Person) -> None:
    await person.types("/link spotify")
    offer = await person.gets_dm("Link Spotify")
    consent = await person.opens(offer.links["Link Spotify"])
    ended = await consent.press("Agree")
    await (await person.types("/link paste", address=ended.url)).until("linked")
    status = await person.types("/vault status")
    while "25 likes" not in status.text:
        status = await person.types("/vault status")


async def test_an_export_for_a_key_opens_with_that_key_alone(town: Town, tmp_path: Path) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    identity = Seal.generate_identity()
    seal = Seal([identity])
    reply = await export(ben, CSV, recipient=seal.public_keys[0])
    name, content = await attached(reply)
    assert name.endswith(".zip.age")
    (tmp_path / "got.age").write_bytes(content)
    seal.unseal(tmp_path / "got.age", tmp_path / "got.zip")
    assert "Liked songs.csv" in unzipped((tmp_path / "got.zip").read_bytes())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("age1nonsense", "begins with `age1`"),
        ("AGE-SECRET-KEY-1QQQQ", "That was your secret key"),
    ],
    ids=["nonsense", "secret-half"],
)
async def test_what_is_no_public_key_is_said_at_once(town: Town, given: str, words: str) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    reply = await (await ben.types("/vault export", format=CSV, recipient=given)).settled()
    assert words in reply.text


async def test_a_passphrase_is_asked_for_in_a_form_and_forgotten(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    form = await ben.types("/vault export", format=CSV, passphrase="yes")
    assert form.modal is not None
    assert form.modal.fields == ["Passphrase", "The same again"]
    reply = await (await form.submit(passphrase=PASSPHRASE, again=PASSPHRASE)).until("Your export", within=30)
    _, content = await attached(reply)
    assert "Liked songs.csv" in unzipped(pyrage.passphrase.decrypt(content, PASSPHRASE))
    (row,) = await town.database("SELECT payload FROM runs WHERE kind = 'export'")
    assert set(json.loads(row[0])) == {"form", "which", "backup", "recipient"}  # type: ignore[index]
    everything = b"".join(path.read_bytes() for path in town.folder.glob("musivault.db*"))
    assert PASSPHRASE.encode() not in everything


async def test_passphrases_that_differ_export_nothing(town: Town) -> None:
    ben = town.person("ben")
    await first_sync(ben)
    form = await ben.types("/vault export", format=CSV, passphrase="yes")
    reply = await (await form.submit(passphrase=PASSPHRASE, again=f"{PASSPHRASE}!")).settled()
    assert "The two passphrases differ" in reply.text
    assert await town.database("SELECT 1 FROM runs WHERE kind = 'export'") == []


async def test_wishes_that_make_no_sense_are_refused_at_once(town: Town) -> None:
    cleo, ben = town.person("cleo"), town.person("ben")
    assert "nothing in your vault yet" in (await (await cleo.types("/vault export", format=CSV)).settled()).text
    await first_sync(ben)
    whole = await (await ben.types("/vault export", format=JSON, list="Liked songs")).settled()
    assert "JSON is the whole archive" in whole.text
    unknown = await (await ben.types("/vault export", format=CSV, list="No such list")).settled()
    assert "That list is not in your vault" in unknown.text
