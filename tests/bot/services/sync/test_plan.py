from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.services.sync.plan import PlaylistsPlan, Reader, Why, plan_playlists
from bot.spotify.parse import Listed
from storage.records import PlaylistDetails, PlaylistHead
from tests.builders import NOON

WEEK = timedelta(days=7)
ADA = Reader("ada_spotify", NOON, WEEK)


def details(name: str, *, owner: str = "ada_spotify", snapshot: str | None = "1", **more: object) -> PlaylistDetails:
    return PlaylistDetails(f"id-{name}", name, owner, snapshot_id=snapshot, **more)  # type: ignore[arg-type]


def head(of: PlaylistDetails, *, read_at: datetime | None = NOON, **more: object) -> PlaylistHead:
    return PlaylistHead(of, read_at=read_at, **more)  # type: ignore[arg-type]


def reasons(plan: PlaylistsPlan) -> dict[str, Why]:
    return {wanted.listed.details.name: wanted.why for wanted in plan.read}


def test_what_the_snapshots_prove_unchanged_is_not_read() -> None:
    road = details("Road")
    assert plan_playlists([head(road)], [Listed(road, 3)], ADA) == PlaylistsPlan()


@pytest.mark.parametrize(
    ("stored", "listed", "why"),
    [
        (None, details("Road"), Why.NEW),
        (head(details("Road")), details("Road", snapshot="2"), Why.EDITED),
        (head(details("Road", snapshot=None)), details("Road", snapshot=None), Why.EDITED),
        (head(details("Road"), read_at=None), details("Road"), Why.UNREAD),
        (head(details("Road"), read_at=NOON - WEEK), details("Road"), Why.WEEKLY),
        (head(details("Road"), removed_at=NOON), details("Road", snapshot="2"), Why.EDITED),
        (head(details("Ours"), read_at=NOON - WEEK), details("Ours", owner="ben", collaborative=True), Why.WEEKLY),
    ],
)
def test_contents_are_read_for_a_reason(stored: PlaylistHead | None, listed: PlaylistDetails, why: Why) -> None:
    plan = plan_playlists([stored] if stored else [], [Listed(listed, 3)], ADA)
    assert reasons(plan) == {listed.name: why}
    assert (plan.details, plan.closed, plan.missing) == ((), (), ())


def test_a_full_pass_reads_everything_that_can_be_read() -> None:
    road, radio = details("Road"), details("Radio", owner="ben")
    heads = [head(road), head(radio, closed=True, listed_items=9)]
    plan = plan_playlists(heads, [Listed(road, 3), Listed(radio, 9)], replace(ADA, full=True))
    assert reasons(plan) == {"Road": Why.WEEKLY}


def test_of_a_followed_playlist_only_the_details_are_kept() -> None:
    radio = Listed(details("Radio", owner="ben"), 25)
    plan = plan_playlists([], [radio], ADA)
    assert plan.closed == (radio,)
    assert plan.read == ()


@pytest.mark.parametrize(
    "changed",
    [
        Listed(details("Radio", owner="ben", snapshot="2"), 25),
        Listed(details("Radio", owner="ben"), 26),
        Listed(replace(details("Radio", owner="ben"), name="Radio Two"), 25),
    ],
)
def test_a_followed_playlist_is_written_again_once_its_details_differ(changed: Listed) -> None:
    known = head(details("Radio", owner="ben"), read_at=None, closed=True, listed_items=25)
    assert plan_playlists([known], [Listed(known.details, 25)], ADA).closed == ()
    assert plan_playlists([known], [changed], ADA).closed == (changed,)


def test_an_app_of_old_reads_followed_playlists_too() -> None:
    known = head(details("Radio", owner="ben"), read_at=None, closed=True, listed_items=25)
    plan = plan_playlists([known], [Listed(known.details, 25)], replace(ADA, sees_followed=True))
    assert reasons(plan) == {"Radio": Why.UNREAD}


def test_a_shared_playlist_that_turned_out_closed_is_left_alone_until_it_changes() -> None:
    shared = details("Club", owner="ben", collaborative=True)
    known = head(shared, read_at=None, closed=True, listed_items=9)
    assert plan_playlists([known], [Listed(shared, 9)], ADA).read == ()
    edited = Listed(replace(shared, snapshot_id="2"), 9)
    assert reasons(plan_playlists([known], [edited], ADA)) == {"Club": Why.EDITED}


def test_back_on_spotify_unchanged_needs_no_reading_but_is_written() -> None:
    road = details("Road")
    plan = plan_playlists([head(road, removed_at=NOON)], [Listed(road, 3)], ADA)
    assert plan.read == ()
    assert plan.details == (Listed(road, 3),)


def test_a_new_name_under_the_same_snapshot_is_written_without_reading() -> None:
    road = details("Road")
    renamed = Listed(replace(road, owner_name="Ada"), 3)
    plan = plan_playlists([head(road)], [renamed], ADA)
    assert plan.details == (renamed,)
    assert plan.read == ()


def test_another_address_of_the_cover_alone_is_no_change() -> None:
    road = details("Road")
    assert plan_playlists([head(road)], [Listed(replace(road, image_url="x"), 3)], ADA) == PlaylistsPlan()


def test_what_the_list_lacks_is_missing_and_what_was_gone_before_is_not() -> None:
    road, coffee, old = details("Road"), details("Coffee"), details("Old")
    heads = [head(road), head(coffee), head(old, removed_at=NOON)]
    plan = plan_playlists(heads, [Listed(coffee, 3)], ADA)
    assert plan.missing == ("id-Road",)
    assert plan.order == ("id-Coffee",)


def test_the_order_is_written_only_where_it_differs() -> None:
    road, coffee = details("Road"), details("Coffee")
    heads = [head(road), head(coffee)]
    assert plan_playlists(heads, [Listed(road, 1), Listed(coffee, 1)], ADA).order is None
    assert plan_playlists(heads, [Listed(coffee, 1), Listed(road, 1)], ADA).order == ("id-Coffee", "id-Road")
