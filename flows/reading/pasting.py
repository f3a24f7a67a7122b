"""An invitation that comes as text, not as a tap: the link somewhere in a message, or its token alone."""

from __future__ import annotations

import re

_LINK = re.compile(r"(?:t(?:elegram)?\.me/\w+|tg://resolve)\?(?:\S*&)?start=([A-Za-z0-9_-]{16,64})")
_TOKEN = re.compile(r"(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])[A-Za-z0-9_-]{32}")
"""As the links are made; 32 letters and digits, large and small, are no answer to anything."""


def token(text: str) -> str | None:
    """Return the token of an invitation that was pasted; None where there is none, or more than one."""
    links = set(_LINK.findall(text))
    if len(links) == 1:
        return str(links.pop())
    return text.strip() if not links and _TOKEN.fullmatch(text.strip()) else None
