"""Letters as Word documents: the wording of each, the template made from it, and what fills that in."""

from __future__ import annotations

from pathlib import Path

from messages.environment import FOLDER, filling
from messages.languages import LETTER

__all__ = ["filling", "letters", "template", "wording"]


def letters() -> list[str]:
    """Return the names of all letters: of messages that one is sent with."""
    return sorted(f"letter/{path.stem}" for path in FOLDER.glob("letter/*.j2") if _letter(path))


def template(name: str) -> Path:
    """Return the Word template `name`, with Jinja tags in it."""
    return FOLDER / f"{name}.docx"


def wording(name: str) -> str:
    """Return the lines that the template was made from: kind, a bar, and the text with its tags."""
    return _letter(FOLDER / f"{name}.j2")


def _letter(path: Path) -> str:
    """Return what stands behind the words beside the file; nothing where no letter does."""
    return path.read_text(encoding="utf-8").partition(LETTER)[2]
