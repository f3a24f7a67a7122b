"""Where rosters come from: a file, a text, or one that comes along with the program."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path

from bot.roster.headings import is_roster_table
from bot.roster.opening import MOST, OLE, TABLE, ZIP, refused
from bot.roster.plan import ParsedRoster
from bot.roster.roster_cells import read_workbook
from bot.roster.roster_problems import RosterError, RosterProblem, own
from bot.roster.roster_yaml import Place, read_text
from scoring.errors import nearest

WORKBOOK, TABLES = ".xlsx", (".csv", ".tsv", ".tab")
MOST_TEXT, TEXT_SIZE = 2**20, "1 MB"
"""A province of 38 regions with 40 offices each takes a third of this."""
ROSTERS = resources.files("bot") / "roster" / "data"


def load_roster(
    path_or_text: Path | str, today: date | None = None, place: Place | None = None
) -> ParsedRoster:
    """Read a roster file (YAML, or a workbook), or the text itself when it holds a line end.

    `place`: where its instrument is, in place of the folder of the file.
    Raises RosterError with every problem, OSError where the file cannot be read.
    """
    if isinstance(path_or_text, str) and "\n" in path_or_text:
        return read_text(path_or_text, "roster.yaml", place or Path(), today)
    path = Path(path_or_text)
    with path.open("rb") as file:
        return read_roster(file.read(MOST + 1), str(path), place or path.parent, today)


def read_roster(content: bytes, file: str, place: Place, today: date | None = None) -> ParsedRoster:
    """Read what a file holds: a workbook where its name says .xlsx, else YAML. Raises RosterError.

    `place` is where instruments of its own are looked for: for what came in chat, what periods have frozen.
    With `today`, dates that are over are warned of.
    """
    if file.lower().endswith(WORKBOOK) or content.startswith((ZIP, OLE)):
        return read_workbook(content, file, place, today)
    if file.lower().endswith(TABLES) or is_roster_table(content):
        raise refused(own("one_table"), file, kind=TABLE)
    if len(content) > MOST_TEXT:
        raise RosterError([RosterProblem(own("roster_too_large"), file, 1, {"most": TEXT_SIZE})])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RosterError([RosterProblem("not_utf8", file, 1)]) from None
    return read_text(text.replace("\r\n", "\n").replace("\r", "\n"), file, place, today)


def bundled(name: str, today: date | None = None, place: Place | None = None) -> ParsedRoster:
    """Read one of the rosters that come along; raises RosterError for an unknown name."""
    known = bundled_names()
    if name not in known:
        params = {"text": name, "allowed": ", ".join(known)}
        raise RosterError(
            [RosterProblem(own("no_such_roster"), name, 1, params, nearest(name, known))]
        )
    text = (ROSTERS / f"{name}.yaml").read_text(encoding="utf-8")
    return read_text(text, f"{name}.yaml", place or Path(), today)


def bundled_names() -> tuple[str, ...]:
    """Return the names of the bundled rosters."""
    names = (path.name for path in ROSTERS.iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".yaml")))


def find_roster(given: str, today: date | None = None, place: Place | None = None) -> ParsedRoster:
    """Load what a command line names: a file that exists, else a bundled roster."""
    path = Path(given)
    return load_roster(path, today, place) if path.exists() else bundled(given, today, place)
