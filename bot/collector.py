"""The garbage collector, which looks for rings: put off where much is made that has none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = (20_000, 4, 250)
"""Objects after which rings are looked for: what a batch makes lives until its end, and is more than 700.
People wait while they are looked through: four times as many in 25 ms, twenty times in 110.
"""


@contextmanager
def uncollected() -> Iterator[None]:
    """Put the collector off, which would go through all that is made again and again: a third of the time of
    a large roster, a fifth of a start.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def settled() -> None:
    """Spare what there is from now on, for it stays: a nation's roster takes 50 ms, amid people's taps."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)
