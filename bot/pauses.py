"""Keeps the pauses of the event loop short while threads parse and write whole libraries beside it."""

import gc
import sys

SWITCH_SECONDS = 0.001
YOUNG_OBJECTS, YOUNG_ROUNDS, OLDER_ROUNDS = 2_000, 5, 2_000
"""After how many new objects the youngest are looked through, and after how many rounds each the older ones."""


def keep_pauses_short() -> None:
    """Called once in a process, when everything is made.

    What lives as long as the process is taken out of the garbage collector's sight: it would walk over all of it again
    and again while a sync makes new objects, and hold up the loop each time. Its rounds are small, since each of them
    holds up the loop as a whole, and those through everything rare. And a busy thread hands over the interpreter after
    1 ms instead of 5, since several of them may stand in line before the loop.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, YOUNG_ROUNDS, OLDER_ROUNDS)
