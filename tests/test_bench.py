"""The benchmarks themselves, on a tiny world: they measure what they say, so that they do not rot unseen."""

import json
from pathlib import Path

import pytest

from tests.bench import archive, report, sync
from tests.bench.archive.night import Nights
from tests.bench.report import Bar, Result
from tests.bench.sync.least import least
from tests.bench.sync.size import Library, Size

TINY = Size(
    library=Library(likes=120, playlists=4, items=60, followed=2, albums=5, artists=4, shows=1, episodes=2, plays=3),
    latency=0.01,
    runs=1,
    at_once=2,
    seeds=2,
    playlists_of_the_year=2,
    items_of_the_year=10,
    days_of_the_year=5,
)
FIGURES = {
    "cold_requests",
    "cold_requests_least",
    "cold_seconds",
    "cold_limit_seconds",
    "warm_requests",
    "edits_requests",
    "loop_lag_p99_ms",
    "loop_lag_max_ms",
    "memory_growth_mb",
    "memory_growth_ten_mb",
    "year_of_versions_mb",
}


@pytest.mark.timeout(300)  # five processes are started, however busy the machine is
async def test_the_sync_benchmark_measures_everything_it_promises(tmp_path: Path) -> None:
    heard: list[str] = []
    result = await sync.benchmark(tmp_path, TINY, heard.append)
    told = json.loads(report.write(result, tmp_path / "out").read_text())
    figures, peer, ratio = told["figures"], told["peer"], told["ratio"]
    assert set(figures) >= FIGURES
    assert set(peer) == {"sequential_seconds", "sequential_requests"}
    assert set(ratio) == {"cold_speedup", "cold_over_limit", "cold_requests_over_least"}
    assert set(told["missed"]) <= set(sync.BARS)
    # profile, plays, six tops; likes; albums, shows, episodes, follows; the list; two pages of each own playlist
    assert figures["cold_requests_least"] == 8 + 3 + 4 + 1 + 4 * 2
    assert figures["cold_requests"] >= figures["warm_requests"] > 0
    assert figures["edits_requests"] >= figures["warm_requests"]
    assert peer["sequential_requests"] == figures["cold_requests_least"]
    assert ratio["cold_requests_over_least"] == figures["cold_requests"] / figures["cold_requests_least"]
    assert figures["cold_limit_seconds"] == pytest.approx(figures["cold_requests"] * 0.01 / 8)
    assert figures["loop_lag_max_ms"] >= figures["loop_lag_p99_ms"] > 0
    assert figures["memory_growth_ten_mb"] > 0
    assert figures["year_of_versions_mb"] > 0
    assert str(tmp_path) not in json.dumps(told)
    assert any(" track " in line for line in told["plan"])
    assert heard


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_the_archive_benchmark_measures_everything_it_promises(tmp_path: Path) -> None:
    nights = Nights(people=4, changed=1, apps=2, likes=20, playlists=2, items=5, latency=0.0)
    result = await archive.benchmark(tmp_path, archive.Size(TINY.library, nights), lambda _: None)
    told = json.loads(report.write(result, tmp_path / "out").read_text())
    figures, peer, ratio = told["figures"], told["peer"], told["ratio"]
    assert set(told["missed"]) <= set(archive.BARS)
    assert figures["unchanged_upload_bytes"] == 0
    assert 0 < figures["unchanged_requests"] <= 2
    assert figures["night_drive_bytes"] > 0
    assert figures["night_drive_requests"] > 4
    assert figures["night_spotify_requests"] >= 4 * 8
    assert figures["people_per_minute"] > 0
    assert figures["night_peak_mb"] > 0
    assert 0 < figures["archive_bytes"] < figures["raw_json_bytes"]
    assert ratio["size_over_raw"] == (figures["archive_bytes"] - figures["cover_bytes"]) / figures["raw_json_bytes"]
    assert ratio["speedup"] > 0
    assert peer["plain_seconds"] > 0


def test_the_fewest_requests_are_pages_of_fifty_and_closed_playlists_are_not_read() -> None:
    def entries(count: int) -> list[dict[str, str]]:
        return [{"uri": str(number)} for number in range(count)]

    library = {
        "likes": entries(101),
        "albums": entries(50),
        "shows": [],
        "episodes": entries(1),
        "follows": entries(51),
        "playlists": [{"readable": True, "items": entries(151)}, {"readable": False, "items": entries(500)}],
    }
    assert least(library) == 8 + 3 + 1 + 1 + 1 + 2 + 1 + 4


def test_a_table_says_which_bar_is_missed() -> None:
    result = Result(
        "x", {"requests": 41, "other": 1}, {}, {"speed": 7.5}, {"requests": Bar(40), "speed": Bar(6, at_least=True)}
    )
    assert result.missed() == ("requests",)
    lines = report.table(result).splitlines()
    assert any("41" in line and "at most 40" in line and "MISSED" in line for line in lines)
    assert any("7.500" in line and "at least 6" in line and "holds" in line for line in lines)
