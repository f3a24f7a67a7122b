"""A criterion as everybody reads it: its figures, how sure each is, what was said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from flows.contact import criteria_conditions
from flows.model import criteria
from flows.model.criteria import Author, Comment, Coordination, Criterion, Proposal, Sort
from flows.model.facts import Seat
from flows.model.roles import Role
from scoring import Indicator, Instrument, Right, Source
from scoring.model import (
    Choice,
    Choices,
    ChoicesCount,
    Count,
    Document,
    Number,
    Ratio,
    ShareLost,
    Sum,
    YesNo,
)

BUREAU = "Biro Hukum"
"""The office of whoever speaks for the province."""
LAST = 3
"""Comments that one screen shows."""


def author(name: str, seat: Seat, institution: str) -> Author:
    """Return who speaks from a seat: contacts for their office, others for their region or the Kanwil."""
    office = seat.unit.short if seat.unit else seat.region.name if seat.region else institution
    office = BUREAU if seat.role == Role.BUREAU else office
    return Author(name, office, str(seat.role))


def named(instrument: Instrument, criterion: Criterion) -> dict[str, Any]:
    """Return how lists name a criterion, and how sure it is."""
    indicator = criteria.indicator_of(instrument, criterion)
    rating = (
        criteria.rating_of(instrument, criterion.name) if criterion.sort == Sort.RATING else None
    )
    return {
        "sort": str(criterion.sort),
        "code": criterion.code,
        "setting": criterion.name if criterion.sort == Sort.SETTING else None,
        "no": indicator.no if indicator else None,
        "name": indicator.name if indicator else rating.name if rating else None,
        "short": indicator.short if indicator else rating.name if rating else None,
        "minimum": rating.minimum if rating else None,
        "method": str(instrument.aggregation.method),
        "left_out": bool(indicator and indicator.left_out),
        "status": str(criteria.status(instrument, criterion)),
    }


def shown(instrument: Instrument, criterion: Criterion, talk: Coordination) -> dict[str, Any]:
    """Return one criterion for its screen: what it says, where that stands, and what was said of it."""
    comments = talk.comments_on(criterion.code)
    proposals = talk.proposals_for(criterion.code)
    indicator = criteria.indicator_of(instrument, criterion)
    return {
        **named(instrument, criterion),
        "sources": _sources(criteria.sources(instrument, criterion)),
        "indicator": indicator_view(instrument, indicator) if indicator else None,
        "comments": [comment_view(comment) for comment in comments[-LAST:]],
        "earlier": max(0, len(comments) - LAST),
        "proposals": [proposal_view(instrument, proposal) for proposal in proposals],
        "version": version_view(talk),
        "year": talk.year,
    }


def indicator_view(instrument: Instrument, indicator: Indicator) -> dict[str, Any]:
    """Return what an indicator measures and how it is rated, each part with its status."""
    bands = [
        {"printed": band.printed, "points": band.points, "status": str(band.source.status)}
        for band in indicator.bands
    ]
    options = [
        {"printed": option.text, "points": option.points, "status": str(option.source.status)}
        for question in indicator.inputs
        if question.code == getattr(indicator.rule, "input", None)
        for option in question.options
    ]
    rows = bands or options
    return {
        "right": instrument.right(indicator.right).name,
        "unit": indicator.unit,
        "meaning": indicator.guidance.meaning,
        "example": indicator.guidance.example,
        "rule": rule_view(indicator),
        "rule_status": str(indicator.rule.source.status),
        "rows": rows,
        "one_status": rows[0]["status"] if len({row["status"] for row in rows}) == 1 else None,
        "precision": indicator.precision,
        "evidence": [
            {"title": evidence.title, "signer": evidence.signer, "stamp": evidence.stamp}
            for evidence in indicator.evidence
        ],
        "owner": indicator.owner,
        "left_out": indicator.left_out.text if indicator.left_out else None,
        "hanging": criteria_conditions.view(instrument, indicator),
    }


def rule_view(indicator: Indicator) -> dict[str, Any]:
    """Return how the value comes about, by the names of the questions."""
    rule = indicator.rule
    view: dict[str, Any] = {"kind": rule.kind}
    match rule:
        case Ratio():
            parts = {"numerator": rule.numerator, "denominator": rule.denominator}
            view["factor"] = rule.factor
        case ShareLost():
            parts = {"before": rule.before, "after": rule.after}
            view["factor"] = rule.factor
        case Sum():
            parts = {}
            view["addends"] = [indicator.input(code).name for code in rule.inputs]
        case Count() | Number() | Choice() | ChoicesCount():
            parts = {"input": rule.input}
        case Choices():
            parts = {"input": rule.input}
            view["most"] = rule.most
        case YesNo() | Document():
            parts = {"input": rule.input}
            view |= {"points_yes": rule.points_yes, "points_no": rule.points_no}
        case _:
            assert_never(rule)
    return view | {name: indicator.input(code).name for name, code in parts.items()}


def _sources(sources: Sequence[Source]) -> list[dict[str, str]]:
    """Return each source once, with how sure it is."""
    return [
        {"text": source.text, "status": str(source.status)} for source in dict.fromkeys(sources)
    ]


def comment_view(comment: Comment) -> dict[str, Any]:
    """Return a comment with who made it, from where."""
    return {"text": comment.text, "at": comment.at, **author_view(comment.by)}


def author_view(by: Author, *, named: bool = False) -> dict[str, str | None]:
    """Return from which office and in which role something was said; by whom, only if asked for."""
    return {"by": by.name if named else None, "office": by.office, "role": by.role}


def proposal_view(instrument: Instrument, proposal: Proposal) -> dict[str, Any]:
    """Return a proposal: what it would change, and who made it."""
    return {
        "id": proposal.id,
        "parts": change_view(proposal.change),
        "at": proposal.at,
        **author_view(proposal.by),
        "about": named_by_code(instrument, proposal.criterion),
    }


def named_by_code(instrument: Instrument, code: str) -> dict[str, Any] | None:
    """Return how lists name the criterion with this code; None where there is none."""
    criterion = criteria.find(instrument, code)
    return named(instrument, criterion) if criterion else None


def change_view(change: Any) -> list[dict[str, Any]]:
    """Return what a change gives, part by part, as people compare it."""
    parts = [{"part": part, "given": change[part]} for part in PARTS if part in change]
    if change.get("status") == "confirmed":
        parts.append({"part": "source", "given": change.get("source")})
    return parts


PARTS = ("bands", "precision", "evidence", "owner", "left_out", "minimum")
"""What may be proposed of a criterion, in the order in which it is told."""


def version_view(talk: Coordination) -> dict[str, Any]:
    """Return which version of the criteria is in force, and since when."""
    newest = talk.versions[-1]
    return {"number": newest.number, "at": newest.at}


def by_right(instrument: Instrument) -> list[tuple[Right, tuple[Criterion, ...]]]:
    """Return each right with its indicators as criteria."""
    return [
        (
            right,
            tuple(Criterion(Sort.INDICATOR, str(indicator.no)) for indicator in right.indicators),
        )
        for right in instrument.rights
    ]


def general(instrument: Instrument) -> tuple[Criterion, ...]:
    """Return the criteria that are no indicators: rules for all, the way of adding up, ratings."""
    return tuple(
        criterion for criterion in criteria.all_of(instrument) if criterion.sort != Sort.INDICATOR
    )


def may_propose(seat: Seat) -> bool:
    """Tell whether a seat proposes other figures: Bagian Hukum and the Kanwil do."""
    return seat.role in (Role.COORDINATOR, Role.KANWIL)
