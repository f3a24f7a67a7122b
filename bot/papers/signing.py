"""What of a paper follows from settings: its letterhead, its number, place and day, and who signs."""

from __future__ import annotations

from datetime import date

from bot.papers.frame import Signature
from flows.model.paper_settings import PaperSettings, Signer
from messages.paper_words import wording


def signature(settings: PaperSettings, role: str, caption: str = "", **view: str) -> Signature:
    """Return the place where somebody signs: as the settings say, else with the usual title and no name.

    `role` is a SignerRole, or `office:CODE` for the head of an office; `view` has what the title names.
    """
    default, _, code = role.partition(":")
    known = settings.signers.get(code or role, Signer())
    lines = known.lines or wording("frame").titles(default, **view)
    return Signature(caption, Signer(lines, known.name, known.rank, known.number))


def number_line(settings: PaperSettings, kind: str) -> str:
    """Return the line of a paper's own number, to be filled in where nobody has set it."""
    return wording("frame").text("number", number=settings.numbers.get(kind))


def dated(settings: PaperSettings, place: str | None, day: date | None) -> str:
    """Return the line above the signatures: where and on which day."""
    return wording("frame").text("dated", place=settings.place or place, day=day)


def simulation(unconfirmed: int, total: int) -> str | None:
    """Return what is said of a simulation; None where all that counts is settled."""
    if not unconfirmed:
        return None
    return wording("frame").text("simulation", count=unconfirmed, total=total)
