"""The parser against real answers of Spotify, where the folder with them is at hand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.spotify import parse
from storage.records import SavedKind, TopKind, TopTerm
from tests.bot.spotify.fields import DROPPED, KEPT, NOT_CATALOGUE, OTHER_WRAPPERS, POINTERS, USER_FIELDS

FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "api_fixtures"
FILES = sorted(
    path.relative_to(FIXTURES).as_posix() for path in FIXTURES.glob("*/*") if path.suffix in {".txt", ".json"}
)

pytestmark = pytest.mark.skipif(not FILES, reason="the folder with Spotify's real answers is not beside this checkout")

READERS = {
    "track": parse.track,
    "episode": parse.track,
    "artist": parse.artist,
    "album": parse.album,
    "show": parse.show,
    "playlist": parse.playlist,
    "playlist item": parse.playlist_item,
}
KEYS = {"artists": "artist", "album": "album", "show": "show", "track": "track", "item": "track"}


def documents(name: str) -> Iterator[Any]:
    """A file's answers; one file holds two, one after the other."""
    text, decoder, at = (FIXTURES / name).read_text(encoding="utf-8"), json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        answer, at = decoder.raw_decode(text, at)
        yield answer


def objects(value: object, key: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every JSON object of an answer with the key it stands under and what it is ('' when it is nothing of ours)."""
    if isinstance(value, list):
        for entry in value:
            yield from objects(entry, key)
    elif isinstance(value, dict):
        yield key, what(value, key), value
        for field, inner in value.items():
            yield from objects(inner, field)


def what(value: dict[str, Any], key: str) -> str:
    if "added_at" in value or "added_by" in value or "played_at" in value:
        return "playlist item"
    if value.get("type") in READERS and (value.keys() & {"uri", "id"} or key in KEYS):
        return str(value["type"])
    return KEYS.get(key, "") if "name" in value else ""


def unexplained(key: str, kind: str, raw: dict[str, Any]) -> list[str]:
    """What of this object is neither kept as it is nor dropped for a reason."""
    if key in POINTERS or (key == "seeds" and "name" not in raw):
        return []
    if kind == "playlist item" and frozenset(raw) in OTHER_WRAPPERS:
        return [] if OTHER_WRAPPERS[frozenset(raw)](raw) else [f"{raw}"]
    record = READERS[kind](raw)
    if record is None:
        return [f"{kind} vanished: {raw}"]
    checks, reasons = KEPT[kind], DROPPED[kind]
    return [
        f"{kind}.{field} = {value!r}"
        for field, value in raw.items()
        if not (checks[field](record, value) if field in checks else field in reasons)
    ]


@pytest.mark.parametrize("name", [name for name in FILES if name not in NOT_CATALOGUE])
def test_every_field_of_every_real_answer_is_kept_or_dropped_for_a_reason(name: str) -> None:
    found, lost = 0, []
    for document in documents(name):
        start = "track" if document.get("is_local") else ""
        for key, kind, raw in objects(document, start):
            if kind:
                found += 1
                lost += unexplained(key, kind, raw)
            elif key in {"owner", "added_by"}:
                lost += [f"user.{field}" for field in raw if field not in USER_FIELDS]
    assert found, "an answer without anything of a catalogue belongs into NOT_CATALOGUE, with a reason"
    assert lost == []


@pytest.mark.parametrize("name", [name for name in FILES if name not in NOT_CATALOGUE])
def test_no_position_of_a_real_page_is_lost_or_moved(name: str) -> None:
    for document in documents(name):
        for _key, _kind, raw in objects(document):
            entries = raw.get("items")
            if not isinstance(entries, list):
                continue
            items, playlists = parse.item_page(raw), parse.listed_page(raw)
            likes = [parse.saved(entry, SavedKind.TRACK) for entry in entries]
            assert [entry.added_at for entry in likes] == [entry.added_at for entry in items.items]
            assert [entry.track for entry in items.items] == [parse.track(entry.get("track")) for entry in entries]
            assert [entry.details.spotify_id for entry in playlists.items] == [e["id"] for e in entries if e.get("id")]
            assert items.total == raw.get("total", len(entries))
            more = raw.get("next") is not None or len(entries) < raw.get("total", 0)
            assert items.next_offset == (len(entries) if more and entries else None)


def test_a_whole_playlists_answer_gives_its_items_in_order() -> None:
    name = "peter_schorn/Playlists_Crumb_-_Playlist_PagingObject_PlaylistItemContainer_PlaylistItem_.json"
    (answer,) = documents(name)
    page = parse.item_page(answer)
    assert [entry.track.name for entry in page.items if entry.track] == [
        entry["track"]["name"] for entry in answer["tracks"]["items"]
    ]
    assert page.total == answer["tracks"]["total"] == len(page.items)


def test_what_is_not_read_is_named_and_there() -> None:
    assert set(NOT_CATALOGUE) <= set(FILES)


def test_no_field_is_both_kept_and_dropped() -> None:
    assert [kind for kind, checks in KEPT.items() if checks.keys() & DROPPED[kind].keys()] == []


def test_a_real_analysis_is_read_whole() -> None:
    (answer,) = documents("zmb3/get_audio_analysis.txt")
    analysis = parse.audio_analysis(answer)
    for name in ("bars", "beats", "tatums", "sections", "segments"):
        assert len(getattr(analysis, name)) == len(answer[name]) > 0
    assert analysis.beats[-1].start == answer["beats"][-1]["start"]
    assert analysis.sections[0].tempo == answer["sections"][0]["tempo"]
    assert list(analysis.segments[-1].timbre) == answer["segments"][-1]["timbre"]
    assert (analysis.tempo, analysis.key) == (answer["track"]["tempo"], answer["track"]["key"])


def test_real_favourites_are_read_in_order() -> None:
    for name, kind in (("tracks", TopKind.TRACKS), ("artists", TopKind.ARTISTS)):
        (answer,) = documents(f"zmb3/current_users_top_{name}.txt")
        top = parse.top(answer, kind, TopTerm.LONG)
        assert [thing.uri for thing in top.things] == [entry["uri"] for entry in answer["items"]]
        assert top.things


def test_real_lists_of_playlists_say_how_many_items_each_has() -> None:
    (answer,) = documents("zmb3/current_users_playlists.txt")
    page = parse.listed_page(answer)
    assert [listed.items for listed in page.items] == [entry["tracks"]["total"] for entry in answer["items"]]
