"""A map: which column of a file holds which figure, who answers in a row, and how names are spelled there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field

from bot.imports.import_problems import ImportFileError, ImportProblems, own
from bot.imports.place_names import Places
from bot.instruments.tree import Leaf, Tree, as_yaml
from bot.terminal import known_as
from flows.model.facts import VALUE
from scoring import Absence, Indicator, InstrumentError
from scoring.errors import nearest
from scoring.fields import Fields
from scoring.source import Mapping as Group
from scoring.source import Node, Scalar, parse_yaml

KEYS = (
    "form",
    "sheet",
    "decimals",
    "region",
    "office",
    "regions",
    "offices",
    "absences",
    "answers",
)
ABSENCE, REASON = "absence", "reason"
COMMENT = (
    "Check every line: which column holds what. Then: peduli-ham import FILE --map MAP, and the same with"
    " --apply."
)


class Form(StrEnum):
    """What a file is: a table with a row for each office, an export of answers, a file of `score`."""

    TABLE = "table"
    EXPORT = "export"
    SCORE = "score"


class Decimals(StrEnum):
    """How text writes a fraction: 12,5 as people do, or 12.5 as programs do."""

    COMMA = "comma"
    POINT = "point"


class Where(Struct, frozen=True):
    """A column that names a place, or the code of the place that all rows have."""

    column: str | None = None
    code: str | None = None


class Map(Struct, frozen=True):
    """`answers`: the columns of each indicator by input, `value` (as VALUE), `absence` and `reason`.

    `regions`, `offices` and `absences` give the code of what is spelled otherwise.
    """

    form: Form
    decimals: Decimals = Decimals.COMMA
    sheet: str | None = None
    region: Where = Where()
    office: Where = Where()
    regions: Mapping[str, str] = field(default_factory=dict)
    offices: Mapping[str, str] = field(default_factory=dict)
    absences: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def read_map(text: str, file: str) -> Fields:
    """Parse a map and refuse keys that it has not; `form` and `sheet` can be asked of it. Raises."""
    problems = ImportProblems()
    try:
        return Fields(parse_yaml(text, file), problems, KEYS, "a map")
    except InstrumentError as error:
        raise ImportFileError(error.problems) from None


def form_of(root: Fields) -> Form:
    """Return what kind of file the map is about. Raises ImportFileError."""
    form = root.choice("form", Form)
    _raise(root)
    return form


def sheet_of(root: Fields) -> str | None:
    """Return the sheet that is meant; None for the first."""
    return root.text("sheet") if "sheet" in root else None


def the_map(root: Fields, places: Places, headings: Sequence[str] = ()) -> Map:
    """Hold a map against the period and the file. Raises ImportFileError with every problem."""
    form = root.choice("form", Form)
    instrument = places.roster.period.instrument
    names = {unit.code for units in places.units.values() for unit in units.values()}
    codes = {region.code for region in places.regions.values()}
    made = Map(
        form,
        root.choice("decimals", Decimals) if "decimals" in root else Decimals.COMMA,
        sheet_of(root),
        _where(root, "region", headings, codes, needed=form is not Form.EXPORT),
        _where(root, "office", headings, names, needed=form is Form.TABLE),
        _spelled(root, "regions", codes, "the regions of the period"),
        _spelled(root, "offices", names, "the offices of the period"),
        _spelled(root, "absences", set(Absence), "the reasons for a missing figure"),
        _answers(root, {str(indicator.no): indicator for indicator in instrument}, headings)
        if form is Form.TABLE
        else {},
    )
    _raise(root)
    return made


def _raise(root: Fields) -> None:
    if root.problems.errors:
        ordered = sorted(root.problems.noted, key=lambda problem: problem.line)
        raise ImportFileError(ordered)


def _where(
    root: Fields, key: str, headings: Sequence[str], codes: Iterable[str], *, needed: bool
) -> Where:
    if key not in root:
        if needed:
            root.take(key)
        return Where()
    group = Fields(root.at(key), root.problems, ("column", "code"), f"`{key}`")
    if ("column" in group) == ("code" in group):
        if isinstance(group.node, Group):
            root.problems.add(own("column_or_code"), group.node, key=key)
        return Where()
    if "column" in group:
        return Where(column=_column(group, "column", headings))
    code = group.text("code")
    if code and code not in codes:
        what = f"the {key}s of the period"
        _no_place(root, group.at("code"), code, codes, what)
    return Where(code=code)


def _column(group: Fields, key: str, headings: Sequence[str]) -> str:
    heading = group.text(key)
    if heading and heading not in headings:
        known = [one for one in headings if one]
        params = {"text": heading, "allowed": "; ".join(known)}
        group.problems.add(own("no_column"), group.at(key), nearest(heading, known), **params)
    return heading


def _spelled(root: Fields, key: str, codes: Iterable[str], what: str) -> dict[str, str]:
    """Return the code of each spelling."""
    spelled: dict[str, str] = {}
    for name, node in _entries(root, key):
        code = node.text if isinstance(node, Scalar) else ""
        if code not in codes:
            _no_place(root, node, code, codes, what)
        spelled[name.text] = code
    return spelled


def _no_place(root: Fields, node: Node, code: str, codes: Iterable[str], what: str) -> None:
    known = sorted(codes)
    params = {"text": code, "what": what, "allowed": ", ".join(known)}
    root.problems.add(own("no_place"), node, nearest(code, known), **params)


def _answers(
    root: Fields, indicators: Mapping[str, Indicator], headings: Sequence[str]
) -> dict[int, dict[str, str]]:
    answers: dict[int, dict[str, str]] = {}
    root.take("answers")
    for number, node in _entries(root, "answers"):
        indicator = indicators.get(number.text)
        if indicator is None:
            params = {"text": f"“{number.text}”", "allowed": ", ".join(indicators)}
            close = nearest(number.text, indicators)
            root.problems.add("unknown_indicator", number, close, **params)
            continue
        codes = tuple(question.code for question in indicator.inputs)
        known = (*codes, "value", ABSENCE, REASON)
        group = Fields(node, root.problems, known, f"the answer to indicator {indicator.no}")
        answers[indicator.no] = {
            VALUE if key == "value" and key not in codes else key: _column(group, key, headings)
            for key in known
            if key in group
        }
    return answers


def _entries(root: Fields, key: str) -> tuple[tuple[Scalar, Node], ...]:
    node = root.at(key)
    if key not in root:
        return ()
    if not isinstance(node, Group):
        wanted = "a group of keys"
        root.problems.add("wrong_type", node, None, key=key, wanted=wanted, found="something else")
        return ()
    return node.entries


def _leaf(text: str) -> Leaf:
    return Leaf(text, 0)


def _key(text: str) -> str:
    """Return a text as a key of a file: in quotes, whatever it holds."""
    return json.dumps(text, ensure_ascii=False)


def as_text(made: Map) -> str:
    """Return a map as a file that `read_map` reads."""
    tree: dict[str, Tree] = {"form": Leaf(str(made.form), 0)}
    if made.form is Form.TABLE:
        if made.sheet is not None:
            tree["sheet"] = _leaf(made.sheet)
        tree["decimals"] = Leaf(str(made.decimals), 0)
    for key, where in (("region", made.region), ("office", made.office)):
        if where.column is not None:
            tree[key] = {"column": _leaf(where.column)}
        elif where.code is not None:
            tree[key] = {"code": _leaf(where.code)}
    for key, spelled in (("regions", made.regions), ("offices", made.offices)):
        if spelled:
            tree[key] = {_key(name): _leaf(code) for name, code in spelled.items()}
    if made.form is Form.TABLE:
        tree["answers"] = {
            str(no): {
                "value" if key == VALUE else key: _leaf(column) for key, column in columns.items()
            }
            for no, columns in made.answers.items()
        }
    return as_yaml(tree, known_as(COMMENT))[0]
