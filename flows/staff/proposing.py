"""Bagian Hukum and the Kanwil propose other figures for a criterion, and see at once what they would do.

What is typed is read by the instrument's own strict loader. A proposal changes nothing: a meeting may.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flows.contact import criteria_views
from flows.contact.criteria_views import author, named
from flows.model import criteria as model
from flows.model import walks
from flows.model.buttons import Button, OwnVerb, Pressed, Verb, data
from flows.model.criteria import Coordination, Criterion, Proposal, Sort
from flows.model.criteria_changes import ProposeCriterion, WithdrawProposal
from flows.model.events import Tap, Text
from flows.model.facts import Holder, StaffFacts, Stage
from flows.model.needs import Granters
from flows.model.outcome import Notice, Outcome, Say, SetFocus, not_yours
from flows.model.roles import Role
from flows.reading import ranges
from flows.reading.sentences import LENGTHS, is_reason, tidy
from flows.staff import criteria_effect, meeting_floor
from scoring import Indicator, Instrument
from scoring.replacing import replace

FILE_PROPOSAL = OwnVerb("kf")
FROM_ANNEX = OwnVerb("kl")
BANDS, PRECISION, EVIDENCE, OWNER, LEFT_OUT, MINIMUM = criteria_views.PARTS
LABELS = {
    BANDS: "propose_bands", PRECISION: "propose_precision", EVIDENCE: "propose_evidence",
    OWNER: "propose_owner", LEFT_OUT: "propose_left_out", MINIMUM: "propose_minimum",
}  # fmt: skip
ANNEX = "annex"
"""What words are waited for: the passage of the annex in which a figure was read."""
EXACT = "exact"
LONGEST = 2000
SHOWN = 5
"""Proposals of a file that its news lists."""
BACK = "false"
"""What `left_out` holds where an indicator is taken up again."""


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """✍️ Usulkan perubahan: ask which part, then for its words."""
    instrument = facts.period.instrument
    criterion = model.find(instrument, pressed.rest[0] if pressed.rest else "")
    if criterion is None or not criteria_views.may_propose(facts.seat):
        return not_yours(event)
    parts = _parts(instrument, criterion)
    part = pressed.rest[1] if len(pressed.rest) > 1 else parts[0] if len(parts) == 1 else ""
    if not part and parts:
        return Outcome((), (_choose(facts, criterion, parts),))
    if part not in parts:
        return not_yours(event)
    if part == LEFT_OUT and _is_left_out(instrument, criterion):
        return _previewed(facts, criterion, {LEFT_OUT: BACK}, talk)
    return _asks(facts, criterion, part)


def _parts(instrument: Instrument, criterion: Criterion) -> tuple[str, ...]:
    """Return what may be proposed of a criterion; nothing of a general rule, of which one form is known."""
    indicator = model.indicator_of(instrument, criterion)
    if indicator is None:
        return (MINIMUM,) if criterion.sort == Sort.RATING else ()
    banded = (BANDS, PRECISION) if indicator.bands else ()
    return (*banded, EVIDENCE, OWNER, LEFT_OUT)


def _is_left_out(instrument: Instrument, criterion: Criterion) -> bool:
    indicator = model.indicator_of(instrument, criterion)
    return indicator is not None and indicator.left_out is not None


def _choose(facts: StaffFacts, criterion: Criterion, parts: tuple[str, ...]) -> Say:
    seat, code = facts.seat.id, criterion.code
    again = _is_left_out(facts.period.instrument, criterion)
    rows = tuple(
        (
            Button(
                "take_up" if part == LEFT_OUT and again else LABELS[part],
                data(Verb.PROPOSE, seat, code, part),
            ),
        )
        for part in parts
    )
    back = (Button("back_one", data(Verb.CRITERIA, seat, code)),)
    return Say("criteria/propose", named(facts.period.instrument, criterion), (*rows, back))


def _asks(
    facts: StaffFacts, criterion: Criterion, part: str, review: Mapping[str, str] | None = None
) -> Outcome:
    review = {"criterion": criterion.code, "part": part, **(review or {})}
    focus = replace(facts.focus, stage=Stage.PROPOSE, review=review, turn=facts.focus.turn + 1)
    return Outcome((SetFocus(focus),), (_ask(facts, criterion, part),))


def _ask(facts: StaffFacts, criterion: Criterion, part: str, **problem: Any) -> Say:
    instrument = facts.period.instrument
    indicator = model.indicator_of(instrument, criterion)
    view = {
        **named(instrument, criterion),
        "part": part,
        "now": model.figures(instrument, criterion),
        "unit": indicator.unit if indicator else "",
        "most": LENGTHS[-1],
        "year": facts.period.data_year,
        "problem": None,
        "problems": [],
        **problem,
    }
    back = Button("cancel", data(Verb.CRITERIA, facts.seat.id, criterion.code))
    return Say("criteria/ask_figures", view, ((back,),))


def written(facts: StaffFacts, event: Text, talk: Coordination) -> Outcome | None:
    """Take the words of a proposal: read them, and show what they would do or what is wrong with them."""
    review = facts.focus.review
    criterion = model.find(facts.period.instrument, review["criterion"])
    if criterion is None:
        return None
    part, words = review["part"], event.text.strip()
    if part == ANNEX:
        return _read_in_annex(facts, criterion, tidy(words), talk)
    change = _read(facts, criterion, part, words)
    if change is None:
        return Outcome((), (_ask(facts, criterion, part, problem=part),))
    return _previewed(facts, criterion, change, talk)


def _read(
    facts: StaffFacts, criterion: Criterion, part: str, words: str
) -> Mapping[str, Any] | None:
    """Return the change that words mean; None where that cannot be told."""
    indicator = model.indicator_of(facts.period.instrument, criterion)
    if len(words) > LONGEST:
        return None
    if part == BANDS and indicator:
        rows = ranges.rows(words, [band.points for band in indicator.bands])
        return {BANDS: rows} if rows else None
    if part == PRECISION:
        if words.casefold() in facts.words.choice("exact"):
            return {PRECISION: EXACT}
        return {PRECISION: int(words)} if words.isdecimal() and int(words) < 10 else None
    if part == MINIMUM:
        figure = ranges.decimal(words)
        return None if figure is None else {MINIMUM: ranges.plain(figure)}
    if part == EVIDENCE and indicator:
        # What is said of the year assessed holds in the next one as well.
        general = words.replace(str(facts.period.data_year), "{tahun}")
        documents = [_document(line, indicator) for line in general.splitlines() if line.strip()]
        return {EVIDENCE: documents} if documents and all(documents) else None
    return {part: tidy(words)} if is_reason(tidy(words), facts.words) else None


def _document(line: str, indicator: Indicator) -> dict[str, Any] | None:
    """Return a line as a document: its title, who signs it and its period, the last two as before."""
    title, *others = (tidy(cell) for cell in line.split("|"))
    if not title or len(others) > 2:
        return None
    known = indicator.evidence[0] if indicator.evidence else None
    signer, period = (known.signer, known.period) if known else ("", "")
    given = dict(zip(("signer", "period"), (other for other in others), strict=False))
    document = {"title": title, "signer": given.get("signer") or signer}
    document["period"] = given.get("period") or period
    return {**document, "signature": "true", "stamp": "true"} if document["signer"] else None


def _read_in_annex(
    facts: StaffFacts, criterion: Criterion, words: str, talk: Coordination
) -> Outcome:
    """Take the passage in which the Kanwil read the figure: it is confirmed once it is agreed upon."""
    if not is_reason(words, facts.words):
        return Outcome((), (_ask(facts, criterion, ANNEX, problem=ANNEX),))
    change = json.loads(facts.focus.review["change"])
    return _previewed(facts, criterion, {**change, "status": "confirmed", "source": words}, talk)


def _previewed(
    facts: StaffFacts, criterion: Criterion, change: Mapping[str, Any], talk: Coordination
) -> Outcome:
    """Show what a change would do; or what is wrong with it, and wait for other words."""
    instrument, review = facts.period.instrument, dict(facts.focus.review)
    next_version = meeting_floor.tried(talk.files, criterion, change)
    if next_version.instrument is None:
        problems = [{"code": problem.code, **problem.params} for problem in next_version.problems]
        return Outcome((), (_ask(facts, criterion, review["part"], problems=problems),))
    before = model.figures(instrument, criterion)
    after = model.figures(next_version.instrument, criterion)
    effects = criteria_effect.of_board(facts.board, instrument, next_version.instrument)
    seat, code = facts.seat.id, criterion.code
    review |= {"criterion": code, "change": json.dumps(dict(change))}
    focus = replace(facts.focus, stage=Stage.PROPOSE, review=review, turn=facts.focus.turn + 1)
    view = {
        **named(instrument, criterion),
        "parts": criteria_views.change_view(change),
        "before": before,
        "changed": [*model.changed(before, after)],
        **criteria_effect.view(effects),
    }
    file = (Button("file_proposal", data(FILE_PROPOSAL, seat, code), style="success"),)
    annex = (Button("from_annex", data(FROM_ANNEX, seat, code)),)
    again = (Button("retype", data(Verb.PROPOSE, seat, code, *_part_of(change))),)
    back = (Button("cancel", data(Verb.CRITERIA, seat, code)),)
    may_confirm = facts.seat.role == Role.KANWIL and "status" not in change
    keyboard = (file, *((annex,) if may_confirm else ()), again, back)
    return Outcome((SetFocus(focus),), (Say("criteria/effect", view, keyboard),))


def _part_of(change: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part for part in criteria_views.PARTS if part in change)[:1]


def decided(
    facts: StaffFacts, event: Tap, pressed: Pressed, talk: Coordination, granters: Granters
) -> Outcome:
    """✅ Ajukan, or 📖 Terbaca di lampiran, under what a change would do."""
    review = facts.focus.review
    code = pressed.rest[0] if pressed.rest else ""
    criterion = model.find(facts.period.instrument, code)
    is_open = facts.focus.stage == Stage.PROPOSE and review.get("criterion") == code
    if criterion is None or not is_open or "change" not in review:
        return Outcome((), (Notice(event.query_id, "notice/proposal_closed"),))
    if pressed.verb == FROM_ANNEX:
        return _asks(facts, criterion, ANNEX, {"change": review["change"]})
    change = json.loads(review["change"])
    by = author(facts.name, facts.seat, facts.period.institution)
    view = {
        **named(facts.period.instrument, criterion),
        "parts": criteria_views.change_view(change),
        **criteria_views.author_view(by, named=True),
    }
    again: tuple[Button, ...] = (
        Button("criterion_again", data(Verb.CRITERIA, facts.seat.id, code)),
    )
    if talk.meeting is not None:
        again = (*again, Button("meeting_item", data(Verb.ITEM, facts.seat.id, code)))
    news = tuple(
        Say("criteria/told_proposal", view, _open(contact.seat_id, code), chat_id=contact.chat_id)
        for contact in granters.contacts
        if contact.reachable
    )
    changes = (
        ProposeCriterion(talk.province, code, change, by),
        SetFocus(facts.focus.at_rest()),
    )
    message = Say("criteria/proposed", view | {"told": len(news)}, (again,), edit=event.message_id)
    return Outcome(changes, (Notice(event.query_id), message, *news))


def from_file(instrument: Instrument, proposals: Sequence[Proposal], holder: Holder) -> Say:
    """Return what a seat of the Kanwil hears, quietly, of what a changed file proposes."""
    shown = [criteria_views.proposal_view(instrument, proposal) for proposal in proposals[:SHOWN]]
    view = {
        "rows": [row for row in shown if row["about"]],
        "count": len(proposals),
        "file": proposals[0].by.office,
        "by": proposals[0].by.name,
    }
    button = Button("criteria", data(Verb.CRITERIA, holder.seat.id))
    chat_id = holder.contact.chat_id
    return Say("criteria/told_file", view, ((button,),), chat_id=chat_id, quiet=True)


def _open(seat: int, code: str) -> tuple[tuple[Button, ...], ...]:
    return ((Button("criterion_again", data(Verb.CRITERIA, seat, code)),),)


def withdrawn(facts: StaffFacts, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """🗑 Tarik usulan: only whoever made it, while it is open."""
    proposal = talk.proposal(pressed.number())
    by = author(facts.name, facts.seat, facts.period.institution)
    if proposal is None or proposal.by != by:
        return not_yours(event)
    change = WithdrawProposal(talk.province, proposal.id)
    view = criteria_views.proposal_view(facts.period.instrument, proposal)
    return Outcome(
        (change,), (Say("criteria/withdrawn", view, _open(facts.seat.id, proposal.criterion)),)
    )


ROUTES = (
    walks.staff.button(Verb.PROPOSE, on_tap, Coordination),
    walks.staff.button(FILE_PROPOSAL, decided, Coordination, Granters),
    walks.staff.button(FROM_ANNEX, decided, Coordination, Granters),
    walks.staff.button(Verb.UNPROPOSE, withdrawn, Coordination),
    walks.staff.words(Stage.PROPOSE, written, Coordination),
)
