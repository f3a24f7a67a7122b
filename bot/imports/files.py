"""What a file of answers is, a map for it, and what it gives by that map; one place for command and chat."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path

from bot.export.last_year import NotLastYearsError, lines
from bot.imports import answer_file_reader, column_map, suggesting
from bot.imports.answer_file_reader import FileAnswers, Unplaced
from bot.imports.column_map import Form, Map, Where
from bot.imports.place_names import Places
from bot.imports.tables import FileTable, read_table
from bot.terminal import known_as, phrase
from flows.contact.form_weighing import FormConflict
from scoring.errors import REFUSALS
from scoring.fields import Fields

SCORE = (".yaml", ".yml")
JSON = (".json", ".jsonl")


def form_of(file: Path) -> Form:
    """Return what a file is: by its name, or by the columns that our exports have."""
    ending = file.suffix.lower()
    if ending in SCORE:
        return Form.SCORE
    if ending in JSON:
        return Form.EXPORT
    try:
        next(lines(file, 0), None)
    except (NotLastYearsError, UnicodeDecodeError):
        return Form.TABLE
    return Form.EXPORT


def suggested(file: Path, places: Places) -> suggesting.Suggestion:
    """Propose a map for a file. Raises ImportFileError where it is no table."""
    form = form_of(file)
    if form is Form.TABLE:
        return suggesting.suggest(read_table(file), places)
    codes = sorted({one.code for one in places.own_regions()})
    region = Where(code=codes[0]) if form is Form.SCORE else Where()
    return suggesting.Suggestion(Map(form, region=region), (), ())


def read(file: Path, root: Fields, places: Places) -> FileAnswers:
    """Read a file by its map. Raises ImportFileError, NotLastYearsError, InstrumentError."""
    readers: dict[Form, Callable[[], FileAnswers]] = {
        Form.SCORE: lambda: answer_file_reader.of_score(
            file, column_map.the_map(root, places), places
        ),
        Form.EXPORT: lambda: _of_export(file, root, places),
        Form.TABLE: lambda: _of_table(read_table(file, column_map.sheet_of(root)), root, places),
    }
    return readers[column_map.form_of(root)]()


def _of_export(file: Path, root: Fields, places: Places) -> FileAnswers:
    column_map.the_map(root, places)
    return answer_file_reader.of_export(file, places)


def _of_table(table: FileTable, root: Fields, places: Places) -> FileAnswers:
    return answer_file_reader.of_table(
        table, column_map.the_map(root, places, table.headings), places
    )


def why_not(conflict: FormConflict) -> str:
    """Return why an answer is not taken, and what would be, for whoever runs the command, in its language."""
    params = {"typed": "", **conflict.params}
    known = _reasons()
    if conflict.why in REFUSALS and conflict.why not in known:
        text = known_as(REFUSALS[conflict.why]).format(**params)
        return phrase("{text}. Correct the figures.", text=text)
    return known_as(known.get(conflict.why, known["other"])).format(code=conflict.why, **params)


def whose_not(row: Unplaced) -> str:
    """Return why nobody is known whose row it is, for whoever runs the command, in its language."""
    near = row.params.get("near")
    hint = phrase(" Did you mean {close}?", close=near) if near else ""
    return known_as(_reasons()[row.why]).format(**row.params, hint=hint)


@cache
def _reasons() -> dict[str, str]:
    return tomllib.loads((resources.files("bot") / "imports" / "reasons.toml").read_text("utf-8"))
