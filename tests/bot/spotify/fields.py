"""What becomes of every field of Spotify's catalogue objects: kept (and how that is seen), or dropped (and why)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from html import unescape
from typing import Any

from bot.spotify import parse
from storage.records import Album, Artist, PlaylistDetails, SavedKind, Show, Track

Check = Callable[[Any, Any], bool]


def same(attribute: str) -> Check:
    """The record holds exactly this value; a missing one stands for null and empty."""
    return lambda record, value: (
        getattr(record, attribute) == value or (value in (None, "") and not getattr(record, attribute))
    )


def first_image(record: Album | Artist | Show | PlaylistDetails, value: list[dict[str, str]] | None) -> bool:
    return record.image_url == (value[0]["url"] if value else None)


def same_artists(record: Track | Album, value: list[dict[str, str]]) -> bool:
    return record.artists == tuple(parse.artist(raw) for raw in value)


def kind_of_track(record: Track, value: str) -> bool:
    return record.kind.value == value or record.kind.value == "local"


def external_ids(record: Track, value: Mapping[str, str]) -> bool:
    return set(value) <= {"isrc"} and record.isrc == value.get("isrc")


def album_ids(record: Album, value: Mapping[str, str]) -> bool:
    return set(value) <= {"upc"} and record.upc == value.get("upc")


LINK = "follows from the id"
SIZES = "the same picture's address"
MARKET = "where it can be played; only sent to apps of before 2026, and changes by the day"
PLAYABLE = "whether it can be played where the asker is; changes by the day"
POPULARITY = "a number of the day; gone for apps of 2026"
PREVIEW = "a sample's address; always null for apps since 2024"
PROSE = "the podcast's own words, long, and not the person's"
LANGUAGE = "the podcast's own; comes back with the episode"
LEGAL = "the label's words; comes back with the album"

KEPT: dict[str, dict[str, Check]] = {
    "track": {
        "uri": same("uri"),
        "id": same("spotify_id"),
        "name": same("name"),
        "type": kind_of_track,
        "is_local": lambda record, value: (record.kind.value == "local") is value,
        "artists": same_artists,
        "album": lambda record, value: record.album == parse.album(value),
        "duration_ms": same("duration_ms"),
        "explicit": same("explicit"),
        "external_ids": external_ids,
        "disc_number": same("disc_number"),
        "track_number": same("track_number"),
    },
    "episode": {
        "uri": same("uri"),
        "id": same("spotify_id"),
        "name": same("name"),
        "type": kind_of_track,
        "show": lambda record, value: record.show == parse.show(value),
        "duration_ms": same("duration_ms"),
        "explicit": same("explicit"),
        "release_date": same("release_date"),
        "release_date_precision": lambda record, value: (
            value == {4: "year", 7: "month", 10: "day"}[len(record.release_date)]
        ),
    },
    "artist": {"id": same("spotify_id"), "name": same("name"), "images": first_image},
    "album": {
        "id": same("spotify_id"),
        "name": same("name"),
        "artists": same_artists,
        "album_type": same("kind"),
        "release_date": same("release_date"),
        "release_date_precision": same("release_precision"),
        "total_tracks": same("total_tracks"),
        "images": first_image,
        "external_ids": album_ids,
    },
    "show": {"id": same("spotify_id"), "name": same("name"), "publisher": same("publisher"), "images": first_image},
    "playlist": {
        "id": same("spotify_id"),
        "name": same("name"),
        "uri": lambda record, value: value.endswith(f":playlist:{record.spotify_id}"),
        "description": lambda record, value: record.description == unescape(value or ""),
        "owner": lambda record, value: (record.owner_id, record.owner_name) == (value["id"], value.get("display_name")),
        "public": lambda record, value: record.public is value,
        "collaborative": same("collaborative"),
        "snapshot_id": same("snapshot_id"),
        "images": first_image,
        "tracks": lambda record, value: True,  # a page: its entries are compared one by one
    },
    "playlist item": {
        "added_at": lambda record, value: record.added_at.isoformat().replace("+00:00", "Z") == value,
        "added_by": lambda record, value: record.added_by == value["id"],
        "is_local": lambda record, value: (record.track.kind.value == "local") is value,
        "track": lambda record, value: record.track == parse.track(value) and (record.track is None) is (value is None),
        "item": lambda record, value: record.track == parse.track(value) and (record.track is None) is (value is None),
    },
}

_EVERYWHERE = {"external_urls": LINK, "href": LINK}
_TRACK = {
    "available_markets": MARKET,
    "is_playable": PLAYABLE,
    "popularity": POPULARITY,
    "preview_url": PREVIEW,
    "linked_from": "only sent for a market, and the gateway never asks for one",
    "episode": "says again what `type` says",
    "track": "says again what `type` says",
}

DROPPED: dict[str, dict[str, str]] = {
    "track": _EVERYWHERE | _TRACK,
    "episode": _EVERYWHERE
    | _TRACK
    | {
        "audio_preview_url": PREVIEW,
        "description": PROSE,
        "html_description": PROSE,
        "images": SIZES + "; the show's is kept",
        "is_externally_hosted": "how Spotify serves it",
        "language": LANGUAGE,
        "languages": LANGUAGE,
        "resume_point": "how far somebody listened; of the player, not of the library",
    },
    "artist": _EVERYWHERE
    | {
        "type": "always artist",
        "uri": LINK,
        "followers": POPULARITY,
        "genres": "empty or null for apps of 2026",
        "popularity": POPULARITY,
    },
    "album": _EVERYWHERE
    | {
        "type": "always album",
        "uri": LINK,
        "album_group": "how it relates to the artist that was asked for; gone for apps of 2026",
        "available_markets": MARKET,
        "is_playable": PLAYABLE,
        "popularity": POPULARITY,
        "copyrights": LEGAL,
        "label": LEGAL,
        "genres": "always empty",
        "tracks": "only in an album's own answer; each is compared as a track",
    },
    "show": _EVERYWHERE
    | {
        "type": "always show",
        "uri": LINK,
        "available_markets": MARKET,
        "copyrights": LEGAL,
        "description": PROSE,
        "html_description": PROSE,
        "episodes": "only in a show's own answer; each is compared as an episode",
        "explicit": "each episode says it",
        "is_externally_hosted": "how Spotify serves it",
        "languages": LANGUAGE,
        "media_type": "how Spotify serves it",
        "total_episodes": "grows by the week, and is no part of a library",
    },
    "playlist": _EVERYWHERE
    | {
        "type": "always playlist",
        "followers": POPULARITY,
        "primary_color": "Spotify's own, for its app",
    },
    "playlist item": {
        "primary_color": "Spotify's own, for its app",
        "video_thumbnail": "Spotify's own, for its app",
    },
    "user": {"external_urls": LINK, "href": LINK, "uri": LINK, "type": "always user"},
}

USER_FIELDS = {"id", "display_name"} | set(DROPPED["user"])

POINTERS = {
    "context": "what was playing from: a pointer, of the player",
    "linked_from": DROPPED["track"]["linked_from"],
}


def saved_album(value: Mapping[str, Any]) -> bool:
    """A saved album: the entry's time and the album are kept."""
    record = parse.saved(value, SavedKind.ALBUM)
    return record.thing == parse.album(value["album"]) and moment(record.added_at) == value["added_at"]


def play(value: Mapping[str, Any]) -> bool:
    """A play: the track, when it was played, and from what."""
    (record,) = parse.plays({"items": [value]})
    context = value["context"]
    return (
        record.track == parse.track(value["track"])
        and moment(record.played_at) == value["played_at"][:19] + "Z"
        and record.context_uri == (context["uri"] if context else None)
    )


def moment(value: datetime | None) -> str:
    return "" if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")


OTHER_WRAPPERS: dict[frozenset[str], Callable[[Mapping[str, Any]], bool]] = {
    frozenset({"added_at", "album"}): saved_album,
    frozenset({"played_at", "context", "track"}): play,
}

NOT_CATALOGUE = {
    "zmb3/get_audio_analysis.txt": "numbers about sound, read on its own below",
    "zmb3/player_available_devices.txt": "loudspeakers",
}
