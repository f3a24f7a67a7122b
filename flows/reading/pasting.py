"""An invitation that comes as text, not as a tap: the link or its token somewhere in a message."""

from __future__ import annotations

import re

_LINK = re.compile(
    r"(?:t(?:elegram)?\.(?:me|dog)(?:/\w+)?/?|tg:/?/?resolve)\?(?:[^\s]*&)?start=\s*([\w-]{16,64})",
    re.IGNORECASE | re.ASCII,
)
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{32}(?![\w-])", re.ASCII)
"""As the links are made; 32 letters and digits, large and small, are no answer to anything."""


def token(text: str) -> str | None:
    """Return the token of an invitation that was pasted; None where there is none, or more than one."""
    tokens = set(_LINK.findall(text)) or set(_TOKEN.findall(text))
    return str(tokens.pop()) if len(tokens) == 1 else None
