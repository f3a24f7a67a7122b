"""A person of a scene: does what the scene says, with the buttons and words that people have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.demo.inside import Inside
from bot.sandbox import Person
from bot.sandbox.state import Chat

Figures = dict[str, dict[str, list[str]]]


@dataclass(slots=True)
class Player:
    """One person at the phone."""

    bot: Inside
    person: Person
    group: Chat
    figures: Figures

    async def does(self, what: str, more: dict[str, Any]) -> None:
        """Carry out one doing of a scene."""
        raise NotImplementedError(what, more)
