"""Gus, whose library is made of real answers of Spotify: linked, synced, backed up, emptied, restored."""

import pytest

from tests.journeys.town import Town, first_sync
from tests.sandbox.spotify import fixtures

pytestmark = pytest.mark.skipif(
    not fixtures.available(), reason="the folder with Spotify's real answers is not beside this checkout"
)


async def test_a_library_of_real_answers_comes_back_after_everything_was_lost(town: Town) -> None:
    gus = town.person("gus")
    before = await gus.spotify.library()
    status = await first_sync(gus)
    assert f"{len(before['likes'])} likes" in status.text
    assert "stopped" not in status.text
    await (await gus.types("/vault sync")).until("nothing changed")
    await (await gus.types("/vault backup")).until("Backed up")

    await gus.spotify.empty_account()
    await (await gus.types("/vault sync")).until("Gone from Spotify")
    preview = await (await gus.types("/vault restore")).until("Restore into Spotify?")
    done = await (await preview.press("Restore")).until("Restored into Spotify")
    after = await gus.spotify.library()
    assert [like["uri"] for like in after["likes"]] == [like["uri"] for like in before["likes"]]
    assert {one["name"]: restorable(one) for one in after["playlists"] if one["owned"]} == {
        one["name"]: restorable(one) for one in before["playlists"] if one["owned"]
    }
    assert "Undo…" in [button.label for button in done.buttons]


def restorable(playlist: dict[str, list[dict[str, str]]]) -> list[str]:
    """What of a playlist Spotify lets an app put back: everything but local files."""
    return [item["uri"] for item in playlist["items"] if not item["uri"].startswith("spotify:local:")]
