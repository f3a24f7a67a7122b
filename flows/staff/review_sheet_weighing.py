"""What a returned queue comes to: each row a judgement as if tapped, or why it is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from flows.model.buttons import Pressed, Verb
from flows.model.facts import Office, StaffFacts, Task
from flows.model.returned_sheet import SheetRow
from flows.model.workflow import Action, Refusal, Transition, find_transition
from flows.reading.sentences import is_reason, tidy
from flows.staff import clean_answers, review_decision, review_queue, review_sheet_rows
from flows.staff.review_decision import ReviewDecision

PARTS = 4
"""What a key consists of: period, office, number, revision."""


class QueueConflict(Struct, frozen=True):
    """A row that is not applied, and why."""

    row: SheetRow
    why: str
    unit: str | None = None
    indicator: str | None = None


class WeighedQueue(Struct, frozen=True):
    """`ready` are judgements, each with its row; `left` counts rows without a verdict."""

    ready: tuple[tuple[SheetRow, ReviewDecision], ...]
    conflicts: tuple[QueueConflict, ...]
    left: int

    @property
    def base(self) -> str:
        """What would be written: a preview counts as long as this stays the same."""
        return ";".join(f"{row.key}:{one.move.action}" for row, one in self.ready)

    def counts(self) -> dict[str, int]:
        """Return how often each action would be taken."""
        return dict(Counter(str(one.move.action) for _, one in self.ready))


def weighed(facts: StaffFacts, rows: Iterable[SheetRow]) -> WeighedQueue:
    """Weigh every row beside what is stored now."""
    rows = tuple(rows)
    spoken = Counter(row.key for row in rows if row.verdict)
    ready: list[tuple[SheetRow, ReviewDecision]] = []
    conflicts: list[QueueConflict] = []
    left = 0
    for row in rows:
        if not (row.verdict or row.sentence or row.correction or row.code):
            left += 1
            continue
        owed = _owed(facts, row)
        if isinstance(owed, str):
            conflicts.append(QueueConflict(row, owed))
            continue
        office, task = owed
        judged = "twice" if spoken[row.key] > 1 else _judged(facts, row, office, task)
        if isinstance(judged, ReviewDecision):
            ready.append((row, judged))
        else:
            conflicts.append(QueueConflict(row, judged, office.unit.short, task.indicator.name))
    return WeighedQueue(tuple(ready), tuple(conflicts), left)


def _owed(facts: StaffFacts, row: SheetRow) -> tuple[Office, Task] | str:
    """Return the answer that a row is about, or why it is none of the reviewer's."""
    parts = row.key.split(".")
    if len(parts) != PARTS or not all(part.isascii() and part.isdecimal() for part in parts):
        return "no_key"
    if parts[0] != str(facts.period.id):
        return "other_period"
    pressed = Pressed(Verb.JUDGE, facts.seat.id, tuple(parts[1:]))
    return review_queue.find(facts, pressed) or "not_yours"


def _judged(facts: StaffFacts, row: SheetRow, office: Office, task: Task) -> ReviewDecision | str:
    """Return the judgement of a row, or why the chat would not take it either."""
    if review_queue.owns(facts.seats, office):
        return "own_office"
    if row.key != review_sheet_rows.key(facts, office, task):
        return "changed"
    if not review_queue.may_judge(facts, office, task):
        return "moved"
    if row.verdict not in set(Action):
        return "unknown_verdict" if row.verdict else "no_verdict"
    move = find_transition(
        task.state,
        facts.seat.role,
        Action(row.verdict),
        reason="-",
        subject=task.subject,
        turn=task.turn,
    )
    if isinstance(move, Refusal) or move.action is Action.UNDO:
        return "not_allowed"
    return _in_words(facts, row, office, task, move)


def _in_words(
    facts: StaffFacts, row: SheetRow, office: Office, task: Task, move: Transition
) -> ReviewDecision | str:
    """Return a judgement with the words and figures that it needs, or what of them is missing."""
    code, value = "", None
    words = tidy(row.sentence)
    if move.action is Action.RETURN:
        reason = next(
            (
                one
                for one in facts.period.instrument.return_reasons
                if _plain(row.code) in (_plain(one.label), _plain(one.text), one.code)
                and review_decision.fits(one, task)
            ),
            None,
        )
        if reason is None:
            return "reason_unknown" if row.code else "reason_missing"
        code = reason.code
    elif row.code:
        return "reason_unused"
    if move.action is Action.CORRECT:
        figures = review_decision.figures_of(facts, office, task, row.correction)
        value = review_decision.corrected(task, figures)
        if value is None:
            return "figures" if row.correction else "figures_missing"
    elif row.correction:
        return "correction_unused"
    if move.needs_reason and not is_reason(words, facts.words):
        return "sentence" if row.sentence else "sentence_missing"
    is_agreeing = move.action in review_queue.AGREEING
    if is_agreeing and not row.seen and clean_answers.attention(office.desk, task):
        return "unseen"
    reason_text = words if move.needs_reason else None
    return ReviewDecision(office, task, move, reason_text, code or None, value)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
