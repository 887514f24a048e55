"""Keeps the pauses of the event loop short while threads parse and write whole libraries beside it."""

import gc
import sys

SWITCH_SECONDS = 0.001
YOUNG_OBJECTS = 10_000


def keep_pauses_short() -> None:
    """Called once everything is made.

    What lives as long as the process is taken out of the garbage collector's sight: it would walk over all of it again
    and again while a sync makes new objects, for up to 100 ms at a time. Fewer, larger rounds cost less than many. And
    a busy thread hands over the interpreter after 1 ms instead of 5, since several of them may stand in line.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 100)
