"""What came of keeping."""

from pydantic.dataclasses import dataclass

from bot.reports import Kept


@dataclass(frozen=True)
class KeepingReport(Kept):
    """Past-tense facts of one time; `held_back` is the sentence that says why not everything was done."""

    trashed: int = 0
    purged: int = 0
    taken_back: int = 0
    held_back: str | None = None

    def __add__(self, other: "KeepingReport") -> "KeepingReport":
        """Of two stores together; of two sentences the first."""
        return KeepingReport(
            self.trashed + other.trashed,
            self.purged + other.purged,
            self.taken_back + other.taken_back,
            self.held_back or other.held_back,
        )
