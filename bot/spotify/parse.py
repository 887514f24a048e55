"""Spotify's JSON to records, pure. Neutral, missing and null values never raise; every position of a list is kept.

Old and new shapes are read: since February 2026 a playlist's `tracks` are `items` and an entry's `track` is `item`.
What was asked for and is not in the answer at all raises `UnusableAnswer`.
"""

from bot.spotify.parse_catalogue import album, artist, found_tracks, one_track, show, track, tracks
from bot.spotify.parse_library import (
    Listed,
    Opened,
    Profile,
    cover_urls,
    flags,
    follows,
    item_page,
    listed,
    listed_page,
    one_playlist,
    opened,
    playlist,
    playlist_item,
    profile,
    saved,
    saved_page,
    whose,
)
from bot.spotify.parse_listening import plays, top
from bot.spotify.parse_pages import Follows, Page, checked_page
from bot.spotify.parse_sound import (
    AudioAnalysis,
    AudioFeatures,
    audio_analysis,
    audio_features,
    one_audio_features,
    several_audio_features,
)
from bot.spotify.parse_values import Raw, UnusableAnswer

__all__ = [
    "AudioAnalysis",
    "AudioFeatures",
    "Follows",
    "Listed",
    "Opened",
    "Page",
    "Profile",
    "Raw",
    "UnusableAnswer",
    "album",
    "artist",
    "audio_analysis",
    "audio_features",
    "checked_page",
    "cover_urls",
    "flags",
    "follows",
    "found_tracks",
    "item_page",
    "listed",
    "listed_page",
    "one_audio_features",
    "one_playlist",
    "one_track",
    "opened",
    "playlist",
    "playlist_item",
    "plays",
    "profile",
    "saved",
    "saved_page",
    "several_audio_features",
    "show",
    "top",
    "track",
    "tracks",
    "whose",
]
