from pathlib import Path

from hypothesis import HealthCheck, given, settings

from storage import archive
from storage.records import Library
from tests.builders import ADA, NOON
from tests.storage.strategies import some_libraries


@given(stored=some_libraries())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_archive_gives_back_what_was_put_in(stored: Library, tmp_path: Path) -> None:
    path = tmp_path / "ada.zip"
    archive.write(path, stored, discord_id=ADA, spotify_id="ada_spotify", created_at=NOON)
    manifest, read = archive.read(path)
    assert read == stored
    assert manifest.counts == stored.counts
