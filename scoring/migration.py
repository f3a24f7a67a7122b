"""A new regulation beside the old one: which indicator became which, and what is offered of last year.

A map says for each indicator of both instruments whether it is the same, renamed, merged, split,
dropped or new. `offered` takes last year's answers through it: figures are carried over where the
question is the same; points never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Literal

from msgspec import Struct

from scoring.errors import ErrorEntry, InstrumentError, InstrumentProblem, OwnCode, nearest
from scoring.fields import Fields, Problems
from scoring.model import Answer, Given, Indicator, Input, Instrument
from scoring.source import Node, parse_yaml

KEYS = ("old", "new", "changes")
MapCode = Literal[
    "map_shape", "map_twice", "map_missing",
]  # fmt: skip
"""What can be wrong with a map."""
OWN: dict[MapCode, ErrorEntry] = {
    "map_shape": ErrorEntry(
        "“{kind}” with {count} under `{key}`.", "Give {wanted}, or another kind."
    ),
    "map_twice": ErrorEntry("Indicator {number} stands twice under `{key}`.", "Keep it once."),
    "map_missing": ErrorEntry(
        "Nothing is said of {numbers} under `{key}`.", "Say what became of each: {allowed}."
    ),
}


def own(code: MapCode) -> OwnCode:
    """Return a code as what is worded here."""
    return OwnCode(code)


class MapProblem(InstrumentProblem, frozen=True):
    """A problem of a map."""

    own: ClassVar[Mapping[Any, ErrorEntry]] = OWN


class MapProblems(Problems):
    """Collects them in the order in which they are met."""

    kind = MapProblem


class Kind(StrEnum):
    """What became of an indicator."""

    SAME = "same"
    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    DROPPED = "dropped"
    NEW = "new"


SHAPES = {  # how many indicators of the old and of the new instrument; None: two or more
    Kind.SAME: (1, 1),
    Kind.RENAMED: (1, 1),
    Kind.MERGED: (None, 1),
    Kind.SPLIT: (1, None),
    Kind.DROPPED: (1, 0),
    Kind.NEW: (0, 1),
}


class MapLine(Struct, frozen=True):
    """One line of a map: numbers of the old instrument, numbers of the new one."""

    kind: Kind
    old: tuple[int, ...]
    new: tuple[int, ...]


class Migration(Struct, frozen=True):
    """The map between two instruments, by their codes."""

    old: str
    new: str
    changes: tuple[MapLine, ...]


class Difference(StrEnum):
    """What an office must know of an indicator that goes on."""

    INPUTS = "inputs"  # other questions
    RULE = "rule"  # worked out otherwise
    UNIT = "unit"
    BANDS = "bands"
    OPTIONS = "options"
    EVIDENCE = "evidence"
    OWNER = "owner"
    RELEVANT = "relevant"  # when it, or a question of it, is asked
    WEIGHT = "weight"
    AFTER = "after"  # what must be fulfilled before


class MappedAnswer(Struct, frozen=True):
    """What last year's answer to `old` gives for `new`: figures by the new inputs, or a ready value.

    `missing` are the inputs of the new indicator that it says nothing about.
    """

    old: int
    new: int
    inputs: Mapping[str, Given]
    value: Decimal | None
    missing: tuple[str, ...]


def differences(old: Indicator, new: Indicator) -> tuple[Difference, ...]:
    """Return in what two indicators differ, names aside."""
    pairs = {
        Difference.INPUTS: (_questions(old), _questions(new)),
        Difference.RULE: (_way(old), _way(new)),
        Difference.UNIT: (old.unit, new.unit),
        Difference.BANDS: (_bands(old), _bands(new)),
        Difference.OPTIONS: (_options(old), _options(new)),
        Difference.EVIDENCE: (set(old.evidence), set(new.evidence)),
        Difference.OWNER: (old.owner, new.owner),
        Difference.RELEVANT: (_conditions(old), _conditions(new)),
        Difference.WEIGHT: (old.weight, new.weight),
        Difference.AFTER: (_steps(old), _steps(new)),
    }
    return tuple(kind for kind, (before, after) in pairs.items() if before != after)


def _questions(indicator: Indicator) -> set[tuple[str, str, str]]:
    return {(_called(asked), str(asked.kind), asked.unit) for asked in indicator.inputs}


def _conditions(indicator: Indicator) -> tuple[object, ...]:
    """Return what it hangs on, and each of its questions by name."""
    asked = tuple(
        (_called(question), question.relevant) for question in indicator.inputs if question.relevant
    )
    return (indicator.relevant, *asked)


def _steps(indicator: Indicator) -> tuple[object, ...]:
    return tuple(
        (earlier.indicator, earlier.component, earlier.least) for earlier in indicator.after
    )


def _called(question: Input) -> str:
    """Return the name of a question as it is compared: codes may be others in another instrument."""
    return " ".join(question.name.casefold().split())


def _way(indicator: Indicator) -> tuple[object, ...]:
    """Return how the value comes about, without sources and points; inputs by their names."""
    names = {asked.code: _called(asked) for asked in indicator.inputs}
    roles = ("numerator", "denominator", "before", "after", "input")
    used = tuple(names.get(getattr(indicator.rule, role, "")) for role in roles)
    added = tuple(names[code] for code in getattr(indicator.rule, "inputs", ()))
    return (
        indicator.rule.kind,
        *used,
        *added,
        *(getattr(indicator.rule, key, None) for key in ("factor", "whole")),
    )


def _bands(indicator: Indicator) -> tuple[object, ...]:
    edges = tuple((band.points, band.printed) for band in indicator.bands)
    yes_no = tuple(getattr(indicator.rule, name, None) for name in ("points_yes", "points_no"))
    return (indicator.precision, indicator.higher_is_better, edges, yes_no)


def _options(indicator: Indicator) -> tuple[object, ...]:
    return tuple((got.code, got.points) for asked in indicator.inputs for got in asked.options)


def offered(
    migration: Migration, old: Instrument, new: Instrument, answers: Mapping[int, Answer]
) -> dict[int, tuple[MappedAnswer, ...]]:
    """Return what is offered for each indicator of `new` from the answers to `old`, by its number.

    An absence is no figure and is not offered. Figures go where an input of the same code or name
    asks for the same kind in the same unit, a choice where its option is still there, a ready value
    where it is worked out as before.
    """
    by_indicator: dict[int, tuple[MappedAnswer, ...]] = {}
    for change in migration.changes:
        for target in change.new:
            offers = (
                _offer(old.indicator(no), new.indicator(target), answers[no])
                for no in change.old
                if no in answers
            )
            if kept := tuple(offer for offer in offers if offer is not None):
                by_indicator[target] = kept
    return by_indicator


def _offer(old: Indicator, new: Indicator, answer: Answer) -> MappedAnswer | None:
    given = answer.inputs or {}
    pairs = ((asked, _same_question(old, asked)) for asked in new.inputs)
    carried = {
        asked.code: given[before.code]
        for asked, before in pairs
        if before is not None and before.code in given and _answers(given[before.code], asked)
    }
    is_other = {Difference.RULE, Difference.UNIT} & {*differences(old, new)}
    value = None if is_other else answer.value
    if not carried and value is None:
        return None
    missing = (
        ()
        if value is not None
        else (question.code for question in new.inputs if question.code not in carried)
    )
    return MappedAnswer(old.no, new.no, carried, value, tuple(missing))


def _same_question(old: Indicator, asked: Input) -> Input | None:
    """Return the question of the old indicator that asks for the same; None where there is none."""
    wanted = (asked.kind, asked.unit)
    alike = [question for question in old.inputs if (question.kind, question.unit) == wanted]
    by_code = (question for question in alike if question.code == asked.code)
    by_name = (question for question in alike if _called(question) == _called(asked))
    return next(by_code, None) or next(by_name, None)


def _answers(given: Given, asked: Input) -> bool:
    """Tell whether what was given is still an answer: a choice only where its option is still there."""
    chosen = given if isinstance(given, tuple) else (given,)
    return not asked.options or set(chosen) <= {option.code for option in asked.options}


def read_map(text: str, file: str, old: Instrument, new: Instrument) -> Migration:
    """Read a map as YAML; raise InstrumentError with every problem."""
    return read_tree(parse_yaml(text, file), old, new)


def read_tree(node: Node, old: Instrument, new: Instrument) -> Migration:
    """Read a map that was parsed already; raise InstrumentError with whatever does not fit."""
    problems = MapProblems()
    fields = Fields(node, problems, KEYS, "a map")
    codes = fields.word("old", (old.code,)), fields.word("new", (new.code,))
    nodes = fields.items("changes")
    changes = tuple(_change(one, problems) for one in nodes)
    for key, side in (("old", old), ("new", new)):
        _check_numbers(fields, key, side, [getattr(change, key) for change in changes])
    if problems.noted:
        raise InstrumentError(problems.noted)
    return Migration(*codes, changes)


def _change(node: Node, problems: Problems) -> MapLine:
    fields = Fields(node, problems, ("kind", "old", "new"), "a change")
    kind = fields.choice("kind", Kind)
    sides = [_numbers(fields, key) for key in ("old", "new")]
    for key, numbers, wanted in zip(("old", "new"), sides, SHAPES[kind], strict=True):
        if (len(numbers) < 2) if wanted is None else (len(numbers) != wanted):
            wanted_count = "two or more" if wanted is None else str(wanted)
            more = {"kind": str(kind), "key": key, "count": len(numbers), "wanted": wanted_count}
            problems.add(own("map_shape"), fields.at(key), None, **more)
    return MapLine(kind, *sides)


def _numbers(fields: Fields, key: str) -> tuple[int, ...]:
    """Read numbers of indicators; a side without any may be left out."""
    texts = fields.texts(key) if key in fields else ()
    for text in texts:
        if not text.isdecimal():
            wanted = "the number of an indicator"
            fields.problems.add("bad_number", fields.at(key), text=text, wanted=wanted)
    return tuple(int(text) for text in texts if text.isdecimal())


def _check_numbers(
    fields: Fields, key: str, side: Instrument, numbers: Iterable[tuple[int, ...]]
) -> None:
    """Check that each indicator of one side stands in the map once."""
    known = [indicator.no for indicator in side]
    seen: set[int] = set()
    for node, group in zip(fields.items("changes"), numbers, strict=True):
        for no in group:
            if no not in known:
                details = {"text": no, "allowed": ", ".join(map(str, known))}
                fields.problems.add("unknown_indicator", node, nearest(str(no), known), **details)
            elif no in seen:
                fields.problems.add(own("map_twice"), node, number=no, key=key)
            seen.add(no)
    if missing := [no for no in known if no not in seen]:
        details = {"key": key, "numbers": ", ".join(map(str, missing)), "allowed": ", ".join(Kind)}
        fields.problems.add(own("map_missing"), fields.at("changes"), None, **details)
