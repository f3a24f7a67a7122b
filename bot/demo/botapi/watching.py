"""Somebody who looks on while the server works: told of updates, calls and trouble, and may hold a call."""

from __future__ import annotations

from typing import Any

from bot.demo.botapi.faults import Fault
from bot.demo.botapi.state import Call


class Watch:
    """This one looks away; who is curious overrides what they need."""

    def queued(self, update: dict[str, Any], *, again: bool) -> None:
        """Hear that an update waits for a bot; `again`: it is delivered once more."""

    def unwanted(self, kind: str, body: dict[str, Any]) -> None:
        """Hear that something happened that a bot does not ask for."""

    def polled(self) -> None:
        """Hear that a bot asks for updates, by which it acknowledges those before."""

    async def before(self, method: str, params: dict[str, Any]) -> bool:
        """Hear that a call is about to be carried out; False closes its connection instead."""
        return True

    def called(self, call: Call) -> None:
        """Hear that a call was carried out or refused; polls are left out."""

    def struck(self, fault: Fault, method: str) -> None:
        """Hear that trouble was made on order."""
