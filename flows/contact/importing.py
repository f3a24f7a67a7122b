"""What a file of answers comes to: each as if it had been typed in the chat, or why it is not taken.

Rules and reader of figures are the chat's own. What the chat would ask back is stored with its flags, for
the reviewer: nobody is there to be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from msgspec import Struct, field

from flows.contact import form_rows, form_weighing, inputs, plausibility, season_over
from flows.contact.draft_answers import draft_answer, kept
from flows.contact.form_weighing import Doubt, FormConflict, ReadyAnswer, with_stored
from flows.contact.inputs import Taken
from flows.model.answer_state import State, Stored
from flows.model.facts import VALUE, ContactFacts, Focus, Stage, Task
from flows.model.marks import IMPORTED, Mark
from flows.model.outcome import SaveAnswer
from flows.model.returned_sheet import SheetRow
from flows.reading.asked import asked
from scoring import Answer


class ImportedAnswer(Struct, frozen=True):
    """One answer of a file as somebody would type it: figures by input, the ready figure, or an absence.

    `cell` is where it begins; `cells` are those of single figures.
    """

    no: int
    cell: str
    figures: Mapping[str, str] = field(default_factory=dict)
    value: str = ""
    absence: str = ""
    reason: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


class Read(Struct, frozen=True):
    """An answer as the chat's reader understands it, with what it noted of the figures."""

    answer: Answer
    reason: str | None
    marks: tuple[Mark, ...] = ()


class Imported(Struct, frozen=True):
    """An answer that is taken; `before` is what it replaces, which came from the same file."""

    task: Task
    cell: str
    change: SaveAnswer
    before: Answer | None


class Weighing(Struct, frozen=True):
    """What an office's answers in a file come to; `same` counts those that are stored already."""

    taken: tuple[Imported, ...]
    refused: tuple[FormConflict, ...]
    same: int


def weighed(facts: ContactFacts, given: Iterable[ImportedAnswer], file: str) -> Weighing:
    """Weigh the answers of one office; `file` is the name that is kept with each of them."""
    taken: list[Imported] = []
    refused: list[FormConflict] = []
    same = 0
    for answer, task in _tasks(facts, given, refused):
        outcome = _judged(facts, task, answer)
        if isinstance(outcome, FormConflict):
            refused.append(outcome)
        elif outcome is None:
            same += 1
        elif (bar := _barred(facts, task, file)) is not None:
            refused.append(FormConflict(answer.cell, bar, task.indicator.name))
        else:
            imported = _imported(facts, task, outcome, answer.cell, file)
            taken.append(imported)
            facts = with_stored(facts, task, imported.change, task.standing)
    return Weighing(tuple(taken), tuple(refused), same)


def _tasks(
    facts: ContactFacts, given: Iterable[ImportedAnswer], refused: list[FormConflict]
) -> Iterator[tuple[ImportedAnswer, Task]]:
    """Yield each answer with its question, in the order of the chat, for some hang on earlier ones.

    What the office does not owe, or what is given twice, is refused.
    """
    known = {task.indicator.no: task for task in facts.desk.owed}
    by_no: dict[int, ImportedAnswer] = {}
    for answer in given:
        if answer.no not in known:
            refused.append(FormConflict(answer.cell, "not_owed", params={"no": answer.no}))
        elif answer.no in by_no:
            name, first = known[answer.no].indicator.name, by_no[answer.no].cell
            refused.append(FormConflict(answer.cell, "twice", name, {"first": first}))
        else:
            by_no[answer.no] = answer
    for no, task in known.items():
        if no in by_no:
            yield by_no[no], task


def _judged(facts: ContactFacts, task: Task, given: ImportedAnswer) -> Read | FormConflict | None:
    """Return what the chat would make of it; None for what is stored already."""
    if given.value:
        read = _valued(facts, task, given)
        if isinstance(read, FormConflict):
            return read
        made = Read(draft_answer(task.indicator, read), None, read.marks)
    else:
        result = form_weighing.weighed(facts, _rows(facts, task, given))
        if result.conflicts:
            return result.conflicts[0]
        if result.same:
            return None
        if result.left:
            return FormConflict(given.cell, "empty", task.indicator.name)
        outcomes: tuple[ReadyAnswer | Doubt, ...] = (*result.ready, *result.doubts)
        made = _read(task, outcomes[0])
    is_stored = task.mine is not None and task.mine.answer == made.answer
    return None if is_stored and made.reason is None else made


def _read(task: Task, outcome: ReadyAnswer | Doubt) -> Read:
    if isinstance(outcome, ReadyAnswer):
        return Read(outcome.answer, outcome.reason, outcome.read)
    stored = task.mine.answer if task.mine else None
    answer = kept(task.indicator, draft_answer(task.indicator, outcome.draft), stored)
    return Read(answer, None, outcome.draft.marks)


def _rows(facts: ContactFacts, task: Task, given: ImportedAnswer) -> list[SheetRow]:
    """Return an answer as the rows of a form that was fetched just now."""
    return [
        SheetRow(
            given.cells.get(question.code, given.cell),
            form_rows.key(facts, task, question.code),
            given.absence,
            correction=given.figures.get(question.code, ""),
            sentence=given.reason,
        )
        for question in task.indicator.inputs
    ]


def _valued(facts: ContactFacts, task: Task, given: ImportedAnswer) -> Focus | FormConflict:
    """Type the figure that somebody has reckoned already."""
    indicator = task.indicator
    focus = Focus(indicator=indicator.no, stage=Stage.ASK, input=VALUE)
    about = asked(indicator, VALUE, facts.period.data_year, facts.desk.region.name)
    step = inputs.typed(task, focus, given.value, 0, about, facts.words)
    if isinstance(step, Taken) and step.focus.stage is Stage.ZERO:
        step = inputs.take_figure(task, step.focus, Decimal(0), confirmed=True)
    cell = given.cells.get(VALUE, given.cell)
    if not isinstance(step, Taken):
        return FormConflict(cell, step.code, indicator.name, {**step.params, "typed": given.value})
    if step.focus.stage is Stage.CLARIFY:
        return FormConflict(cell, "unclear", indicator.name, {"typed": given.value})
    return step.focus


def _barred(facts: ContactFacts, task: Task, file: str) -> str | None:
    """Return why an answer may not be written; None where it may."""
    if task.mine is not None and not _is_of(task.mine, file):
        return "answered"
    if task.state not in (State.EMPTY, State.DRAFT):
        return "sent"
    if not season_over.may_write(facts, task.indicator.no):
        return "over"
    return None if facts.desk.is_asked(task) else "not_asked"


def _is_of(stored: Stored, file: str) -> bool:
    """Tell whether all of an answer came from this file: nobody has changed a figure of it since."""
    own = {mark.input for mark in stored.marks if (mark.code, mark.typed) == (IMPORTED, file)}
    return own >= set(stored.answer.inputs or (VALUE,))


def _imported(facts: ContactFacts, task: Task, read: Read, cell: str, file: str) -> Imported:
    mine, answer = task.mine, read.answer
    marked = tuple(Mark(code, IMPORTED, file) for code in answer.inputs or (VALUE,))
    change = SaveAnswer(
        facts.desk.unit.id,
        task.indicator.no,
        (mine.revision if mine else 0) + 1,
        answer,
        read.reason,
        plausibility.flags(facts.desk, task, answer),
        None,
        (*read.marks, *marked),
    )
    return Imported(task, cell, change, mine.answer if mine else None)
