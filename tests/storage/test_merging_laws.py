"""Whatever two vaults have lived through: merging loses nothing and doubles nothing, and every state can be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storage import archive
from storage.archive.lines import SECTIONS
from storage.database import Database
from storage.history import HistoryRepository
from storage.library import LibraryRepository
from storage.records import Artist, Library, Like, Playlist, PlaylistItem, SavedKey, SavedKind, Track
from storage.sync_states import SyncStateRepository
from tests.builders import ADA, VaultPlan, at
from tests.storage.seeing import keep
from tests.storage.strategies import catalogues, libraries_of
from tests.storage.vaults import Vaults, merge, replace_by, written

Moment = tuple[float, Library]
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each step of it would open three databases."""
MANY = settings(
    max_examples=8, phases=NO_SHRINKING, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Lives:
    """What two vaults saw, each with its minutes; they may begin as one."""

    def __init__(self, ours: Sequence[Moment], theirs: Sequence[Moment]) -> None:
        self.ours, self.theirs = ours, theirs

    def __repr__(self) -> str:
        return f"ours at {_brief(self.ours)}, theirs at {_brief(self.theirs)}"


def _brief(life: Sequence[Moment]) -> str:
    """A whole library would be pages."""
    return "; ".join(f"{minute}: {list(map(item_key, seen.likes))}, {_keys(seen)}" for minute, seen in life)


def _keys(seen: Library) -> list[object]:
    return [(one.details.spotify_id, one.removed_at, list(map(item_key, one.items))) for one in seen.playlists]


@st.composite
def lives(draw: st.DrawFn, *, renamed: bool = True) -> Lives:
    """Some states in common, then some of each one's own, before, between and after those of the other.

    What they hold is the same, but what it is called may have changed when ours was seen.
    """
    older = draw(catalogues())
    newer = draw(catalogues()) if renamed else older
    common = tuple((minute, draw(libraries_of(older))) for minute in range(draw(st.integers(0, 2))))

    def tail(catalogue: Sequence[Track]) -> tuple[Moment, ...]:
        minutes = draw(st.lists(st.integers(10, 16), max_size=3, unique=True))
        return tuple((minute, draw(libraries_of(catalogue))) for minute in sorted(minutes))

    return Lives(common + tail(newer), common + tail(older))


async def lived(vaults: Vaults, life: Sequence[Moment], *, whole: bool = True) -> Database:
    """A vault that saw all of this, and read every part of it whole or none."""
    database = vaults.open()
    libraries, states = LibraryRepository(database), SyncStateRepository(database)
    for minute, seen in life:
        await keep(libraries, ADA, VaultPlan(likes=seen.likes, playlists=seen.playlists), at(minute))
        follows: list[SavedKey] = [(artist.uri, None) for artist in _artists(seen) if artist.uri]
        await libraries.apply_saved(ADA, SavedKind.ARTIST, list(dict.fromkeys(follows)), at(minute))
    for section in SECTIONS if whole else ():
        await states.mark_section(ADA, section, at(20), full_at=at(20), total=3)
    return database


def _artists(seen: Library) -> list[Artist]:
    return [artist for like in seen.likes if like.track for artist in like.track.artists]


@dataclass(frozen=True)
class Shown:
    """All that the time machine can show of a vault: playlists by version, saved lists by moment; keys alone."""

    playlists: dict[str, list[object]]
    likes: dict[datetime, list[object]]
    artists: dict[datetime, list[object]]


def item_key(entry: PlaylistItem | Like) -> object:
    return (entry.track and entry.track.uri, entry.added_at, getattr(entry, "added_by", None))


async def shown(database: Database) -> Shown:
    history = HistoryRepository(database)
    changes = await history.changes(ADA, limit=1000)
    playlists: dict[str, list[object]] = {}
    saved: dict[SavedKind, dict[datetime, list[object]]] = {SavedKind.TRACK: {}, SavedKind.ARTIST: {}}
    for change in reversed(changes):
        if isinstance(change.which, SavedKind):
            page = await history.contents(ADA, change.which, change.number, limit=100)
            saved[change.which][change.observed_at] = [(entry.uri, entry.added_at) for entry in page.entries]
        else:
            _, then = await history.playlist_at(ADA, change.which, change.number)
            state = (then.details.lasting, tuple(map(item_key, then.items)))
            playlists.setdefault(change.which, []).append(state)
    return Shown(playlists, saved[SavedKind.TRACK], saved[SavedKind.ARTIST])


def held(moments: dict[datetime, list[object]], at_: datetime) -> list[object]:
    """What a list held at a moment."""
    before = [moment for moment in moments if moment <= at_]
    return moments[max(before)] if before else []


def without_address(one: Playlist) -> object:
    return (one.details.lasting, one.items, one.removed_at)


@given(both=lives())
@MANY
async def test_every_state_that_either_could_show_can_still_be_shown(both: Lives, vaults: Vaults) -> None:
    ours, theirs = await lived(vaults, both.ours), await lived(vaults, both.theirs)
    before, other = await shown(ours), await shown(theirs)
    path, _ = await written(vaults, theirs)
    await merge(ours, path)
    after = await shown(ours)
    for side in (before, other):
        for spotify_id, states in side.playlists.items():
            assert all(state in after.playlists[spotify_id] for state in states)
    for mine, others, now in (
        (before.likes, other.likes, after.likes),
        (before.artists, other.artists, after.artists),
    ):
        for moment, entries in mine.items():
            assert held(now, moment) == entries
        for moment, entries in others.items():
            assert moment in mine or held(now, moment) == entries


@given(both=lives())
@MANY
async def test_what_the_vault_has_now_stays_and_nothing_is_doubled(both: Lives, vaults: Vaults) -> None:
    ours, theirs = await lived(vaults, both.ours), await lived(vaults, both.theirs)
    before, archived = await LibraryRepository(ours).load(ADA), await LibraryRepository(theirs).load(ADA)
    path, _ = await written(vaults, theirs)
    await merge(ours, path)
    after = await LibraryRepository(ours).load(ADA)
    now = {one.details.spotify_id: without_address(one) for one in after.playlists}
    assert len(now) == len(after.playlists)
    assert all(now[one.details.spotify_id] == without_address(one) for one in before.playlists)
    known = {one.details.spotify_id for one in (*before.playlists, *archived.playlists)}
    assert now.keys() == known
    rest = iter(after.likes)
    assert all(like in rest for like in before.likes), "in their order, as they were"
    if both.ours:
        added = [like for like in after.likes if like not in before.likes]
        assert not {like.track.uri for like in added if like.track} & {
            like.track.uri for like in before.likes if like.track
        }


@given(both=lives())
@MANY
async def test_merging_again_changes_nothing(both: Lives, vaults: Vaults) -> None:
    ours, theirs = await lived(vaults, both.ours), await lived(vaults, both.theirs)
    path, _ = await written(vaults, theirs)
    await merge(ours, path)
    _, once = await written(vaults, ours)
    opened = archive.read(path)
    assert (await LibraryRepository(ours).compared(ADA, opened, at(120))).changed == frozenset()
    await merge(ours, path, minute=120)
    assert (await written(vaults, ours))[1] == once


@given(data=st.data(), both=lives())
@MANY
async def test_an_archive_of_the_vault_s_own_past_changes_nothing(
    data: st.DataObject, both: Lives, vaults: Vaults
) -> None:
    then = both.ours[: data.draw(st.integers(0, len(both.ours)))]
    ours, earlier = await lived(vaults, both.ours), await lived(vaults, then)
    _, before = await written(vaults, ours)
    path, _ = await written(vaults, earlier)
    await merge(ours, path)
    assert (await written(vaults, ours))[1] == before


@given(both=lives())
@MANY
async def test_a_merged_vault_goes_on_as_any_other(both: Lives, vaults: Vaults) -> None:
    """What the next sync finds is what there is then, and the last state that is replayed is what there is."""
    ours, theirs = await lived(vaults, both.ours), await lived(vaults, both.theirs)
    path, _ = await written(vaults, theirs)
    await merge(ours, path)
    libraries = LibraryRepository(ours)
    for seen in (await LibraryRepository(theirs).load(ADA), await libraries.load(ADA)):
        await keep(libraries, ADA, VaultPlan(likes=seen.likes, playlists=seen.playlists), at(130))
        after = await libraries.load(ADA)
        assert list(map(item_key, after.likes)) == list(map(item_key, seen.likes))
        told = await shown(ours)
        for one in after.playlists:
            assert told.playlists[one.details.spotify_id][-1] == (one.details.lasting, tuple(map(item_key, one.items)))


@given(both=lives(renamed=False))
@MANY
async def test_a_replaced_vault_is_what_the_archive_holds(both: Lives, vaults: Vaults) -> None:
    ours, theirs = await lived(vaults, both.ours), await lived(vaults, both.theirs)
    path, content = await written(vaults, theirs)
    await replace_by(ours, path)
    assert (await written(vaults, ours))[1] == content


@given(both=lives())
@MANY
async def test_what_an_archive_never_read_whole_is_unknown_and_not_empty(both: Lives, vaults: Vaults) -> None:
    merging, replacing = await lived(vaults, both.ours), await lived(vaults, both.ours)
    path, _ = await written(vaults, await lived(vaults, both.theirs, whole=False))
    await merge(merging, path)
    await replace_by(replacing, path)
    assert await shown(replacing) == await shown(merging)
