"""Rosters: read strictly, with file and line for whatever is wrong, and applied as often as one likes.

`load_roster` or `bundled` gives a Roster, `apply_roster` brings a database to it. No SQL here: that is
`bot.storage.setup`.
"""

from collections.abc import Mapping
from typing import Any

from bot.roster.applying import SetupAuthor, SetupError, apply_roster, foretold
from bot.roster.plan import ParsedRoster
from bot.roster.result import Fact, Item, Link, SetupResult
from bot.roster.roster_problems import RosterError
from bot.roster.sources import bundled, bundled_names, find_roster, load_roster, read_roster
from flows.model.roster_contents import cells


def write_workbook(roster: ParsedRoster | None = None) -> bytes:
    """Return the workbook to fill in, or the one of a roster; its library is imported only now."""
    from bot.roster.template import contents_of
    from bot.roster.template import workbook as made

    return made(cells(contents_of(roster)) if roster else None)


def workbook_of(filled: Mapping[str, Any]) -> bytes:
    """Return the workbook with these cells, as `cells` returns them."""
    from bot.roster.template import workbook as made

    return made(filled)


__all__ = [
    "Fact",
    "Item",
    "Link",
    "ParsedRoster",
    "RosterError",
    "SetupAuthor",
    "SetupError",
    "SetupResult",
    "apply_roster",
    "bundled",
    "bundled_names",
    "find_roster",
    "foretold",
    "load_roster",
    "read_roster",
    "workbook_of",
    "write_workbook",
]
