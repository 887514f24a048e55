"""What Spotify measured of a track's sound, from its JSON; closed to apps made after November 2024."""

from dataclasses import dataclass

from bot.spotify.parse_values import Raw, UnusableAnswer, as_list, as_measure, as_number, as_object, id_of


@dataclass(frozen=True, slots=True)
class AudioFeatures:
    """A track's sound in numbers: shares from 0 to 1, `loudness` in dB, `tempo` in beats a minute.

    `key` counts semitones from C, -1 where there is none; `mode` is 1 for major, 0 for minor.
    """

    spotify_id: str
    acousticness: float | None = None
    danceability: float | None = None
    energy: float | None = None
    instrumentalness: float | None = None
    liveness: float | None = None
    speechiness: float | None = None
    valence: float | None = None
    loudness: float | None = None
    tempo: float | None = None
    key: int | None = None
    mode: int | None = None
    time_signature: int | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a track in seconds, and how sure Spotify is of it, from 0 to 1."""

    start: float
    duration: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Section:
    """A part such as a verse or a refrain."""

    span: Span
    loudness: float | None = None
    tempo: float | None = None
    key: int | None = None
    mode: int | None = None
    time_signature: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch with the same sound: `pitches` from C upwards, 0 to 1; `timbre` along Spotify's twelve axes."""

    span: Span
    loudness_start: float | None
    loudness_max: float | None
    pitches: tuple[float, ...]
    timbre: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AudioAnalysis:
    """A track in detail, `duration` in seconds."""

    duration: float | None
    loudness: float | None
    tempo: float | None
    key: int | None
    mode: int | None
    time_signature: int | None
    bars: tuple[Span, ...]
    beats: tuple[Span, ...]
    tatums: tuple[Span, ...]
    sections: tuple[Section, ...]
    segments: tuple[Segment, ...]


def audio_features(raw: object) -> AudioFeatures | None:
    """One track's numbers; None where Spotify has none of it."""
    entry = as_object(raw)
    spotify_id = id_of(entry)
    if spotify_id is None:
        return None
    return AudioFeatures(
        spotify_id=spotify_id,
        acousticness=as_measure(entry.get("acousticness")),
        danceability=as_measure(entry.get("danceability")),
        energy=as_measure(entry.get("energy")),
        instrumentalness=as_measure(entry.get("instrumentalness")),
        liveness=as_measure(entry.get("liveness")),
        speechiness=as_measure(entry.get("speechiness")),
        valence=as_measure(entry.get("valence")),
        loudness=as_measure(entry.get("loudness")),
        tempo=as_measure(entry.get("tempo")),
        key=as_number(entry.get("key")),
        mode=as_number(entry.get("mode")),
        time_signature=as_number(entry.get("time_signature")),
        duration_ms=as_number(entry.get("duration_ms")),
    )


def one_audio_features(raw: object) -> AudioFeatures:
    """The numbers that were asked for."""
    if (found := audio_features(raw)) is None:
        raise UnusableAnswer
    return found


def several_audio_features(raw: object, expected: int) -> tuple[AudioFeatures | None, ...]:
    """Of several tracks, in the order they were asked for."""
    entries = as_list(as_object(raw).get("audio_features"))
    if len(entries) != expected:
        raise UnusableAnswer
    return tuple(audio_features(entry) for entry in entries)


def audio_analysis(raw: object) -> AudioAnalysis:
    """A track in detail."""
    entry = as_object(raw)
    if not isinstance(entry.get("segments"), list):
        raise UnusableAnswer
    whole = as_object(entry.get("track"))
    return AudioAnalysis(
        duration=as_measure(whole.get("duration")),
        loudness=as_measure(whole.get("loudness")),
        tempo=as_measure(whole.get("tempo")),
        key=as_number(whole.get("key")),
        mode=as_number(whole.get("mode")),
        time_signature=as_number(whole.get("time_signature")),
        bars=_spans(entry, "bars"),
        beats=_spans(entry, "beats"),
        tatums=_spans(entry, "tatums"),
        sections=tuple(_section(as_object(one)) for one in as_list(entry.get("sections"))),
        segments=tuple(_segment(as_object(one)) for one in as_list(entry.get("segments"))),
    )


def _spans(raw: Raw, name: str) -> tuple[Span, ...]:
    return tuple(_span(as_object(one)) for one in as_list(raw.get(name)))


def _span(raw: Raw) -> Span:
    return Span(*(as_measure(raw.get(name)) or 0.0 for name in ("start", "duration", "confidence")))


def _section(raw: Raw) -> Section:
    return Section(
        span=_span(raw),
        loudness=as_measure(raw.get("loudness")),
        tempo=as_measure(raw.get("tempo")),
        key=as_number(raw.get("key")),
        mode=as_number(raw.get("mode")),
        time_signature=as_number(raw.get("time_signature")),
    )


def _segment(raw: Raw) -> Segment:
    return Segment(
        span=_span(raw),
        loudness_start=as_measure(raw.get("loudness_start")),
        loudness_max=as_measure(raw.get("loudness_max")),
        pitches=_measures(raw, "pitches"),
        timbre=_measures(raw, "timbre"),
    )


def _measures(raw: Raw, name: str) -> tuple[float, ...]:
    return tuple(as_measure(one) or 0.0 for one in as_list(raw.get(name)))
