"""Everyday words: answered like the command they stand for, or in a sentence; else three choices.

Words that a question, a thread or a judgement waits for never come here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import assert_never

from flows.contact import drafts, evidence, joining, submitting, summary
from flows.contact.prompts import input_of
from flows.model.buttons import Button, Verb, data
from flows.model.events import Command, Text
from flows.model.facts import ContactFacts, Focus, Seated, StaffFacts, Stage, Task
from flows.model.outcome import Keyboard, Message, Outcome, Say
from flows.model.progress import OfficeState, state_of
from flows.model.replies import React
from flows.model.roles import Role
from flows.model.vocabulary import plain
from flows.reading import names
from scoring import is_figure
from scoring.replacing import replace

Run = Callable[[Command], Outcome | None]
"""Runs a command by its name; None where the words ask for something that no command is."""
TYPED = frozenset({Stage.ASK, Stage.CLARIFY, Stage.ZERO, Stage.DOUBT, Stage.CONFIRM})
"""Stages in which a figure, a yes or a no is typed, which no everyday words are."""
IS_DONE = (OfficeState.SENT, OfficeState.VERIFIED)
THANKS = "thanks"
NOTED = "noted"
"""What says "ok": to a question it is an answer."""
WITH_PLACE = frozenset(
    {"status", "terlambat", "verifikasi", "ingatkan", "telepon", "undang", "perpanjang"}
)
"""Commands that take a name behind them."""


def answered(facts: Seated, event: Text, run: Run) -> Outcome | None:
    """Return what the words ask for; None where they ask for nothing that is known, or are an answer."""
    match facts:
        case StaffFacts():
            if facts.intents.of(event.text, is_staff=True) == THANKS:
                return _welcomed(event)
            return _of_staff(facts, event.text, run)
        case ContactFacts():
            if _is_awaited(facts) or not facts.intents.named(event.text, is_staff=False):
                return None  # nearly all texts are figures, and ask for nothing
            intent = facts.intents.of(event.text, is_staff=False, own=_own(facts, event.text))
            if intent is None or (intent == NOTED and facts.focus.indicator is not None):
                return None
            if intent == "submit" and facts.focus.stage == Stage.EVIDENCE:
                return None  # "sudah saya kirim semua" is said of the files there
            if intent == THANKS:
                return _welcomed(event)
            return _of_contact(facts, intent, run)
        case _:
            assert_never(facts)


def _welcomed(event: Text) -> Outcome:
    """Answer thanks without a message: 🙏 on what was written."""
    return Outcome((), (React(event.message_id, "🙏"),))


def _own(facts: ContactFacts, text: str) -> frozenset[str]:
    """Return the words of a text that name the contact's own office, region or questions."""
    desk, words = facts.desk, facts.words
    questions = (task.indicator.name for task in desk.tasks)
    names = (desk.unit.name, desk.unit.short, *desk.unit.aliases, desk.region.name, *questions)
    ours = frozenset().union(*(words.of_name(name) for name in names))
    outs = {word: frozenset(words.written_out(word)) for word in plain(text)}
    return frozenset(word for word, its in outs.items() if its and its <= ours)


def _is_awaited(facts: ContactFacts) -> bool:
    """Tell whether the words may be what a question waits for: a reason, or an option by its name."""
    focus = facts.focus
    if focus.indicator is None or focus.stage == Stage.EVIDENCE:
        return False
    if focus.stage not in TYPED:
        return True
    return _asks_for_a_word(facts.desk.the_task(focus.indicator), focus)


def _asks_for_a_word(task: Task, focus: Focus) -> bool:
    field = input_of(task.indicator, focus)
    return field is not None and not is_figure(field.kind)


def _of_staff(facts: StaffFacts, text: str, run: Run) -> Outcome | None:
    intent = facts.intents.of(text, is_staff=True)
    beside = facts.intents.beside_a_place(text)
    if intent is not None:
        return run(Command(intent)) or Outcome((), (_sentence(facts, intent),))
    named = place(facts, text)
    if named:
        return run(named)
    if any(i.name == "deadline" and names.regions(facts.board, i.rest) for i in beside):
        return Outcome((), (_sentence(facts, "deadline"),))
    return None


def place(facts: StaffFacts, text: str) -> Command | None:
    """Return the command that words stand for, a place beside them or not: "siapa yang belum di jakpus"."""
    whole = facts.intents.of(text, is_staff=True)
    if whole in WITH_PLACE:
        return Command(whole)
    rights = facts.period.instrument.rights
    commands = (
        Command(intent.name, intent.rest)
        for intent in facts.intents.beside_a_place(text)
        if intent.name in WITH_PLACE
        and (match := names.find(facts.board, rights, intent.rest)).sure
        and match.meant
    )
    return next(commands, None)


def _of_contact(facts: ContactFacts, intent: str, run: Run) -> Outcome:
    if intent == "file":
        return _files(facts)
    if intent == "submit":
        return Outcome((), (submitting.check_all(facts),))
    outcome = run(Command(intent))
    if outcome is not None:
        return outcome
    question = drafts.live(facts) if intent == "greeting" else None
    if question is None:
        return Outcome((), (_sentence(facts, intent),))
    return Outcome((), (replace(_sentence(facts, intent), keyboard=()), question))


def _tasks(facts: Seated) -> list[Task]:
    """Return all that the seat answers for, or may see."""
    match facts:
        case ContactFacts():
            return list(facts.desk.tasks)
        case StaffFacts():
            return [task for office in facts.board.offices for task in office.desk.tasks]
        case _:
            assert_never(facts)


def _sentence(facts: Seated, intent: str) -> Say:
    """Answer with a sentence; with a greeting go the choices, and with an "ok" where there is work left."""
    state = state_of(_tasks(facts))
    has_work = isinstance(facts, ContactFacts) and state not in IS_DONE
    view = joining.help_view(facts) | {"state": str(state), "has_work": has_work}
    chosen = intent == "greeting" or (intent == NOTED and has_work)
    return Say(f"free/{intent}", view, choices(facts) if chosen else ())


def _files(facts: ContactFacts) -> Outcome:
    """Open evidence mode where only one answer can be meant; else let choose."""
    tasks = [task for task in facts.desk.tasks if drafts.may_prove(task)]
    wanting = [task for task in tasks if not evidence.is_complete(task)] or tasks
    if len(wanting) == 1:
        return evidence.begin(facts, wanting[0])
    seat = facts.seat.id
    rows = tuple(
        (Button("about", data(Verb.PROOF, seat, task.indicator.no), summary.named(task)),)
        for task in wanting
    )
    return Outcome((), (Say("free/file", {"count": len(rows)}, rows),))


def choices(facts: Seated) -> Keyboard:
    """Offer three ways on, for words that were not understood."""
    seat = facts.seat.id
    match facts:
        case StaffFacts():
            return (
                (Button("status", data(Verb.REGION, seat)),),
                (Button("late", data(Verb.LATE, seat)), Button("queue", data(Verb.QUEUE, seat))),
            )
        case ContactFacts():
            ask = Button("ask", data(Verb.CALLED, seat, "tanya"))
            shown = Button("summary", data(Verb.CALLED, seat, "ringkasan"))
            return ((Button("next", data(Verb.NEXT, seat), style="primary"),), (shown, ask))
        case _:
            assert_never(facts)


def no_command(facts: Seated, name: str, roles: Collection[Role], close: str | None) -> Outcome:
    """Say for whom a command is, or that there is none such and what comes near; three choices, no wall."""
    allowed = [str(role) for role in Role if role in roles]
    view = {**joining.help_view(facts), "command": name, "allowed": allowed, "close": close}
    live = drafts.live(facts) if isinstance(facts, ContactFacts) else None
    whose = Say("free/no_command", view, () if live else choices(facts))
    return Outcome((), (whose, live) if live else (whose,))


def not_understood(facts: Seated) -> Outcome:
    """Offer three choices in place of a wall of commands."""
    messages: tuple[Message, ...] = (Say("free/choices", joining.help_view(facts), choices(facts)),)
    return Outcome((), messages)
