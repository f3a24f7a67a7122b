"""Addresses in texts and buttons: which Telegram takes, and how it writes them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HOST = re.compile(r"[^\s/?#@:.]+(?:\.[^\s/?#@:.]+)+")
_PERSON = re.compile(r"tg://user/?\?(?:.*&)?id=(\d+)", re.IGNORECASE)
OWN = ("tg", "ton", "tonsite")


def address(url: str) -> str | None:
    """The address as Telegram keeps it (`http://` in front where nothing is); None: it is none."""
    url = url.strip()
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in OWN:
        return url
    if scheme is None:
        url = f"http://{url}"
    elif scheme[1].lower() not in ("http", "https"):
        return None
    if any(c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return None
    if not _HOST.fullmatch(host):  # no dot, no link: localhost is refused
        return None
    return url if parts.path else url.replace(parts.netloc, f"{parts.netloc}/", 1)


def checked(url: str) -> dict[str, Any] | None:
    """What a text_link entity holds for an address; a link to a person names them by id."""
    person = _PERSON.fullmatch(url)
    if person:
        return {"type": "text_mention", "_user_id": int(person[1])}
    found = address(url) if url == url.strip() else None
    return None if found is None else {"url": found}
