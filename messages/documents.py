"""Letters as Word documents: the template of each (words and layout), and what fills it in."""

from __future__ import annotations

from pathlib import Path

from messages.environment import FOLDER, filling

__all__ = ["filling", "letters", "template", "wording"]


def letters() -> list[str]:
    """Return the names of all letters: those that have a wording."""
    return sorted(f"letter/{path.stem}" for path in FOLDER.glob("letter/*.txt"))


def template(name: str) -> Path:
    """Return the Word template `name`, with Jinja tags in it."""
    return FOLDER / f"{name}.docx"


def wording(name: str) -> str:
    """Return the lines that the template was made from: kind, a bar, and the text with its tags."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
