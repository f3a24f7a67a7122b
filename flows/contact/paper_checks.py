"""Whether a paper is ours and still true: asked by its code, by the link of its QR code, or by its file.

Whoever asks need not have a seat. Comparing takes the record, and is the shell's; who sees figures as well.
"""

from __future__ import annotations

from flows.model.events import Command, Event, Text, Upload
from flows.model.outcome import Outcome, Say
from flows.model.paper_changes import CheckPaper
from flows.model.uploads import MOST, refused_before, shown_name
from flows.reading.paper_codes import asked_code

PAPERS = (".pdf", ".docx")
"""Files that can be nothing but a paper where nobody proves anything by files."""
OF_STRANGERS = 2 * 2**20
"""Bytes of a file that is fetched from somebody without a seat; papers are much smaller."""


def code_of(event: Event) -> str | None:
    """Return the code of a paper that an event asks about: typed, pasted, or scanned as a link."""
    match event:
        case Command("start" | "mulai", args):
            return asked_code(args)
        case Text(text):
            return asked_code(text)
        case _:
            return None


def by_code(code: str) -> Outcome:
    """Have a paper compared by its code."""
    return Outcome((CheckPaper(code),), (Say("papers/checking", {"what": code}),))


def is_likely(event: Upload) -> bool:
    """Tell whether a file can be a paper, by its kind and the end of its name."""
    return event.kind == "photo" or (event.name or "").casefold().endswith(PAPERS)


def by_file(event: Upload) -> Outcome:
    """Have a file compared, unless it is not even to be fetched."""
    what = shown_name(event)
    if why := refused_before(event):
        return Outcome((), (unread(what, why),))
    return Outcome((CheckPaper(upload=event),), (Say("papers/checking", {"what": what}),))


def by_stranger(event: Event) -> Outcome | None:
    """Have the file of somebody without a seat compared; None for what is no document, or a large one."""
    if not isinstance(event, Upload) or event.kind != "document" or not is_likely(event):
        return None
    return by_file(event) if (event.size or OF_STRANGERS + 1) <= OF_STRANGERS else None


def unread(what: str, why: str) -> Say:
    """Return why a file could not be compared: too_big, empty, unsafe, gone, unreadable."""
    return Say("papers/unread", {"what": what, "why": why, "most": MOST // 2**20})
