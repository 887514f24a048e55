"""How many backups are kept: a person's own choice, or the operator's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class Policy:
    """How many of each are kept; 0 is none, -1 all of them. Without any rule everything is kept."""

    last: int = 0
    hourly: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0

    @property
    def rules(self) -> Mapping[str, int]:
        """The rules that keep something, by name."""
        return {name: count for name, count in self.counts.items() if count != 0}

    @property
    def counts(self) -> dict[str, int]:
        """Every rule with its number, from the shortest period to the longest."""
        return asdict(self)
