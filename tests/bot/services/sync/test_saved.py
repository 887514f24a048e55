from bot.services.sync.follows import merged
from bot.services.sync.saved import differing
from storage.records import SavedKey
from tests.builders import at

A, B, C = (("a", at(3)), ("b", at(2)), ("c", at(1)))
LOST_B: SavedKey = (None, at(2))


def test_equal_lists_do_not_differ() -> None:
    assert differing((A, B, C), (A, B, C)) == 0


def test_what_one_list_has_more_is_counted() -> None:
    assert differing((A, B, C), (A, C)) == 1
    assert differing((A, C), (A, B, C)) == 0


def test_a_song_that_spotify_lost_is_no_difference() -> None:
    assert differing((A, LOST_B, C), (A, B, C)) == 0
    assert differing((A, B, C), (A, LOST_B, C)) == 0


def follows(*names: str) -> list[SavedKey]:
    return [(name, None) for name in names]


def test_new_follows_come_on_top_and_the_others_keep_their_order() -> None:
    assert merged(follows("c", "a", "b"), follows("a", "b", "c", "d"), proven=True) == tuple(
        follows("d", "c", "a", "b")
    )


def test_who_is_no_longer_followed_is_gone_only_where_the_list_is_proven_whole() -> None:
    assert merged(follows("a", "b"), follows("a"), proven=True) == tuple(follows("a"))
    assert merged(follows("a", "b"), follows("a"), proven=False) == tuple(follows("a", "b"))
