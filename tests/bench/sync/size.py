"""How large everything is: the world that is read, and how often each thing is measured."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Library:
    """The numbers of `furnish`."""

    likes: int = 10_000
    playlists: int = 120
    items: int = 80
    followed: int = 40
    albums: int = 300
    artists: int = 400
    shows: int = 60
    episodes: int = 70
    plays: int = 50


@dataclass(frozen=True)
class Size:
    """The whole benchmark; the defaults are what is published."""

    library: Library = field(default_factory=Library)
    latency: float = 0.08  # seconds for each answer
    concurrency: int = 8  # requests in flight for one app
    runs: int = 3  # of which the median counts
    at_once: int = 10  # people who sync at the same time
    seeds: int = 100
    playlists_of_the_year: int = 50
    items_of_the_year: int = 80
    days_of_the_year: int = 365
