"""How long a person still waits, in real seconds."""

import asyncio

PATIENCE = 30.0
"""Nobody waits for long where all is well; a busy machine takes its time."""


class Deadline:
    """Counts from now."""

    def __init__(self, within: float) -> None:
        self._end = asyncio.get_running_loop().time() + within

    @property
    def left(self) -> float:
        """Seconds, never below nought."""
        return max(0.0, self._end - asyncio.get_running_loop().time())

    @property
    def is_over(self) -> bool:
        return self.left <= 0
