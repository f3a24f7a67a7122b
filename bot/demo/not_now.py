"""What was asked of the demo and cannot be done as things stand."""

from __future__ import annotations

from bot.terminal import Sentence


class NotNow(ValueError):
    """What was asked for cannot be done as things stand; the words are for people."""

    def __init__(self, text: str, /, **words: object) -> None:
        super().__init__(text, words)
        self.sentence = Sentence(text, words)

    def __str__(self) -> str:
        return self.sentence.shown()
