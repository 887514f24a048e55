"""What somebody looks at in the time machine: as words, as suggestions while typing, and as the id of a button."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.services.history import NotAPeriod, Period, Question, period_of
from cogs.cards import plain, safe
from storage.records import ListName, SavedKind, Which

LISTS = {
    SavedKind.TRACK: "Liked songs",
    SavedKind.ALBUM: "Saved albums",
    SavedKind.SHOW: "Saved shows",
    SavedKind.EPISODE: "Saved episodes",
    SavedKind.ARTIST: "Followed artists",
}
PERIODS = {
    "1d": "today (the last 24 hours)",
    "7d": "the last 7 days",
    "30d": "the last 30 days",
    "365d": "the last year",
    "all": "everything so far",
}
CHOICES = 25


def list_name(which: Which, name: str) -> str:
    """A list as a person knows it; `name` is a playlist's."""
    return LISTS[which] if isinstance(which, SavedKind) else f"“{safe(name, 40)}”"


def period_words(period: Period) -> str:
    """A period within a sentence."""
    if period.code in PERIODS:
        return PERIODS[period.code]
    first, last = period.days
    return _day(first) if first == last else f"{_day(first)} to {_day(last)}"


def _day(day: datetime) -> str:
    return f"{day.day} {day:%B %Y}"


def list_choices(lists: Sequence[ListName], typed: str) -> list[tuple[str, str]]:
    """Names and codes of lists whose name contains what was typed."""
    offered = [(_offered(each), str(each.which)) for each in lists]
    return [(name, code) for name, code in offered if typed.casefold() in name.casefold()][:CHOICES]


def _offered(each: ListName) -> str:
    name = LISTS[each.which] if isinstance(each.which, SavedKind) else plain(each.name, 70)
    return f"{name} (gone from Spotify)" if each.removed_at else name


def period_choices(typed: str) -> list[tuple[str, str]]:
    """Names and codes of the periods that contain what was typed, or of the days it says."""
    usual = [(name, code) for code, name in PERIODS.items() if typed.casefold() in name.casefold()]
    try:
        period = period_of(typed)
    except NotAPeriod:
        return usual
    return [(period_words(period), period.code)]


def list_code(typed: str) -> str:
    """The code of a saved list that was typed by name; anything else as it is."""
    return next((kind.value for kind, name in LISTS.items() if name.casefold() == typed.strip().casefold()), typed)


def period_code(typed: str) -> str:
    """The code of a usual period that was typed instead of chosen; anything else as it is."""
    found = [code for code, name in PERIODS.items() if typed.strip().casefold() in name.casefold()]
    return found[0] if len(found) == 1 else typed


def question_arg(question: Question, page: int) -> str:
    """A page of changes, for a button."""
    return f"{page}_{question.period.code}_{question.as_of.timestamp() * 1000:.0f}_{question.which or ''}"


def question_of(arg: str) -> Question:
    """The same read again."""
    page, period, as_of, which = arg.split("_", 3)
    seen_before = datetime.fromtimestamp(int(as_of) / 1000, UTC)
    return Question(seen_before, which_of(which) if which else None, Period(period), int(page))


def state_arg(which: Which, number: int, page: int = 0) -> str:
    """A page of a state, for a button or a menu."""
    return f"{page}_{number}_{which}"


def state_of(arg: str) -> tuple[Which, int, int]:
    """Which list, the state's number, and the page."""
    page, number, which = arg.split("_", 2)
    return which_of(which), int(number), int(page)


def which_of(code: str) -> Which:
    """A list as it stands in an id or an option."""
    return SavedKind(code) if code in set(SavedKind) else code
