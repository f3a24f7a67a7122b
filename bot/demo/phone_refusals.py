"""What a phone of the local server refuses, in English, as a sentence in both languages."""

from __future__ import annotations

from bot.demo.botapi.api_errors import PhoneError, PhoneRefusal
from bot.terminal import Sentence

REFUSED = {refusal.name: refusal.value for refusal in PhoneRefusal}
"""The sentences that there are."""


def sentence_of(error: Exception) -> Sentence:
    """Return a refusal of the stage or of a phone as a sentence; what is not known stays as it is."""
    if isinstance(own := getattr(error, "sentence", None), Sentence):
        return own
    if isinstance(error, PhoneError):
        return Sentence(error.refusal, error.words)
    return Sentence("{error}", {"error": error})
