"""The conversation, without a channel: `step(facts, event) -> outcome`.

What it never does: read a clock, draw a random number, wait, send, store, or know Telegram. Facts go
in, changes to store and messages to say (by name) come out; a refused event changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.engine import needs, step

__all__ = ["needs", "step"]


def __getattr__(name: str) -> Any:
    """Import the engine, and all walks with it, when it is asked for: many need the model alone."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from flows import engine

    return getattr(engine, name)
