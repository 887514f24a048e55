"""What can go wrong with one request, and what may be done about it; nobody above the pacing sees these."""

from bot.errors import SpotifyError


class Setback(Exception):
    """One request failed with `error`.

    `transient`: asking again may help. `reached`: False where Spotify certainly did not act on it, so that even a
    change may be sent again. `doubtful`: a no that may be noise, so that a read is worth asking again.
    """

    def __init__(
        self, error: SpotifyError, *, transient: bool = False, reached: bool = True, doubtful: bool = False
    ) -> None:
        super().__init__(error.sentence)
        self.error = error
        self.transient = transient
        self.reached = reached
        self.doubtful = doubtful


class AskedToWait(Exception):
    """One request was refused for now: nothing was done, ask again after `seconds`. `quota`: the day's is spent."""

    def __init__(self, seconds: float, *, quota: bool = False) -> None:
        super().__init__(f"asked to wait {seconds:.0f} s")
        self.seconds = seconds
        self.quota = quota
