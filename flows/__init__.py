"""The conversation, without a channel: `step(facts, event) -> outcome`.

What it never does: read a clock, draw a random number, wait, send, store, or know Telegram. Facts go
in, changes to store and messages to say (by name) come out; a refused event changes nothing.
"""

from flows.engine import needs, step

__all__ = ["needs", "step"]
