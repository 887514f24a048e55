"""One track in words: where it stands in the vault, and how it sounds."""

from collections.abc import Sequence

from bot.services.tracks import Look, Sound
from bot.spotify.parse import AudioAnalysis, AudioFeatures
from cogs.cards import Button, Card, Tone, count, safe
from cogs.present.times import ago, on
from storage.places import Places
from storage.records import ListName, Track

SHOWN_PLAYLISTS = 5
SHOWN_SECTIONS = 24
STEPS = 10
KEYS = ("C", "C♯/D♭", "D", "D♯/E♭", "E", "F", "F♯/G♭", "G", "G♯/A♭", "A", "A♯/B♭", "B")
MODES = {1: "major", 0: "minor"}
ENERGY = ("very calm", "calm", "moderate", "energetic", "very energetic")
MOOD = ("gloomy", "wistful", "in between", "cheerful", "euphoric")
DANCE = ("hard to dance to", "little to dance to", "fine to dance to", "good to dance to", "made to dance to")
NOT_KNOWN = "not known"


def track_card(look: Look) -> Card:
    """The answer to `/library track`."""
    lines = (_what(look.track), *(_standing(look.places) if look.places else (_nowhere(),)))
    buttons = (
        Button("How it sounds", "sound", look.track_id),
        Button("Open in Spotify", url=f"https://open.spotify.com/track/{look.track_id}"),
    )
    return Card(safe(look.track.name), lines, Tone.CALM if look.places else Tone.NEWS, buttons)


def _what(track: Track) -> str:
    """`by The Builders · “First Floor” (2001)`."""
    by = ", ".join(safe(artist.name, 40) for artist in track.artists[:SHOWN_PLAYLISTS])
    parts = [f"by {by}"] if by else []
    if (album := track.album) is not None:
        year = (album.release_date or "")[:4]
        parts.append(f"“{safe(album.name, 60)}”{f' ({safe(year)})' if year else ''}")
    return " · ".join(parts) or "Spotify says no more than its name."


def _nowhere() -> str:
    return "Not in your vault: neither liked, nor in a playlist your vault can see into, nor played as far as it knows."


def _standing(places: Places) -> tuple[str, ...]:
    return (
        f"**Liked:** {_liked(places)}",
        f"**Playlists:** {_in_playlists(places.playlists)}",
        f"**Played:** {_played(places)}",
    )


def _liked(places: Places) -> str:
    if places.liked_since is None:
        return "no"
    if places.liked_until is None:
        return f"since {on(places.liked_since)}"
    return f"no longer; from {on(places.liked_since)} until {on(places.liked_until)}"


def _in_playlists(playlists: Sequence[ListName]) -> str:
    if not playlists:
        return "in none that your vault can see into"
    named = ", ".join(
        f"“{safe(each.name, 40)}”{' (gone from Spotify)' if each.removed_at else ''}"
        for each in playlists[:SHOWN_PLAYLISTS]
    )
    if len(playlists) == 1:
        return f"in {named}"
    more = len(playlists) - SHOWN_PLAYLISTS
    return f"in {len(playlists):,}: {named}{f' and {more:,} more' if more > 0 else ''}"


def _played(places: Places) -> str:
    if places.plays_since is None:
        return "no plays are kept yet; each sync keeps the latest, `/vault settings` can keep all"
    kept = f"plays are kept since {on(places.plays_since)}"
    if not places.plays or places.last_played is None:
        return f"never, as far as your vault knows; {kept}"
    return f"{count(places.plays, 'time')}, the last {ago(places.last_played)}; {kept}"


def sound_card(sound: Sound) -> Card:
    """The answer to "How it sounds"."""
    lines = (
        *(_features(sound.features) if sound.features else ()),
        *(_sections(sound.analysis) if sound.analysis else ()),
        *(refusal.sentence for refusal in sound.closed),
    )
    return Card("How it sounds", lines, Tone.NEWS)


def _features(heard: AudioFeatures) -> tuple[str, ...]:
    return (
        f"**Tempo:** {f'{heard.tempo:.0f} beats a minute' if heard.tempo else NOT_KNOWN}",
        f"**Key:** {key_words(heard.key, heard.mode)}",
        f"**Time signature:** {f'{heard.time_signature}/4' if heard.time_signature else NOT_KNOWN}",
        f"**Loudness:** {f'{heard.loudness:.1f} dB' if heard.loudness is not None else NOT_KNOWN}",
        f"**Energy:** {share_words(heard.energy, ENERGY)}",
        f"**Mood:** {share_words(heard.valence, MOOD)}",
        f"**Dancing:** {share_words(heard.danceability, DANCE)}",
    )


def key_words(key: int | None, mode: int | None) -> str:
    """`C♯/D♭ minor`; Spotify says -1 where it heard no key."""
    if key is None or not 0 <= key < len(KEYS):
        return "none that stands out"
    return f"{KEYS[key]} {MODES.get(mode, '') if mode is not None else ''}".rstrip()


def share_words(share: float | None, words: Sequence[str]) -> str:
    """A share from 0 to 1 as a short bar, a percentage and one of the words, which rise with it."""
    if share is None:
        return NOT_KNOWN
    sure = min(max(share, 0.0), 1.0)
    full = round(sure * STEPS)
    word = words[min(int(sure * len(words)), len(words) - 1)]
    return f"{'▰' * full}{'▱' * (STEPS - full)} {sure:.0%}, {word}"


def _sections(analysis: AudioAnalysis) -> tuple[str, ...]:
    spans = [section.span for section in analysis.sections]
    if not spans:
        return ("**Sections:** none were made out",)
    times = ", ".join(f"{clock(span.start)}–{clock(span.start + span.duration)}" for span in spans[:SHOWN_SECTIONS])
    more = len(spans) - SHOWN_SECTIONS
    return (f"**{count(len(spans), 'section')}:** {times}{f' and {more:,} more' if more > 0 else ''}",)


def clock(seconds: float) -> str:
    """`3:07`."""
    minutes, rest = divmod(int(max(seconds, 0.0)), 60)
    return f"{minutes}:{rest:02}"
