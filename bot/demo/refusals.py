"""What a phone of the local server refuses, in English, as a sentence in both languages."""

from __future__ import annotations

import re

from bot.terminal import Sentence

REFUSED = {
    r"Telegram sends no empty text": "Telegram sends no empty text",
    r"Telegram opens no such payload: (?P<payload>.*)": "Telegram opens no such payload: {payload}",
    r"message (?P<number>\d+) is not (?P<who>.*)'s": "message {number} is not {who}'s",
    r"(?P<who>.*)'s account is deleted": "{who}'s account is deleted",
    r"(?P<who>.*) is not in (?P<place>.*)": "{who} is not in {place}",
}
"""The server's words, and the sentence that they are here."""


def sentence_of(error: Exception) -> Sentence:
    """Return a refusal of the stage or of a phone as a sentence; what is not known stays as it is."""
    if isinstance(own := getattr(error, "sentence", None), Sentence):
        return own
    for pattern, text in REFUSED.items():
        if match := re.fullmatch(pattern, str(error), re.DOTALL):
            return Sentence(text, match.groupdict())
    return Sentence("{error}", {"error": error})
