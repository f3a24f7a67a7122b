"""The minutes of a meeting as its agreement stands on the record; names of places come from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.papers import minutes
from bot.papers.making import Drawn, PaperSource
from bot.papers.minutes import AgreedCriterion, CriteriaMinutes, Participant, PostponedCriterion
from bot.storage import paper_rows
from bot.storage.criteria_rows import agreement, comments_before
from flows.contact.criteria_views import PARTS
from flows.model import criteria
from flows.model.criteria import Criterion, Sort
from messages.paper_words import printed, wording
from scoring import Indicator, Instrument, Status
from scoring.load import load_texts
from scoring.model import Choice, Choices, Document, YesNo

ENTRY = "entry"
"""The parameter of the paper: which entry of the record the agreement is."""


def drawn(source: PaperSource) -> Drawn:
    """Return the minutes of the agreement that the subject names. Raises LookupError where there is none."""
    entry = int(source.subject.parameters[ENTRY])
    body, head, files = agreement(source.connection, entry, source.province)
    instrument = load_texts(files)
    settings = source.settings(source.province, of_province=True)
    return minutes.drawn(_meeting(source, instrument, body, (entry, head)), settings)


def _meeting(
    source: PaperSource, instrument: Instrument, body: dict[str, Any], place: tuple[int, str]
) -> CriteriaMinutes:
    roster, province = source.roster, source.province
    decisions = [
        (criteria.find(instrument, decision["criterion"]), decision)
        for decision in body["decisions"]
    ]
    known = [(criterion, one) for criterion, one in decisions if criterion is not None]
    order = {one.code: number for number, one in enumerate(criteria.all_of(instrument))}
    known.sort(key=lambda pair: order[pair[0].code])
    regions = (
        region for region in roster.regions.values() if roster.provinces[region.id] == province
    )
    comments = comments_before(source.connection, roster.period.id, province, place[0])
    return CriteriaMinutes(
        day=date.fromisoformat(body["day"]),
        venue=body["place"],
        period=roster.period.code,
        data_year=roster.period.data_year,
        province=paper_rows.province_name(source.connection, province),
        instrument=instrument.title,
        regions=tuple(region.name for region in regions),
        participants=tuple(
            Participant(attendant["name"], attendant["role"], _speaker(attendant))
            for attendant in body["attendants"]
        ),
        agreed=tuple(
            row
            for criterion, one in known
            if one["verdict"] != "postponed"
            for row in _agreed(instrument, criterion, one)
        ),
        postponed=tuple(
            _postponed(instrument, criterion, one)
            for criterion, one in known
            if one["verdict"] == "postponed"
        ),
        comments=comments,
        hash_before=body["before"],
        hash_after=body["after"],
        entry=place[0],
        record_hash=place[1],
        indicators=len(instrument.indicators),
        unsettled=sum(
            1
            for indicator in instrument
            if not indicator.is_confirmed and indicator.left_out is None
        ),
    )


def _agreed(
    instrument: Instrument, criterion: Criterion, decision: dict[str, Any]
) -> Iterator[AgreedCriterion]:
    """Yield a row for each part that was changed; one for all where it was agreed upon as it was."""
    before, after = decision["before"], decision["after"]
    changed = [part for part in PARTS if before.get(part) != after.get(part)]
    new = [text for text in after["sources"] if text not in before["sources"]]
    status, source = Status(after["status"]), "; ".join(new or after["sources"])
    by = decision["proposed_by"]
    proposer = _speaker(by) if by else None
    right, no, name = _named(instrument, criterion)
    for part in changed or [""]:
        yield AgreedCriterion(
            right, no, name, part or "as_is",
            _standing(instrument, criterion, before, part),
            _standing(instrument, criterion, after, part), status, source, proposer,
        )  # fmt: skip


def _postponed(
    instrument: Instrument, criterion: Criterion, decision: dict[str, Any]
) -> PostponedCriterion:
    before = decision["before"]
    right, no, name = _named(instrument, criterion)
    what = {Sort.INDICATOR: "bands", Sort.RATING: "minimum"}.get(criterion.sort, criterion.sort)
    text = _standing(instrument, criterion, before, "")
    return PostponedCriterion(right, no, name, str(what), text, Status(before["status"]))


def _speaker(by: dict[str, str]) -> str:
    """Return from where somebody spoke: a city speaks by its Bagian Hukum, an operator by a file."""
    return wording(minutes.KIND).text("speaker", office=by["office"], role=by["role"])


def _named(instrument: Instrument, criterion: Criterion) -> tuple[str, int | None, str]:
    """Return right, number and name of a criterion; a general rule has neither of the first two."""
    indicator = criteria.indicator_of(instrument, criterion)
    if indicator is not None:
        return instrument.right(indicator.right).name, indicator.no, indicator.name
    if criterion.sort == Sort.RATING:
        return "", None, criteria.rating_of(instrument, criterion.name).name
    rules = wording(minutes.KIND).words("rules")
    return "", None, rules[criterion.name or str(criterion.sort)]


def _standing(
    instrument: Instrument, criterion: Criterion, values: dict[str, Any], part: str
) -> str:
    """Return a part of a criterion as a cell shows it; without one, what makes its points."""
    words = wording(minutes.KIND)
    indicator = criteria.indicator_of(instrument, criterion)
    if part:
        shown = _text(values, part)
        return shown or words.words("without").get(part, "")
    if indicator is not None:
        return _text(values, "bands") or _choices(indicator)
    if criterion.sort == Sort.RATING:
        return _text(values, "minimum")
    rule = {"sort": str(criterion.sort), "setting": criterion.name}
    return words.text("general_rule", **rule, method=str(instrument.aggregation.method))


def _choices(indicator: Indicator) -> str:
    """Return what an answer without a range brings; no meeting changes it."""
    words = wording(minutes.KIND).words("without")
    match indicator.rule:
        case YesNo(points_yes=yes, points_no=no) | Document(points_yes=yes, points_no=no):
            rows = [(words["yes"], yes), (words["no"], no)]
        case Choice(input=code) | Choices(input=code):
            rows = [(option.label, option.points) for option in indicator.input(code).options]
        case _:
            rows = []
    return "\n".join(f"{label} → {printed(points)}" for label, points in rows)


def _text(values: dict[str, Any], part: str) -> str:
    """Return one part of a criterion as the record has it."""
    value = values.get(part)
    if value is None:
        return ""
    if part == "bands":
        return "\n".join(f"{text} → {points.replace('.', ',')}" for points, text in value)
    if part == "evidence":
        return "\n".join(title for title, *_ in value)
    return printed(value) if isinstance(value, int) else str(value)
