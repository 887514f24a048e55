"""Backups: one large vault written and proven, and a night of many people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.archive.night import Nights, a_night
from tests.bench.archive.writing import written
from tests.bench.report import Bar, Result
from tests.bench.sync.size import Library

NAME = "archive"
BARS = {
    "speedup": Bar(3.0, at_least=True),
    "size_over_raw": Bar(0.1),
    "memory_growth_mb": Bar(100.0),
    "unchanged_requests": Bar(2),
    "unchanged_upload_bytes": Bar(0),
}


@dataclass(frozen=True)
class Size:
    """The whole benchmark; the defaults are what is published."""

    library: Library = field(default_factory=Library)
    nights: Nights = field(default_factory=Nights)


async def benchmark(folder: Path, size: Size, tell: Callable[[str], None]) -> Result:
    """All of it, in an empty folder; `tell` hears what is being measured."""
    large, city = folder / "large", folder / "city"
    large.mkdir()
    city.mkdir()
    one = await written(large, size.library, tell)
    night = await a_night(city, size.nights, tell)
    return Result(
        name=NAME,
        figures={
            "write_verify_seconds": one.write_verify_seconds,
            "archive_bytes": one.archive_bytes,
            "cover_bytes": one.cover_bytes,
            "raw_json_bytes": one.raw_json_bytes,
            "memory_growth_mb": one.memory_growth_mb,
            "loop_lag_max_ms": one.loop_lag_max_ms,
            "unchanged_upload_bytes": night.unchanged_upload_bytes,
            "unchanged_requests": night.unchanged_requests,
            "people_per_minute": night.people_per_minute,
            "night_spotify_requests": night.spotify_requests,
            "night_drive_requests": night.drive_requests,
            "night_drive_bytes": night.drive_bytes,
            "night_peak_mb": night.peak_mb,
        },
        peer={"plain_seconds": one.plain_seconds, "plain_bytes": one.plain_bytes},
        ratio={
            "speedup": one.speedup,
            "size_over_raw": (one.archive_bytes - one.cover_bytes) / one.raw_json_bytes,
        },
        bars=BARS,
    )
