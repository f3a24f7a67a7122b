"""What is known of a file before it is fetched: the name it is shown by, and whether it is taken at all."""

from __future__ import annotations

from unicodedata import category

from flows.model.events import Upload
from flows.model.outcome import Say

MOST = 20 * 1024 * 1024
"""Bytes that a bot may fetch (Bot API, getFile)."""
UNSAFE = (
    ".exe", ".bat", ".cmd", ".com", ".scr", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".msi", ".msix",
    ".pif", ".lnk", ".cpl", ".dll", ".reg", ".apk", ".apks", ".xapk", ".aab", ".ipa", ".jar", ".ps1", ".sh",
    ".dmg", ".pkg", ".deb", ".rpm", ".iso",
)  # fmt: skip


def refusal(event: Upload) -> Say | None:
    """Return what is said of a file that is not even fetched; None where it is taken."""
    why = refused_before(event)
    view = {"name": shown_name(event), "size": event.size or 0, "most": MOST // 2**20}
    return Say(f"evidence/refused_{why}", view) if why else None


def shown_name(event: Upload) -> str:
    """Return the name of a file as messages show it; a photo has none of its own."""
    return tidy(event.name) or ("foto" if event.kind == "photo" else "berkas")


def tidy(name: str | None) -> str | None:
    """Return a name in one line, without what cannot be seen and what turns the direction of reading."""
    if name is None:
        return None
    seen = (" " if category(one) == "Cc" else one for one in name)  # `split` knows all other blanks
    return " ".join("".join(one for one in seen if category(one) != "Cf").split()) or None


def refused_before(event: Upload) -> str | None:
    """Return why a file is not even fetched: too_big, empty, unsafe."""
    if event.size is not None and event.size > MOST:
        return "too_big"
    if event.size == 0:
        return "empty"
    if (tidy(event.name) or "").casefold().rstrip(" .").endswith(UNSAFE):
        return "unsafe"
    return None
