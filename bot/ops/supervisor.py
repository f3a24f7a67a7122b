"""Tells a supervisor that the bot is ready, alive, or stopping; without one, nothing is told.

By systemd's protocol: a datagram to the socket that NOTIFY_SOCKET names (sd_notify(3)), with no answer.
"""

from __future__ import annotations

import contextlib
import os
import socket

OPENING = "EXTEND_TIMEOUT_USEC=3600000000\nSTATUS=opens the database"
"""An update may have much to migrate: ended in the midst of it, it would begin anew at each start."""
WAITING = "READY=1\nWATCHDOG=1\nSTATUS=waits for the Bot API to answer"
"""Without a network there is nothing to mend by a restart, and nothing that a start should wait for."""
READY, ALIVE, STOPPING = "READY=1\nSTATUS=serves", "WATCHDOG=1\nSTATUS=serves", "STOPPING=1"


def tell(state: str) -> None:
    """Tell the supervisor, if there is one; whatever goes wrong there is not the bot's trouble."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):  # a name in Linux' abstract space
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.connect(address)
        channel.sendall(state.encode())
