"""From the texts of an instrument's folder to an `Instrument`, or to every problem at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from scoring import agreements, validate, waiting
from scoring.errors import InstrumentError, InstrumentProblem, nearest
from scoring.fields import Fields, Problems
from scoring.hanging import read_earlier
from scoring.indicators import BUTTON, read_indicator
from scoring.limiting import read_limits, read_source
from scoring.limits import Limits
from scoring.model import (
    Aggregation,
    Component,
    Indicator,
    Instrument,
    Method,
    Rating,
    Right,
    Settings,
    Source,
    Status,
)
from scoring.reasons import POINTS, Mend, ReturnReason, mend_of
from scoring.replacing import replace
from scoring.source import Node, parse_yaml, read_directory, subdirectories

MAIN = "instrument.yaml"
BUNDLED = Path(__file__).parent / "instruments"
KEYS = [
    "code",
    "title",
    "complete",
    "missing",
    "indicators",
    "rights",
    "aggregation",
    "settings",
    "ratings",
    "return_reasons",
    "limits",
]
SHORT = 20  # characters of a right's button
TREATMENTS = {  # one is known for each; another word is an error until the engine learns it
    "rounding": "half_up",
    "hole": "next_lower_band",
    "not_applicable": "leaves_divisor_when_accepted",
    "unanswered": "zero_when_closed",
    "provisional": "unanswered_when_closed",
    "nihil": "number_zero",
}


NONE = Source("", Status.PROPOSED)  # stands in where a source could not be read


class Loaded(Struct, frozen=True):
    """What reading gave: an instrument when nothing is wrong, and all problems, warnings too."""

    instrument: Instrument | None
    problems: tuple[InstrumentProblem, ...]


def load_directory(path: Path | str) -> Instrument:
    """Load an instrument from its folder; raise InstrumentError with every problem."""
    return load_texts(read_directory(path))


def load_texts(files: Mapping[str, str]) -> Instrument:
    """Load an instrument from the texts of its files by name, as a period has frozen them."""
    loaded = read_texts(files)
    if loaded.instrument is None:
        raise InstrumentError(loaded.problems)
    return loaded.instrument


def load_bundled(code: str) -> Instrument:
    """Load one of the instruments that come along; raise InstrumentError for an unknown code."""
    known = bundled_codes()
    if code not in known:
        params = {"text": code, "what": "the instruments", "allowed": ", ".join(known)}
        problem = InstrumentProblem("unknown_reference", code, 1, params, nearest(code, known))
        raise InstrumentError([problem])
    return load_directory(BUNDLED / code)


def bundled_codes() -> tuple[str, ...]:
    """Return the codes of the instruments that come along."""
    return subdirectories(BUNDLED)


def hash_texts(files: Mapping[str, str]) -> str:
    """Return the SHA-256 (hex) over names and texts, whatever their order and line ends."""
    digest = hashlib.sha256()
    for name in sorted(files):
        text = files[name].replace("\r\n", "\n").encode()
        digest.update(f"{name}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()


def read_texts(files: Mapping[str, str]) -> Loaded:
    """Read everything there is and collect every problem."""
    problems = Problems()
    parsed = {name: tree for name in files if (tree := _parse(files[name], name, problems))}
    trees, agreed = agreements.lay_over(parsed, MAIN, problems)
    if MAIN not in files:
        problems.noted.append(InstrumentProblem("missing_file", MAIN, 1, {"file": MAIN}))
    if MAIN not in trees:
        return Loaded(None, tuple(problems.noted))
    main = Fields(trees[MAIN], problems, KEYS, MAIN)
    settings = _settings(main)
    rights = _limited(_rights(main, trees, files, settings), read_limits(main))
    rights = waiting.named(rights)
    instrument = Instrument(
        code=main.code("code"),
        title=main.text("title"),
        complete=main.truth("complete"),
        missing=main.texts("missing") if "missing" in main else (),
        rights=rights,
        ratings=tuple(_rating(node, problems) for node in main.items("ratings")),
        aggregation=_aggregation(main),
        settings=settings,
        hash=hash_texts(files),
        return_reasons=_return_reasons(main),
        agreements=agreed,
    )
    wanted = main.whole("indicators")
    if not problems.errors:
        places = {right.code: trees[f"{right.code}.yaml"] for right in rights}
        validate.check_instrument(instrument, wanted, main.node, places, problems)
    return Loaded(None if problems.errors else instrument, tuple(problems.noted))


def _return_reasons(main: Fields) -> tuple[ReturnReason, ...]:
    """Read the reasons for a return; an instrument that is only scored may have none."""
    if "return_reasons" not in main:
        return ()
    reasons = []
    for node in main.items("return_reasons"):
        keys = ("code", "label", "text", "satisfies", "points", "mend")
        fields = Fields(node, main.problems, keys, "a reason")
        label = fields.text("label", BUTTON)
        code, text, satisfies = fields.code("code"), fields.prose("text"), fields.prose("satisfies")
        points = _points(fields) if "points" in fields else ()
        mend = fields.choice("mend", Mend) if "mend" in fields else mend_of(points)
        reasons.append(ReturnReason(code, label, text, satisfies, points, mend))
    return tuple(reasons)


def _points(fields: Fields) -> tuple[str, ...]:
    """Read the lines of the checklist that a reason is about."""
    lines = fields.texts("points")
    for line in lines:
        if line not in POINTS:
            params = {"text": line, "key": "points", "allowed": ", ".join(POINTS)}
            fields.problems.add(
                "unknown_word", fields.at("points"), nearest(line, POINTS), **params
            )
    return lines


# Versions of an instrument share all texts but one; the tree of a text never changes.
_tree = lru_cache(maxsize=128)(parse_yaml)


def _parse(text: str, name: str, problems: Problems) -> Node | None:
    try:
        return _tree(text, name)
    except InstrumentError as error:
        problems.noted.extend(error.problems)
        return None


def _settings(main: Fields) -> Settings:
    node = main.take("settings")
    if node is None:
        return Settings(NONE, NONE, NONE, NONE, NONE, NONE)
    table = Fields(node, main.problems, TREATMENTS, "the group `settings`")
    return Settings(**{key: _setting(table, key) for key in TREATMENTS})


def _setting(table: Fields, key: str) -> Source:
    node = table.take(key)
    if node is None:
        return NONE
    fields = Fields(node, table.problems, ("treatment", "source"), f"the setting `{key}`")
    fields.word("treatment", (TREATMENTS[key],))
    return read_source(fields)


def _aggregation(main: Fields) -> Aggregation:
    node = main.take("aggregation")
    if node is None:
        return Aggregation(Method.SHARE_OF_POINTS, NONE)
    fields = Fields(node, main.problems, ("method", "source"), "the aggregation")
    return Aggregation(fields.choice("method", Method), read_source(fields))


def _rating(node: Node, problems: Problems) -> Rating:
    fields = Fields(node, problems, ("code", "name", "minimum", "source"), "a rating")
    return Rating(
        fields.code("code"), fields.text("name"), fields.decimal("minimum"), read_source(fields)
    )


def _rights(
    main: Fields, trees: Mapping[str, Node], files: Mapping[str, str], settings: Settings
) -> tuple[Right, ...]:
    listed = main.texts("rights")
    for name in files:
        stem = name.rpartition(".")[0]
        if name in trees and name != MAIN and name not in [f"{code}.yaml" for code in listed]:
            main.problems.add("unlisted_file", trees[name], nearest(stem, listed), stem=stem)
    rights: list[Right] = []
    for code in listed:
        name = f"{code}.yaml"
        if code in [right.code for right in rights]:
            main.problems.add("duplicate_code", main.at("rights"), code=code, what="the rights")
        elif name not in files:
            main.problems.add("missing_file", main.at("rights"), nearest(name, files), file=name)
        elif name in trees:
            rights.append(_right(code, trees[name], settings, main.problems))
    return tuple(rights)


def _limited(rights: tuple[Right, ...], general: Limits) -> tuple[Right, ...]:
    """Return the rights, each indicator with its own limits over the instrument's."""
    return tuple(
        replace(
            right,
            indicators=tuple(
                replace(indicator, limits=indicator.limits.over(general))
                for indicator in right.indicators
            ),
        )
        for right in rights
    )


def _right(code: str, node: Node, settings: Settings, problems: Problems) -> Right:
    fields = Fields(node, problems, ("name", "short", "components", "indicators"), "a right")
    before = len(problems.errors)
    components = fields.items("components") if "components" in fields else ()
    right = Right(
        code=code,
        name=fields.text("name"),
        short=fields.text("short", SHORT),
        indicators=tuple(
            _indicator(one, code, settings, problems) for one in fields.items("indicators")
        ),
        components=tuple(_component(component, problems) for component in components),
    )
    if len(problems.errors) == before:
        validate.check_right(right, node, problems)
    return right


def _indicator(node: Node, right: str, settings: Settings, problems: Problems) -> Indicator:
    before = len(problems.errors)
    indicator = read_indicator(node, right, settings, problems)
    if len(problems.errors) == before:
        validate.check_indicator(indicator, node, problems)
    return indicator


def _component(node: Node, problems: Problems) -> Component:
    keys = ("code", "name", "ceiling", "source", "after")
    fields = Fields(node, problems, keys, "a component")
    return Component(
        code=fields.code("code"),
        name=fields.text("name"),
        ceiling=fields.decimal("ceiling"),
        source=read_source(fields),
        after=read_earlier(fields),
    )
