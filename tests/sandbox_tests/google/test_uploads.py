import base64
import hashlib
import json

import aiohttp
import pytest

from tests.sandbox_tests.google.app import UNIT, Google


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
async def test_multipart_bodies_are_bytes(ada: Google, newline: bytes) -> None:
    content = b"PK\x03\x04\r\n\n--not the boundary\n\x00\xff"
    parts = [
        b"--mark",
        b"Content-Type: application/json",
        b"",
        json.dumps({"name": "archive.zip"}).encode(),
        b"--mark",
        b"Content-Type: application/zip",
        b"",
        content,
        b"--mark--",
    ]
    answer = await ada.ask(
        "POST",
        "/upload/drive/v3/files?uploadType=multipart&fields=id,name,size,mimeType,md5Checksum,sha256Checksum",
        data=newline.join(parts),
        headers={"Content-Type": "multipart/related; boundary=mark"},
    )
    file = answer.json
    assert (file["name"], file["size"], file["mimeType"]) == ("archive.zip", str(len(content)), "application/zip")
    assert file["sha256Checksum"] == hashlib.sha256(content).hexdigest()
    assert file["md5Checksum"] == hashlib.md5(content).hexdigest()
    assert base64.b64decode(await ada.door.hands.read_file("ada", file["id"])) == content


async def test_a_resumable_upload_goes_chunk_by_chunk(ada: Google) -> None:
    content = bytes(range(256)) * 1024 + b"the rest"
    total = len(content)
    where = await ada.begin(total, name="archive.zip")
    empty = await ada.chunk(where, b"", f"bytes */{total}")
    assert (empty.status, "Range" in empty.headers) == (308, False)
    first = await ada.chunk(where, content[:UNIT], f"bytes 0-{UNIT - 1}/{total}")
    assert (first.status, first.headers["Range"]) == (308, f"bytes=0-{UNIT - 1}")
    assert await ada.names() == []
    last = await ada.chunk(where, content[UNIT:], f"bytes {UNIT}-{total - 1}/{total}")
    assert last.status == 200
    assert (await ada.chunk(where, b"", f"bytes */{total}")).json == last.json
    assert await ada.door.hands.open_sessions() == 0
    assert base64.b64decode(await ada.door.hands.read_file("ada", last.json["id"])) == content


async def test_the_address_of_a_session_is_all_it_takes(google: Google, ada: Google) -> None:
    where = await ada.begin(4, name="x")
    assert (await google.chunk(where, b"zip!", "bytes 0-3/4")).status == 200


@pytest.mark.parametrize(
    ("length", "content_range"),
    [
        (1000, f"bytes 0-999/{2 * UNIT}"),
        (UNIT + 1, f"bytes 0-{UNIT}/{2 * UNIT}"),
        (UNIT, f"bytes {UNIT}-{2 * UNIT - 1}/{2 * UNIT}"),
        (10, f"bytes 0-{UNIT - 1}/{2 * UNIT}"),
        (10, "bytes of mine"),
    ],
    ids=["too short", "no multiple", "a gap", "less than announced", "nonsense"],
)
async def test_a_chunk_against_the_rules_is_refused(ada: Google, length: int, content_range: str) -> None:
    where = await ada.begin(2 * UNIT)
    assert (await ada.chunk(where, b"x" * length, content_range)).status == 400
    assert "Range" not in (await ada.chunk(where, b"", f"bytes */{2 * UNIT}")).headers


async def test_of_a_chunk_that_breaks_off_whole_units_are_kept(ada: Google) -> None:
    total = 3 * UNIT
    where = await ada.begin(total)
    await ada.door.hands.cut_next(after_bytes=UNIT + 1000, times=2)  # aiohttp tries once more by itself
    with pytest.raises(aiohttp.ClientError):
        await ada.chunk(where, b"x" * total, f"bytes 0-{total - 1}/{total}")
    assert (await ada.chunk(where, b"", f"bytes */{total}")).headers["Range"] == f"bytes=0-{UNIT - 1}"


async def test_a_lost_session_is_not_found(ada: Google) -> None:
    where = await ada.begin(4)
    assert await ada.door.hands.lose_sessions() == 1
    assert (await ada.chunk(where, b"zip!", "bytes 0-3/4")).status == 404


async def test_a_full_drive_refuses_before_and_after_the_bytes(ada: Google) -> None:
    where = await ada.begin(4)
    await ada.door.hands.fill_up("ada")
    answer = await ada.chunk(where, b"zip!", "bytes 0-3/4")
    assert (answer.status, answer.reason) == (403, "storageQuotaExceeded")
    refused = await ada.ask(
        "POST", "/upload/drive/v3/files?uploadType=resumable", json={}, headers={"X-Upload-Content-Length": "4"}
    )
    assert refused.reason == "storageQuotaExceeded"
    await ada.door.hands.make_room("ada")
    assert (await ada.chunk(where, b"", "bytes */4")).status == 200


async def test_a_download_may_ask_for_a_part(ada: Google) -> None:
    where = await ada.begin(10)
    file = (await ada.chunk(where, b"0123456789", "bytes 0-9/10")).json["id"]
    path = f"/drive/v3/files/{file}?alt=media"
    assert (await ada.ask("GET", path)).body == b"0123456789"
    part = await ada.ask("GET", path, headers={"Range": "bytes=4-99"})
    assert (part.status, part.body, part.headers["Content-Range"]) == (206, b"456789", "bytes 4-9/10")
    assert (await ada.ask("GET", path, headers={"Range": "bytes=10-"})).status == 416


async def test_a_lost_answer_is_a_change_that_happened(ada: Google) -> None:
    await ada.door.hands.lose_answer_next()
    with pytest.raises(aiohttp.ClientError):
        await ada.ask("POST", "/drive/v3/files", json={"name": "made"})
    assert await ada.names() == ["made"]


async def test_a_failure_on_demand_has_googles_shape_and_ends(ada: Google) -> None:
    await ada.door.hands.fail_next(1, 403, "userRateLimitExceeded", method="GET", path_contains="/files", skip=1)
    assert (await ada.ask("GET", "/drive/v3/files")).status == 200
    answer = await ada.ask("GET", "/drive/v3/files")
    assert answer.json["error"]["code"] == 403
    assert answer.json["error"]["errors"][0]["domain"] == "usageLimits"
    assert answer.reason == "userRateLimitExceeded"
    assert (await ada.ask("GET", "/drive/v3/files")).status == 200


async def test_the_journal_holds_no_secrets(ada: Google) -> None:
    where = await ada.begin(4)
    await ada.chunk(where, b"zip!", "bytes 0-3/4")
    seen = json.dumps(await ada.door.hands.requests())
    assert "upload_id" not in seen
    assert "code=" not in seen
    assert ada.token not in seen
