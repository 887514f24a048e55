"""The time machine in words."""

from dataclasses import replace

import pytest

from bot.services.history import Changes, NotAPeriod, People, Period, Question, State, period_of
from cogs.cards import BODY_LIMIT
from cogs.present.history import NAMED, changes_card, observed_lines
from cogs.present.looks import (
    list_choices,
    list_code,
    period_choices,
    period_code,
    period_words,
    question_arg,
    question_of,
    state_arg,
    state_of,
)
from cogs.present.states import state_card
from storage.records import Contents, Entries, Entry, ListName, Observed, PlaylistDetails, Presence, SavedKind
from tests.builders import NOON, at
from tests.cogs.present.limits import fits, labels

TRAP = "@everyone **`" + "|" * 100
ID = "3cEYpjA9oz9GiPac4AsH4n"
DETAILS = PlaylistDetails(ID, "Road", "ada_spotify")
PEOPLE = People("ada_spotify", {"ben_spotify": "Ben"})
QUESTION = Question(at(60))


def entry(title: str, *, by: str | None = "ada_spotify", artists: str = "The Builders") -> Entry:
    return Entry(f"spotify:track:{title}", title, artists, at(0), by)


def entries(*titles: str, total: int | None = None, by: str | None = "ada_spotify") -> Entries:
    first = tuple(entry(title, by=by) for title in titles)
    return Entries(total or len(first), first, by, at(0))


ROAD = Observed(ID, 2, at(5), 80, details=DETAILS)
LIKES = Observed(SavedKind.TRACK, 1_795_262_400_000_000, at(5), 320)
WORST = Observed(
    ID,
    9999,
    at(5),
    10_000,
    details=replace(DETAILS, name=TRAP, description="new", public=True, collaborative=True, owner_id="x"),
    before=replace(DETAILS, name=TRAP + "!", description="old", public=False),
    added=Entries(9999, (entry(TRAP, by=TRAP, artists=TRAP), *[entry(TRAP, by=None, artists=TRAP)] * 2), None, at(0)),
    removed=Entries(9999, (entry(TRAP, artists=TRAP),) * 3),
    moved=Entries(9999, (entry(TRAP, artists=TRAP),) * 3),
)


def card_text(*seen: Observed, more: bool = False, question: Question = QUESTION, name: str = "") -> str:
    return fits(changes_card(Changes(question, name, seen, more, PEOPLE)))


def text_of(seen: Observed, named: int = 3) -> str:
    return "\n".join(observed_lines(seen, PEOPLE, named))


def test_what_one_person_added_says_who_and_when_once() -> None:
    text = text_of(replace(ROAD, added=entries("A", "B", total=5, by="ben_spotify")))
    assert text.count("Ben") == 1
    assert "5 added by Ben, the last <t:" in text
    assert "“A” (The Builders), “B” (The Builders) and 3 more" in text


def test_the_asker_is_you_and_a_stranger_is_an_id() -> None:
    assert "1 added by you, <t:" in text_of(replace(ROAD, added=entries("A")))
    assert "1 added by cleo, <t:" in text_of(replace(ROAD, added=entries("A", by="cleo")))


def test_what_several_people_added_says_who_beside_each_name() -> None:
    added = Entries(2, (entry("A"), entry("B", by="ben_spotify")), None, at(0))
    assert "“A” (The Builders) by you, “B” (The Builders) by Ben" in text_of(replace(ROAD, added=added))


def test_a_rename_tells_both_names() -> None:
    renamed = replace(ROAD, details=replace(DETAILS, name="Journey"), before=DETAILS)
    assert "“Journey”**, until then “Road”" in text_of(renamed)
    assert len(observed_lines(renamed, PEOPLE, 3)) == 1


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (replace(DETAILS, description="far"), "new description"),
        (replace(DETAILS, public=True), "now public"),
        (replace(DETAILS, public=False), "no longer public"),
        (replace(DETAILS, collaborative=True), "now collaborative"),
        (replace(DETAILS, owner_id="ben_spotify"), "another owner"),
    ],
)
def test_every_other_detail_has_its_words(after: PlaylistDetails, words: str) -> None:
    assert words in text_of(replace(ROAD, details=after, before=DETAILS))


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (replace(ROAD, presence=Presence.NEW, added=entries("A", total=80)), "first seen with 80 items"),
        (replace(LIKES, presence=Presence.NEW), "first seen with 320 songs"),
        (replace(ROAD, presence=Presence.NEW, items=0), "first seen, empty"),
        (replace(ROAD, presence=Presence.NEW, closed=True, items=0), "Spotify shows its contents to its owner alone"),
        (replace(ROAD, presence=Presence.GONE), "gone from Spotify; its last 80 items stay in your vault"),
        (replace(ROAD, presence=Presence.BACK), "back on Spotify"),
    ],
)
def test_coming_and_going_is_said_beside_the_name(seen: Observed, words: str) -> None:
    assert words in observed_lines(seen, PEOPLE, 3)[0]
    assert len(observed_lines(seen, PEOPLE, 3)) == 1


def test_nobody_is_told_a_closed_playlist_is_empty() -> None:
    closed = replace(ROAD, closed=True, items=0)
    for presence in Presence:
        text = text_of(replace(closed, presence=presence))
        assert "empty" not in text
        assert "0 items" not in text


def test_what_one_sync_saw_stands_under_one_moment() -> None:
    text = card_text(
        replace(ROAD, observed_at=at(5.2), removed=entries("A")),
        replace(LIKES, observed_at=at(5.1), added=entries("B")),
        replace(ROAD, number=1, observed_at=at(1), presence=Presence.NEW),
    )
    assert text.count("<t:") == 3
    assert text.index("“A”") < text.index("“B”") < text.index("first seen")


def test_one_thing_about_a_list_is_one_line_and_several_are_a_list() -> None:
    assert text_of(replace(ROAD, removed=entries("A"))) == "- **“Road”**: 1 removed: “A” (The Builders)"
    both = replace(ROAD, removed=entries("A"), moved=entries("B"))
    assert text_of(both).splitlines() == [
        "- **“Road”**",
        "  - 1 removed: “A” (The Builders)",
        "  - 1 moved: “B” (The Builders)",
    ]


def test_lost_entries_are_called_what_they_are() -> None:
    assert "1 removed: an entry Spotify lost" in text_of(replace(ROAD, removed=Entries(1, (Entry(None, ""),))))


def test_an_observation_is_never_more_than_four_lines() -> None:
    assert len(observed_lines(WORST, PEOPLE, 3)) == 4


def test_a_page_of_the_longest_observations_drops_names_but_tells_every_one() -> None:
    seen = tuple(replace(WORST, number=number) for number in range(10))
    card = changes_card(Changes(QUESTION, "", seen, True, PEOPLE))
    text = fits(card)
    assert text.count("9,999 removed") == 10
    assert "…\n" not in text
    assert not text.endswith("…")


def test_as_many_names_are_told_as_there_is_room_for() -> None:
    assert "“C”" in card_text(replace(ROAD, added=entries("A", "B", "C")))
    many = [replace(ROAD, number=number, added=entries(*["A" * 40] * 3, total=9)) for number in range(10)]
    text = card_text(*many)
    assert "“AAAA" in text
    assert len(text) < BODY_LIMIT + 100
    assert NAMED[-1] == 0


def test_pages_are_turned_by_buttons_that_say_all_they_need() -> None:
    asked = Question(at(60), ID, Period("20260101-20261231"), 12)
    card = changes_card(Changes(asked, "Road", (ROAD,), True, PEOPLE))
    fits(card)
    assert labels(card) == ["Newer", "Older"]
    assert [question_of(button.arg) for button in card.buttons] == [replace(asked, page=11), replace(asked, page=13)]


@pytest.mark.parametrize("which", [None, ID, "with_underscore", *SavedKind])
@pytest.mark.parametrize("period", ["all", "7d", "20261101-20261120"])
def test_a_question_survives_its_button(which: str | None, period: str) -> None:
    asked = Question(at(60), which, Period(period), 3)
    assert question_of(question_arg(asked, 3)) == asked


def test_a_state_survives_its_button() -> None:
    assert state_of(state_arg(ID, 7, 2)) == (ID, 7, 2)
    assert state_of(state_arg(SavedKind.TRACK, LIKES.number)) == (SavedKind.TRACK, LIKES.number, 0)


def test_the_heading_says_what_is_looked_at() -> None:
    assert "All your lists, everything so far:" in card_text(ROAD)
    asked = Question(at(60), ID, Period("7d"), 1)
    assert "“Road”, the last 7 days, page 2:" in card_text(ROAD, question=asked, name="Road")
    asked = Question(at(60), SavedKind.ALBUM, Period("20261101-20261101"))
    assert "Saved albums, 1 November 2026:" in card_text(ROAD, question=asked)


def test_an_empty_period_says_so_and_an_empty_vault_what_to_do() -> None:
    assert "nothing was seen to change" in card_text(question=replace(QUESTION, period=Period("7d")))
    assert "/vault sync" in card_text()


STATE = State(
    Contents(ID, 2, at(5), 30, tuple(entry(title) for title in "ABC"), 12, DETAILS, earlier=1, later=3), 1, PEOPLE
)


def test_a_list_as_it_was_has_pages_neighbours_and_the_way_back() -> None:
    card = state_card(STATE)
    text = fits(card)
    assert "30 items, page 2 of 3" in text
    assert "13. “A” (The Builders)" in text
    assert labels(card) == ["Previous page", "Next page", "As it was before", "As it was after", "Bring this back…"]


def test_a_playlist_that_is_gone_says_since_when_and_can_come_back() -> None:
    card = state_card(replace(STATE, contents=replace(STATE.contents, removed_at=at(9), closed=True, entries=())))
    assert "Gone from Spotify since" in fits(card)
    assert "Bring this back…" in labels(card)


def test_what_cannot_be_brought_back_offers_nothing() -> None:
    albums = replace(STATE.contents, which=SavedKind.ALBUM, details=None)
    assert "Bring this back…" in labels(state_card(replace(STATE, contents=albums)))
    empty = replace(albums, entries=(), items=0)
    assert "Bring this back…" not in labels(state_card(replace(STATE, contents=empty)))
    closed = replace(STATE, contents=replace(STATE.contents, closed=True, entries=(), items=0))
    assert "Bring this back…" not in labels(state_card(closed))
    assert "to its owner alone" in fits(state_card(closed))


def test_what_others_added_is_theirs_and_the_longest_page_fits() -> None:
    assert "by Ben" in fits(
        state_card(replace(STATE, contents=replace(STATE.contents, entries=(entry("A", by="ben_spotify"),))))
    )
    worst = (entry(TRAP, by=TRAP, artists=TRAP),) * 12
    contents = replace(STATE.contents, entries=worst, details=replace(DETAILS, name=TRAP), removed_at=at(9))
    text = fits(state_card(replace(STATE, contents=contents)))
    assert "\n24. " in text


def test_lists_are_offered_by_name_and_those_gone_are_marked() -> None:
    lists = (ListName(SavedKind.TRACK), ListName(ID, "Road"), ListName("x", "Old road", at(0)))
    assert list_choices(lists, "") == [
        ("Liked songs", "track"),
        ("Road", ID),
        ("Old road (gone from Spotify)", "x"),
    ]
    assert [code for _, code in list_choices(lists, "ROAD")] == [ID, "x"]
    assert len(list_choices([ListName(str(number), TRAP) for number in range(60)], "")) == 25
    assert all(len(name) <= 100 for name, _ in list_choices([ListName("x", "n" * 200, at(0))], ""))


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("7d", "7d", "the last 7 days"),
        ("2026-11-20", "20261120-20261120", "20 November 2026"),
        ("2026-2", "20260201-20260228", "1 February 2026 to 28 February 2026"),
        ("2026-11-01 to 2026-11-20", "20261101-20261120", "1 November 2026 to 20 November 2026"),
        ("2026-10..2026-11-03", "20261001-20261103", "1 October 2026 to 3 November 2026"),
    ],
)
def test_periods_are_read_as_they_are_typed(typed: str, code: str, words: str) -> None:
    assert period_of(typed) == Period(code)
    assert period_words(Period(code)) == words
    assert period_choices(typed) == [(words, code)]


@pytest.mark.parametrize(
    "typed", ["", "soon", "2026-13", "2026-02-30", "0000-01", "2026-11-20 to 2026-11-01", "20261301-20261301"]
)
def test_what_is_no_period_is_refused_and_offers_the_usual_ones(typed: str) -> None:
    with pytest.raises(NotAPeriod):
        period_of(typed)
    assert [code for _, code in period_choices("")] == ["1d", "7d", "30d", "365d", "all"]
    assert period_choices("20261301-20261301") == []


def test_what_is_typed_to_its_end_is_as_good_as_chosen() -> None:
    assert [period_code(typed) for typed in ("today", "7 days", "A year", "last year", "soon", "last")] == [
        "1d",
        "7d",
        "A year",
        "365d",
        "soon",
        "last",
    ]
    assert [list_code(typed) for typed in ("liked songs ", "Road", "track")] == ["track", "Road", "track"]


def test_a_period_has_bounds() -> None:
    assert Period().bounds(NOON) == (None, NOON)
    since, until = Period("7d").bounds(NOON)
    assert since is not None
    assert ((NOON - since).days, until) == (7, NOON)
    assert [bound and bound.isoformat() for bound in Period("20261101-20261102").bounds(NOON)] == [
        "2026-11-01T00:00:00+00:00",
        "2026-11-03T00:00:00+00:00",
    ]
