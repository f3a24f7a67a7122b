"""What a returned form comes to: each answer as if it had been typed in the chat, or why it is not taken.

The rules are the chat's own: its reader of figures, its refusals, and what it asks back. What it would ask
back is kept as a draft, and asked there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from flows.contact import drafts, inputs, plausibility, season_over
from flows.contact.draft_answers import asked_of, draft_answer, kept
from flows.contact.inputs import RefusedInput
from flows.model import marks
from flows.model.answer_state import Standing, Stored
from flows.model.facts import ContactFacts, Focus, Stage, Task
from flows.model.outcome import SaveAnswer
from flows.model.returned_sheet import SheetRow
from flows.reading import numbers
from flows.reading.asked import asked
from flows.reading.numbers import TypedNumber, plain
from flows.reading.sentences import is_reason, tidy
from scoring import Absence, Answer
from scoring.replacing import replace

PARTS = 6
"""What a key consists of: period, office, version of the criteria, number, revision, input."""


class FormConflict(Struct, frozen=True):
    """A cell that is not taken, and why; `params` word a refusal of the reader of figures."""

    cell: str
    why: str
    indicator: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


class ReadyAnswer(Struct, frozen=True):
    """An answer that can be stored as it is."""

    task: Task
    answer: Answer
    reason: str | None
    cell: str
    read: tuple[marks.Mark, ...] = ()
    """What the reader of figures noted: "sekitar", not final, another unit."""

    @property
    def marks(self) -> tuple[marks.Mark, ...]:
        """What a reviewer should know of its figures: how they were typed, and that they came in a form."""
        form = (marks.Mark(code, marks.SHEET) for code in self.answer.inputs or {})
        return (*self.read, *form)

    def change(self, unit_id: int) -> SaveAnswer:
        """Return the new revision; whatever is odd was asked back, so that it has no flags."""
        no, revision = self.task.indicator.no, _revision(self.task) + 1
        return SaveAnswer(unit_id, no, revision, self.answer, self.reason, (), None, self.marks)


class Doubt(Struct, frozen=True):
    """Figures that the chat asks back before it takes them: the draft that it begins with."""

    task: Task
    draft: Focus
    cell: str


class WeighedForm(Struct, frozen=True):
    """`same` counts answers as they are stored, `left` questions that stand empty."""

    ready: tuple[ReadyAnswer, ...]
    doubts: tuple[Doubt, ...]
    conflicts: tuple[FormConflict, ...]
    same: int
    left: int

    @property
    def base(self) -> str:
        """What would be written: a preview counts as long as this stays the same."""
        sound = [
            f"{answer.task.indicator.no}:{_revision(answer.task)}:{answer.answer}"
            for answer in self.ready
        ]
        asked_back = [
            f"?{doubt.task.indicator.no}:{_revision(doubt.task)}" for doubt in self.doubts
        ]
        return ";".join((*sound, *asked_back))


class _Question(Struct, frozen=True):
    """The rows of one indicator, by input, in the order of the instrument."""

    task: Task
    revision: int
    rows: Mapping[str, SheetRow]

    @property
    def cell(self) -> str:
        return next(iter(self.rows.values())).cell

    @property
    def absence(self) -> str:
        return next((row.verdict for row in self.rows.values() if row.verdict), "")

    @property
    def reason(self) -> str:
        return tidy(next((row.sentence for row in self.rows.values() if row.sentence), ""))


def weighed(facts: ContactFacts, rows: Iterable[SheetRow]) -> WeighedForm:
    """Weigh every question of a form beside what is stored now, and what the form itself says before it."""
    questions, conflicts = _questions(facts, rows)
    ready: list[ReadyAnswer] = []
    doubts: list[Doubt] = []
    same = left = 0
    for question in questions:
        outcome = _judged(facts, question)
        match outcome:
            case ReadyAnswer() if _is_stored(question.task, outcome):
                same += 1
            case ReadyAnswer() | Doubt() if why := _barred(facts, question):
                conflicts.append(FormConflict(question.cell, why, question.task.indicator.name))
            case ReadyAnswer():
                ready.append(outcome)
                task = outcome.task
                facts = with_stored(facts, task, outcome.change(facts.desk.unit.id), task.standing)
            case Doubt():
                doubts.append(outcome)
            case FormConflict():
                conflicts.append(outcome)
            case _:
                left += 1
    return WeighedForm(tuple(ready), tuple(doubts), tuple(conflicts), same, left)


def with_stored(
    facts: ContactFacts,
    task: Task,
    change: SaveAnswer,
    standing: Standing | None,
    receipt: int = 0,
) -> ContactFacts:
    """Return the facts with an answer stored: what hangs on it is asked now, or no more."""
    stored = Stored(
        change.revision, receipt, change.answer, change.reason, facts.name, facts.now, change.flags,
        change.source, change.marks,
    )  # fmt: skip
    return replace(facts, desk=facts.desk.with_answer(task.indicator.no, stored, standing))


def _questions(
    facts: ContactFacts, rows: Iterable[SheetRow]
) -> tuple[list[_Question], list[FormConflict]]:
    """Return the rows by question, and those whose key is none of this office, period and version."""
    by_no: dict[int, tuple[int, dict[str, SheetRow]]] = {}
    conflicts: list[FormConflict] = []
    for row in rows:
        why = _misplaced(facts, row)
        if why is not None:
            if row.correction or row.verdict or row.sentence:
                conflicts.append(FormConflict(row.cell, why))
            continue
        *_, no, revision, code = row.key.split(".")
        known = by_no.setdefault(int(no), (int(revision), {}))
        if code in known[1] or known[0] != int(revision):
            conflicts.append(
                FormConflict(row.cell, "twice", facts.desk.the_task(int(no)).indicator.name)
            )
            continue
        known[1][code] = row
    questions = [
        _Question(task, revision, _ordered(task, given))
        for task in facts.desk.owed
        if task.indicator.no in by_no
        for revision, given in (by_no[task.indicator.no],)
    ]
    return questions, conflicts


def _ordered(task: Task, given: Mapping[str, SheetRow]) -> dict[str, SheetRow]:
    return {
        question.code: given[question.code]
        for question in task.indicator.inputs
        if question.code in given
    }


def _misplaced(facts: ContactFacts, row: SheetRow) -> str | None:
    """Return why a key is none of this form's; None where it is."""
    parts = row.key.split(".")
    if len(parts) != PARTS or not all(
        one.isascii() and one.isdecimal() for one in (*parts[:2], *parts[3:5])
    ):
        return "no_key"
    period, unit, version, no, _, code = parts
    if period != str(facts.period.id):
        return "other_period"
    if unit != str(facts.desk.unit.id):
        return "other_office"
    if version != facts.period.instrument.hash[:8]:
        return "other_version"
    task = facts.desk.task(int(no))
    if task is None or code not in {question.code for question in task.indicator.inputs}:
        return "no_key"
    return None


def _judged(facts: ContactFacts, question: _Question) -> ReadyAnswer | Doubt | FormConflict | None:
    """Return what the chat would make of a question's cells; None where they stand empty."""
    figures = {code: row.correction for code, row in question.rows.items() if row.correction}
    name = question.task.indicator.name
    if question.absence:
        if figures:
            return FormConflict(question.cell, "both", name)
        return _absent(facts, question)
    if not figures:
        return None
    return _figured(facts, question, figures)


def _absent(facts: ContactFacts, question: _Question) -> ReadyAnswer | FormConflict:
    name, reason = question.task.indicator.name, question.reason
    if question.absence not in set(Absence):
        return FormConflict(question.cell, "unknown_absence", name, {"word": question.absence})
    if not is_reason(reason, facts.words):
        return FormConflict(question.cell, "reason" if reason else "reason_missing", name)
    answer = Answer(absence=Absence(question.absence))
    return ReadyAnswer(question.task, answer, reason, question.cell)


def _figured(
    facts: ContactFacts, question: _Question, figures: Mapping[str, str]
) -> ReadyAnswer | Doubt | FormConflict:
    """Type the cells one after the other, as somebody would in the chat."""
    task, name = question.task, question.task.indicator.name
    base = task.mine.revision if task.mine else 0
    focus = Focus(seat_id=facts.seat.id, indicator=task.indicator.no, base=base)
    focus = inputs.at_next_input(task.indicator, focus)
    year, place = facts.period.data_year, facts.desk.region.names
    typed: set[str] = set()
    while focus.stage is Stage.ASK and focus.input is not None:
        code = focus.input
        typed.add(code)
        row = question.rows.get(code)
        if row is None or code not in figures:
            cell = row.cell if row else question.cell
            return FormConflict(cell, "missing", name, {"input": _name(task, code)})
        about = asked(task.indicator, code, year, place)
        step = inputs.typed(task, focus, figures[code], 0, about, facts.words)
        if isinstance(step, inputs.Taken) and step.focus.stage is Stage.ZERO:
            step = inputs.take_figure(task, step.focus, Decimal(0), confirmed=True)
        if isinstance(step, RefusedInput):
            return FormConflict(row.cell, step.code, name, {**step.params, "typed": figures[code]})
        focus = step.focus
        if focus.stage is Stage.CLARIFY:
            readings = {"readings": [Decimal(reading) for reading in focus.readings]}
            return FormConflict(row.cell, "unclear", name, {"typed": figures[code], **readings})
    return _whole(facts, question, focus, figures, typed)


def _whole(
    facts: ContactFacts,
    question: _Question,
    focus: Focus,
    figures: Mapping[str, str],
    typed: Set[str],
) -> ReadyAnswer | Doubt | FormConflict:
    """Return the answer that all figures make, or what is to be asked back."""
    task, name = question.task, question.task.indicator.name
    asked_now = {one.code for one in asked_of(task.indicator, focus)}
    for code in figures.keys() & asked_now - typed:  # the first cell gave this figure as well
        reading = numbers.parse(figures[code])
        if not isinstance(reading, TypedNumber) or plain(reading.value) != focus.inputs.get(code):
            return FormConflict(question.rows[code].cell, "twice", name)
    stored = task.mine.answer if task.mine else None
    answer = kept(task.indicator, draft_answer(task.indicator, focus), stored)
    flags = plausibility.flags(facts.desk, task, answer)
    if flags and not _is_stored(task, ReadyAnswer(task, answer, None, question.cell)):
        return Doubt(task, focus, question.cell)
    return ReadyAnswer(task, answer, None, question.cell, focus.marks)


def _is_stored(task: Task, ready: ReadyAnswer) -> bool:
    """Tell whether this is what is stored already."""
    mine = task.mine
    return mine is not None and (mine.answer, mine.reason) == (ready.answer, ready.reason)


def _barred(facts: ContactFacts, question: _Question) -> str | None:
    """Return why an answer that differs from what is stored may not be written; None where it may."""
    task = question.task
    if question.revision != _revision(task):
        return "changed"
    if task.mine is not None and not drafts.may_answer(task):
        return "locked"
    if not season_over.may_write(facts, task.indicator.no):
        return "over"
    return None if facts.desk.is_asked(task) else "not_asked"


def _revision(task: Task) -> int:
    return task.mine.revision if task.mine else 0


def _name(task: Task, code: str) -> str:
    return next(question.name for question in task.indicator.inputs if question.code == code)


def as_draft(doubt: Doubt) -> dict[str, str]:
    """Return a doubt's figures as a draft that is kept for its question."""
    mine = [marks.Mark(code, marks.SHEET) for code in doubt.draft.inputs]
    return {**doubt.draft.inputs, **marks.kept((*doubt.draft.marks, *mine))}


def emptied(focus: Focus) -> Focus:
    """Return the focus without an open question; what was typed there is kept."""
    return replace(drafts.shelve_draft(focus), turn=focus.turn + 1)
