"""From the YAML of one indicator to its model; what is wrong is noted, not raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from scoring import bands as ranges
from scoring.errors import nearest
from scoring.fields import Fields, Problems, kind_of
from scoring.hanging import read_earlier, read_hangs_on, read_relevant, read_weight
from scoring.limiting import read_limits, read_source
from scoring.model import (
    Band,
    Choice,
    Choices,
    ChoicesCount,
    Count,
    Document,
    Evidence,
    Gap,
    Guidance,
    Indicator,
    Input,
    InputKind,
    Number,
    Option,
    Ratio,
    Rule,
    Settings,
    ShareLost,
    Source,
    Status,
    Sum,
    YesNo,
)
from scoring.question_kinds import FIGURES, has_options, takes_several
from scoring.source import Node, Scalar, Sequence

BUTTON = 24
RESERVED = ("value", "absence", "accepted", "parts", "expected")
KEYS = [
    "number",
    "code",
    "component",
    "name",
    "short",
    "unit",
    "owner",
    "better",
    "precision",
    "rule",
    "inputs",
    "bands",
    "holes",
    "evidence",
    "guidance",
    "source",
    "limits",
    "left_out",
    "relevant",
    "weight",
    "after",
]
RULE_KEYS = {
    Ratio.kind: ("numerator", "denominator", "factor", "whole"),
    ShareLost.kind: ("before", "after", "factor", "gain_source"),
    Count.kind: ("input",),
    Number.kind: ("input",),
    Sum.kind: ("inputs",),
    Choice.kind: ("input",),
    Choices.kind: ("input", "most"),
    ChoicesCount.kind: ("input",),
    YesNo.kind: ("input", "points_yes", "points_no"),
    Document.kind: ("input", "points_yes", "points_no"),
}
WANTED = {  # the kinds of input that a rule can use
    Ratio.kind: FIGURES,
    ShareLost.kind: FIGURES,
    Count.kind: (InputKind.COUNT,),
    Number.kind: FIGURES,
    Sum.kind: FIGURES,
    Choice.kind: (InputKind.CHOICE,),
    Choices.kind: (InputKind.CHOICES,),
    ChoicesCount.kind: (InputKind.CHOICES,),
    YesNo.kind: (InputKind.YES_NO,),
    Document.kind: (InputKind.DOCUMENT,),
}
UNKNOWN = Choice("", Source("", Status.PROPOSED))  # stands in for a rule that could not be read
BANDED = (Ratio.kind, ShareLost.kind, Count.kind, Number.kind, Sum.kind, ChoicesCount.kind)


def read_indicator(node: Node, right: str, settings: Settings, problems: Problems) -> Indicator:
    """Read one indicator of a right."""
    fields = Fields(node, problems, KEYS, "an indicator")
    inputs = _inputs(fields)
    rule = _rule(fields, inputs)
    banded = rule.kind in BANDED
    precision = _precision(fields) if banded else None
    return Indicator(
        no=fields.whole("number"),
        code=fields.code("code"),
        right=right,
        component=fields.code("component") if "component" in fields else None,
        name=fields.text("name"),
        short=fields.text("short", BUTTON),
        unit=fields.text("unit") if banded or "unit" in fields else "",
        owner=fields.text("owner"),
        rule=rule,
        inputs=inputs,
        bands=_bands(fields, rule, precision),
        gaps=_gaps(fields, precision) if "holes" in fields else (),
        higher_is_better=fields.word("better", ("lower", "higher")) == "higher" if banded else True,
        precision=precision,
        evidence=tuple(_evidence(one, problems) for one in fields.items("evidence")),
        guidance=_guidance(fields),
        source=read_source(fields),
        settings=settings,
        limits=read_limits(fields),
        left_out=read_source(fields, "left_out") if "left_out" in fields else None,
        relevant=read_hangs_on(fields),
        weight=read_weight(fields),
        after=() if (after := read_earlier(fields)) is None else (after,),
    )


def _precision(fields: Fields) -> int | None:
    node = fields.take("precision")
    if node is None or getattr(node, "text", "") == "exact":
        return None
    return fields.whole("precision")


def _inputs(fields: Fields) -> tuple[Input, ...]:
    """Read the questions in their order; each may hang on those before it."""
    inputs: list[Input] = []
    for node in fields.items("inputs"):
        inputs.append(_input(node, tuple(inputs), fields.problems))
    return tuple(inputs)


def _input(node: Node, before: tuple[Input, ...], problems: Problems) -> Input:
    keys = ("code", "kind", "name", "question", "unit", "options", "relevant")
    fields = Fields(node, problems, keys, "an input")
    code = fields.code("code")
    if code in RESERVED:
        problems.add("reserved_code", fields.at("code"), text=code)
    kind = fields.choice("kind", InputKind)
    options = (
        tuple(_option(one, kind, problems) for one in fields.items("options"))
        if "options" in fields
        else ()
    )
    if has_options(kind) and len(options) < 2:
        problems.add("options_needed", node, code=code, count=len(options))
    if not has_options(kind) and options:
        problems.add("options_unwanted", fields.at("options"), code=code)
    return Input(
        code=code,
        kind=kind,
        name=fields.text("name"),
        question=fields.prose("question"),
        unit=fields.text("unit") if kind in FIGURES else "",
        options=options,
        relevant=read_relevant(fields, before),
    )


def _option(node: Node, kind: InputKind, problems: Problems) -> Option:
    fields = Fields(node, problems, ("code", "label", "text", "points", "source"), "an option")
    may_lack = takes_several(kind) and "points" not in fields
    return Option(
        code=fields.code("code"),
        label=fields.text("label", BUTTON),
        text=fields.prose("text"),
        points=Decimal(0) if may_lack else _points(fields, "points"),
        source=read_source(fields),
    )


def _points(fields: Fields, key: str) -> Decimal:
    points = fields.decimal(key)
    if points < 0:
        fields.problems.add("negative_points", fields.at(key), points=points)
    return points


def _rule(fields: Fields, inputs: tuple[Input, ...]) -> Rule:
    node = fields.take("rule")
    if node is None:
        return UNKNOWN
    every = dict.fromkeys(key for keys in RULE_KEYS.values() for key in keys)
    kind = Fields(node, Problems(), ("kind", "source", *every), "a rule").word("kind", RULE_KEYS)
    keys = ("kind", "source", *RULE_KEYS.get(kind, tuple(every)))
    rule = Fields(node, fields.problems, keys, f"the rule {kind}" if kind else "a rule")
    rule.word("kind", RULE_KEYS)
    source = read_source(rule)
    used = [key for key in ("numerator", "denominator", "before", "after", "input") if key in keys]
    if not kind:
        return UNKNOWN
    names: dict[str, str] = {key: _reference(rule, key, inputs, kind) for key in used}
    if "inputs" in keys:
        listed = _references(rule, inputs, kind)
        _unused(fields, inputs, set(listed), may_lack=True)
        return Sum(listed, source)
    _unused(fields, inputs, set(names.values()), may_lack=False)
    return MADE[kind](rule, names, source)


def _ratio(rule: Fields, names: Mapping[str, str], source: Source) -> Ratio:
    factor, whole = rule.decimal("factor"), rule.truth("whole")
    return Ratio(names["numerator"], names["denominator"], factor, whole, source)


def _share_lost(rule: Fields, names: Mapping[str, str], source: Source) -> ShareLost:
    factor, gain = rule.decimal("factor"), read_source(rule, "gain_source")
    return ShareLost(names["before"], names["after"], factor, source, gain)


def _yes_no(rule: Fields, names: Mapping[str, str], source: Source) -> YesNo:
    yes, no = _points(rule, "points_yes"), _points(rule, "points_no")
    return YesNo(names["input"], yes, no, source)


def _document(rule: Fields, names: Mapping[str, str], source: Source) -> Document:
    yes, no = _points(rule, "points_yes"), _points(rule, "points_no")
    return Document(names["input"], yes, no, source)


def _choices(rule: Fields, names: Mapping[str, str], source: Source) -> Choices:
    return Choices(names["input"], _points(rule, "most"), source)


MADE: dict[str, Callable[[Fields, Mapping[str, str], Source], Rule]] = {
    Ratio.kind: _ratio,
    ShareLost.kind: _share_lost,
    Count.kind: lambda _, names, source: Count(names["input"], source),
    Number.kind: lambda _, names, source: Number(names["input"], source),
    Choice.kind: lambda _, names, source: Choice(names["input"], source),
    Choices.kind: _choices,
    ChoicesCount.kind: lambda _, names, source: ChoicesCount(names["input"], source),
    YesNo.kind: _yes_no,
    Document.kind: _document,
}


def _reference(rule: Fields, key: str, inputs: tuple[Input, ...], kind: str) -> str:
    code = rule.code(key)
    _check_reference(rule, rule.at(key), code, inputs, kind)
    return code


def _references(rule: Fields, inputs: tuple[Input, ...], kind: str) -> tuple[str, ...]:
    """Return the inputs that a rule lists, each once."""
    codes: list[str] = []
    nodes = rule.items("inputs")
    for node in nodes:
        code = node.text if isinstance(node, Scalar) else kind_of(node)
        if code in codes:
            rule.problems.add("duplicate_code", node, code=code, what="the sum")
        _check_reference(rule, node, code, inputs, kind)
        codes.append(code)
    if isinstance(rule.at("inputs"), Sequence) and not nodes:
        rule.problems.add("empty_text", rule.at("inputs"), key="inputs")
    return tuple(codes)


def _check_reference(
    rule: Fields, node: Node, code: str, inputs: tuple[Input, ...], kind: str
) -> None:
    known = {question.code: question for question in inputs}
    if code and code not in known:
        listed = ", ".join(known)
        close = nearest(code, known)
        rule.problems.add(
            "unknown_reference", node, close, text=code, what="the inputs", allowed=listed
        )
    elif code and known[code].kind not in WANTED[kind]:
        wanted, kind_given = " or ".join(WANTED[kind]), known[code].kind
        rule.problems.add("wrong_kind", node, input=code, wanted=wanted, found=str(kind_given))


def _unused(fields: Fields, inputs: tuple[Input, ...], used: set[str], *, may_lack: bool) -> None:
    """Note questions that nothing uses, and what a rule needs that may not be asked."""
    hung_on = {
        test.input for question in inputs if question.relevant for test in question.relevant.tests
    }
    for given, node in zip(inputs, fields.items("inputs"), strict=True):
        if given.relevant is not None and given.code in used and not may_lack:
            fields.problems.add("relevant_unwanted", node, code=given.code)
        if given.code not in used | hung_on:
            fields.problems.add("unused_input", node, code=given.code)


def _bands(fields: Fields, rule: Rule, precision: int | None) -> tuple[Band, ...]:
    if rule == UNKNOWN:
        return ()
    if "bands" not in fields:
        if rule.kind in BANDED:
            fields.problems.add("bands_needed", fields.node, rule=rule.kind)
        return ()
    if rule.kind not in BANDED:
        fields.problems.add("bands_unwanted", fields.at("bands"), rule=rule.kind)
        return ()
    table = Fields(fields.at("bands"), fields.problems, ("source", "rows"), "the bands")
    source = read_source(table)
    return tuple(_band(row, source, precision, fields.problems) for row in table.items("rows"))


def _band(node: Node, source: Source, precision: int | None, problems: Problems) -> Band:
    fields = Fields(node, problems, ("points", "range", "source"), "a band")
    printed = fields.text("range")
    edges = _edges(printed, fields.at("range"), precision, problems)
    own = read_source(fields) if "source" in fields else source
    points = _points(fields, "points")
    return Band(points, edges[0], edges[1], printed, own, *edges[2:])


def _edges(text: str, node: Node, precision: int | None, problems: Problems) -> ranges.Edges:
    edges = ranges.parse_range(text)
    if edges is None:
        if text:
            problems.add("bad_range", node, text=text)
        return ranges.Edges(None, None)
    if ranges.is_backwards(edges):
        problems.add("range_backwards", node, text=text)
    decimals = max(-int(edge.as_tuple().exponent) for edge in edges[:2] if edge is not None)
    if precision is not None and decimals > precision:
        problems.add("too_precise", node, text=text, precision=precision)
    return edges


def _gaps(fields: Fields, precision: int | None) -> tuple[Gap, ...]:
    gaps = []
    for text, node in zip(fields.texts("holes"), fields.items("holes"), strict=False):
        edges = _edges(text, node, precision, fields.problems)
        if edges.lower is None or edges.upper is None:
            if ranges.parse_range(text):
                fields.problems.add("bad_range", node, text=text)
            continue
        gaps.append(Gap(edges.lower, edges.upper, text, *edges[2:]))
    return tuple(gaps)


def _evidence(node: Node, problems: Problems) -> Evidence:
    fields = Fields(
        node, problems, ("title", "signer", "period", "signature", "stamp"), "an evidence"
    )
    return Evidence(
        title=fields.prose("title"),
        signer=fields.text("signer"),
        period=fields.prose("period"),
        signature=fields.truth("signature"),
        stamp=fields.truth("stamp"),
    )


def _guidance(fields: Fields) -> Guidance:
    node = fields.take("guidance")
    if node is None:
        return Guidance("", "", "")
    inner = Fields(node, fields.problems, ("meaning", "example", "article"), "the guidance")
    return Guidance(inner.prose("meaning"), _example(inner), inner.text("article"))


def _example(fields: Fields) -> str:
    """Read the worked example; an empty list says that there is none (any more)."""
    node = fields.take("example")
    return "" if isinstance(node, Sequence) and not node.items else fields.prose("example")
