"""`peduli-ham demo`: our own Bot API server, the real bot against it, Jakarta Pusat, and people to play.

No token and no network. What has happened so far is played anew at each start, with invented figures.
"""

from bot.demo.lifecycle import Demo, play, running

__all__ = ["Demo", "play", "running"]
