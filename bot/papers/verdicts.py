"""A verdict on a paper in words, for the command line and the chat alike."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import tzinfo

from bot.clock import parse
from bot.papers.paper_verification import FigureChange, PaperFinding, PaperVerdict
from bot.storage import paper_rows
from bot.storage.paper_rows import PaperRow
from messages import INDONESIAN
from messages.paper_words import wording


def lines(
    connection: sqlite3.Connection, verdict: PaperVerdict, zone: tzinfo, language: str = INDONESIAN
) -> Iterator[str]:
    """Yield what was found, then each figure that has changed."""
    words = wording("check", language)
    row = verdict.row
    title = title_of(connection, row, zone, language) if row else ""
    yield words.text(
        verdict.finding,
        code=verdict.code,
        title=title,
        count=verdict.count,
        changes=verdict.changes,
        entry=row.entry if row else 0,
        compared=verdict.is_compared,
    )
    if verdict.is_picture:
        yield words.text("picture")
    yield from changed(verdict, language)


def changed(verdict: PaperVerdict, language: str = INDONESIAN) -> Iterator[str]:
    """Yield each figure that has changed since, or each line of a file that is not as it was made."""
    words = wording("check", language)
    name = "change" if verdict.finding is PaperFinding.CHANGED else "line"
    for change in verdict.changes:
        yield words.text(
            name, what=_named(change, language), before=change.before, after=change.after
        )


def shown(verdict: PaperVerdict, most: int) -> Iterator[dict[str, str]]:
    """Yield what has changed as a message shows it, each part with at most so many characters."""
    for change in verdict.changes:
        yield {
            "what": _named(change),
            "before": _short(change.before, most),
            "after": _short(change.after, most),
        }


def title_of(
    connection: sqlite3.Connection, row: PaperRow, zone: tzinfo, language: str = INDONESIAN
) -> str:
    """Return what a paper is: its kind, about whom, of which period, from when and which entry."""
    words = wording("check", language)
    return words.text(
        "title",
        kind=words.words("kinds").get(row.kind, row.kind),
        scope=paper_rows.scope_name(connection, row),
        period=paper_rows.period_code(connection, row.period_id),
        made_at=parse(row.made_at).astimezone(zone),
        entry=row.entry,
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _named(change: FigureChange, language: str = INDONESIAN) -> str:
    """Return the name of a figure in words: `indicator:13:dik1:given` is of an indicator and an office."""
    words = wording("check", language)
    group, _, rest = change.name.partition(":")
    id_, _, last = rest.partition(":")
    names = words.words("names")
    office, _, name = last.rpartition(":")
    if group not in words.words("groups") or name not in names:
        return change.name
    about = [words.group(group, id=id_), *([office] if office else [])]
    return ", ".join((*about, names[name]))
