"""What a changed instrument file asks of a period that goes on: what may be proposed of it, and what may not.

Figures become proposals, as an agreement would have them. Questions, formulas and numbers cannot: answers
hang on them. Texts are neither, and stay as the period has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct

from flows.model import criteria
from flows.model.criteria import Criterion, Sort
from flows.reading import ranges
from scoring import Indicator, Instrument, Option, Source, Status
from scoring.amending import Change

TAKEN_UP = "false"
"""What `left_out` holds where an indicator is taken up again."""
RANGES = frozenset({"bands", "precision"})


class Obstacle(StrEnum):
    """What no agreement can change in a period that goes on."""

    NEW = "new"
    GONE = "gone"
    RIGHT = "right"
    QUESTIONS = "questions"
    FORMULA = "formula"
    UNIT = "unit"
    WEIGHT = "weight"
    CONDITION = "condition"
    TOTAL = "total"
    RATINGS = "ratings"


class Wish(Struct, frozen=True):
    """What a file would have otherwise of one criterion; `partly`: it is confirmed there in part only."""

    criterion: Criterion
    change: Change
    partly: bool = False


def obstacles(before: Instrument, after: Instrument) -> dict[Obstacle, tuple[int, ...]]:
    """Return what differs and can be no proposal, with the numbers of the indicators that it is about."""
    numbers = {indicator.no for indicator in before}, {one.no for one in after}
    differing: dict[Obstacle, tuple[int, ...]] = {
        Obstacle.NEW: tuple(sorted(numbers[1] - numbers[0])),
        Obstacle.GONE: tuple(sorted(numbers[0] - numbers[1])),
    }
    shared = sorted(numbers[0] & numbers[1])
    pairs = [(_structure(before.indicator(no)), _structure(after.indicator(no))) for no in shared]
    for obstacle in pairs[0][0] if pairs else ():
        differing[obstacle] = tuple(
            no
            for no, (old, new) in zip(shared, pairs, strict=True)
            if old[obstacle] != new[obstacle]
        )
    kept = {obstacle: its for obstacle, its in differing.items() if its}
    if _total(before) != _total(after):
        kept[Obstacle.TOTAL] = ()
    if [rating.code for rating in before.ratings] != [rating.code for rating in after.ratings]:
        kept[Obstacle.RATINGS] = ()
    return kept


def _structure(indicator: Indicator) -> dict[Obstacle, object]:
    """Return what answers and points hang on, beside figures that may be agreed upon."""
    rule = indicator.rule
    return {
        Obstacle.RIGHT: (indicator.code, indicator.right, indicator.component),
        Obstacle.QUESTIONS: [
            (
                question.code,
                question.kind,
                question.unit,
                question.relevant,
                [_option(got) for got in question.options],
            )
            for question in indicator.inputs
        ],
        Obstacle.FORMULA: (
            rule.kind,
            indicator.higher_is_better,
            bool(indicator.bands),
            [
                getattr(rule, name)
                for name in rule.__struct_fields__
                if not isinstance(getattr(rule, name), Source)
            ],
        ),
        Obstacle.UNIT: indicator.unit,
        Obstacle.WEIGHT: indicator.weight,
        Obstacle.CONDITION: (
            indicator.relevant,
            [(earlier.indicator, earlier.component, earlier.least) for earlier in indicator.after],
        ),
    }


def _option(option: Option) -> tuple[str, Decimal]:
    return option.code, option.points


def _total(instrument: Instrument) -> tuple[object, ...]:
    ceilings = [
        (right.code, [(component.code, component.ceiling) for component in right.components])
        for right in instrument.rights
    ]
    return instrument.aggregation.method, ceilings


def wishes(before: Instrument, after: Instrument, in_force: Instrument) -> tuple[Wish, ...]:
    """Return what a file has otherwise than the period was set up with, and than what is in force now.

    So a file that was not changed asks for nothing, however much was agreed upon since. All three have
    the same structure.
    """
    return tuple(
        wish
        for criterion in criteria.all_of(after)
        if (wish := _wish(criterion, before, after, in_force)) is not None
    )


def _wish(
    criterion: Criterion, before: Instrument, after: Instrument, in_force: Instrument
) -> Wish | None:
    was, wanted, now = (_parts(instrument, criterion) for instrument in (before, after, in_force))
    change: dict[str, Any] = {
        part: given
        for part, (compared, given) in wanted.items()
        if compared != was[part][0] and compared != now[part][0]
    }
    indicator = criteria.indicator_of(after, criterion)
    if indicator is not None and RANGES & set(change):
        if "bands" in change and indicator.gaps:
            change["holes"] = [gap.printed for gap in indicator.gaps]
        change["example"] = indicator.guidance.example
    read = [source for source in criteria.sources(after, criterion) if _is_read(source)]
    known = {source.text for source in criteria.sources(before, criterion) if _is_read(source)}
    is_news = any(source.text not in known for source in read)
    whole = len(read) == len(criteria.sources(after, criterion))
    is_confirmed = criteria.status(in_force, criterion) == Status.CONFIRMED
    if is_news and whole and not (is_confirmed and not change):
        change |= {
            "status": str(Status.CONFIRMED),
            "source": "; ".join(dict.fromkeys(source.text for source in read)),
        }
    partly = is_news and not whole
    return Wish(criterion, change, partly) if change or partly else None


def _is_read(source: Source) -> bool:
    return source.status == Status.CONFIRMED


def _parts(instrument: Instrument, criterion: Criterion) -> dict[str, tuple[object, Any]]:
    """Return each part that may be proposed: as it is compared, and as an agreement gives it."""
    indicator = criteria.indicator_of(instrument, criterion)
    if indicator is not None:
        return dict(_of_indicator(indicator))
    if criterion.sort == Sort.RATING:
        minimum = criteria.rating_of(instrument, criterion.name).minimum
        return {"minimum": (minimum, ranges.plain(minimum))}
    return {}


def _of_indicator(indicator: Indicator) -> Iterator[tuple[str, tuple[object, Any]]]:
    edges = [
        (band.points, band.lower, band.upper, band.lower_open, band.upper_open)
        for band in indicator.bands
    ]
    holes = [(gap.lower, gap.upper, gap.lower_open, gap.upper_open) for gap in indicator.gaps]
    rows = [
        {"points": ranges.plain(band.points), "range": band.printed} for band in indicator.bands
    ]
    yield "bands", ((edges, holes), rows)
    exact = "exact" if indicator.precision is None else indicator.precision
    yield "precision", (indicator.precision, exact)
    documents = [
        {
            "title": evidence.title,
            "signer": evidence.signer,
            "period": evidence.period,
            "signature": str(evidence.signature).lower(),
            "stamp": str(evidence.stamp).lower(),
        }
        for evidence in indicator.evidence
    ]
    yield "evidence", (indicator.evidence, documents)
    yield "owner", (indicator.owner, indicator.owner)
    left_out = indicator.left_out.text if indicator.left_out else None
    yield "left_out", (left_out, left_out or TAKEN_UP)
