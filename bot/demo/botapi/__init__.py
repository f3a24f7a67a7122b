"""A Bot API server of our own, over HTTP on loopback: for tests, benchmarks and the demo.

The real bot cannot tell it from Telegram in what it uses. It knows nothing of our bot and imports
nothing of it, nor of PTB, so that it cannot share their mistakes.
"""

from bot.demo.botapi.sandbox import Sandbox
from bot.demo.botapi.simulated_people import SimulatedPerson

__all__ = ["Sandbox", "SimulatedPerson"]
