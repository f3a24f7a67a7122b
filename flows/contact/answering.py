"""The walk through a unit's questions: ask, read, ask back, confirm, save, go on.

Position is derived from the answers; the focus only holds the draft of the question that is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flows.contact import (
    drafts,
    evidence,
    forwarding,
    inputs,
    mending,
    plausibility,
    quoting,
    saving,
)
from flows.contact.keyboards import ABSENCES, Page
from flows.contact.prompts import draft_answer, input_of, prompt, unfolded
from flows.model import walks
from flows.model.buttons import WRITING, Pressed, Verb
from flows.model.events import Edited, Tap, Text
from flows.model.facts import VALUE, AnswererFacts, ContactFacts, Focus, StaffFacts, Stage, Task
from flows.model.needs import NewToken
from flows.model.outcome import Message, Notice, Outcome, Say, SetFocus
from flows.reading import numbers
from flows.reading.asked import Asked, asked
from flows.reading.sentences import LENGTHS, is_reason, tidy
from scoring.question_kinds import takes_several
from scoring.replacing import replace

HEARD = 5
"""Messages of a chat whose words are remembered."""


def go_on(facts: ContactFacts, lead: Say | None = None) -> Outcome:
    """`/lanjut`: the question that is open, else the next one, else thanks and the summary."""
    first: tuple[Message, ...] = (lead,) if lead else ()
    if facts.focus.stage == Stage.EVIDENCE:
        facts = replace(facts, focus=drafts.shelve_draft(facts.focus))
    open_now = drafts.live(facts)
    if open_now:
        return Outcome((SetFocus(facts.focus),), (*first, open_now))
    task = facts.desk.next_open()
    if task is None:
        return Outcome((SetFocus(facts.focus),), (saving.closing(facts, facts.desk),))
    return mending.open_task(facts, task, first)


def returned(facts: AnswererFacts) -> Outcome:
    """Ask the live question again after an outage that cost taps, with a word of apology."""
    question = drafts.live(facts)
    return Outcome((), (Say("answering/returned"), question) if question else ())


def beside(facts: AnswererFacts, name: str) -> Outcome:
    """Help with something that is no answer, and ask the open question again."""
    question = drafts.live(facts)
    return Outcome(
        (), (Say(name, {"open": question is not None}), *((question,) if question else ()))
    )


def text(facts: ContactFacts, event: Text) -> Outcome:
    """Read what is typed while a question is open; remember it for an edit that changes nothing."""
    outcome = None if quoting.held_back(facts, event) else _of_office(facts, event)
    return _heard(facts, outcome, event) if outcome else drafted(facts, event)


def drafted(facts: AnswererFacts, event: Text) -> Outcome:
    """Do the same for what only concerns the draft, a guest's as well."""
    return _heard(facts, _drafted(facts, event), event)


def _heard(facts: AnswererFacts, outcome: Outcome, event: Text | Edited) -> Outcome:
    """Return the outcome, with the words kept as the last ones of their message."""
    heard = (*facts.focus.heard, (event.message_id, event.text))[-HEARD:]
    focus = next(
        (change.focus for change in outcome.changes if isinstance(change, SetFocus)), facts.focus
    )
    kept = SetFocus(replace(focus, heard=heard))
    changes = tuple(change for change in outcome.changes if not isinstance(change, SetFocus))
    return replace(outcome, changes=(*changes, kept))


def _word(event: Text) -> str:
    if event.is_forwarded:  # somebody else's yes or no settles nothing here
        return ""
    return event.text.strip().casefold().rstrip(".!")


def _of_office(facts: ContactFacts, event: Text) -> Outcome | None:
    """Return what only a contact can be asked for: files, a reason, whether to save; None at other stages."""
    task = facts.desk.the_task(facts.focus.indicator)
    match facts.focus.stage:
        case Stage.EVIDENCE if _word(event) in facts.words.choice("finished"):
            return evidence.finish(facts, task)
        case Stage.EVIDENCE:
            return Outcome((), (Say("evidence/send_file", {}), evidence.live(facts)))
        case Stage.REASON | Stage.EXPLAIN:
            return _reason(facts, task, event.text)
        case Stage.CONFIRM if _word(event) in facts.words.choice("yes"):
            return saving.save(facts, task, None)
        case _:
            return None


def _drafted(facts: AnswererFacts, event: Text) -> Outcome:
    message = quoting.held_back(facts, event)
    if message is not None:
        question = drafts.live(facts)
        return Outcome((), (message, *((question,) if question else ())))
    focus, word = facts.focus, _word(event)
    task = facts.desk.the_task(focus.indicator)
    match focus.stage:
        case Stage.CONFIRM | Stage.CONFLICT if word in facts.words.choice("no"):
            return _restart(facts, task)
        case Stage.CONFIRM | Stage.CONFLICT:
            return beside(facts, "help/confirm_first")
        case Stage.DOUBT:
            return _doubted(facts, task, event, word)
        case Stage.ZERO if word in facts.words.choice("yes"):
            return _zero(facts, task)
        case Stage.ZERO if word in facts.words.choice("no"):
            return _move(facts, replace(focus, stage=Stage.ASK, readings=()))
        case _:
            return _taken(facts, _typed(facts, task, focus, event))


def _typed(
    facts: AnswererFacts, task: Task, focus: Focus, event: Text | Edited
) -> inputs.Taken | inputs.RefusedInput:
    """Return what was typed, read for the input in focus."""
    about = _asked(facts, task, focus.input)
    reading = inputs.typed(task, focus, event.text, event.message_id, about, facts.words)
    is_forwarded = isinstance(event, Text) and event.is_forwarded
    if not is_forwarded or isinstance(reading, inputs.RefusedInput):
        return reading
    return inputs.Taken(inputs.forwarded(focus, reading.focus))


def _asked(facts: AnswererFacts, task: Task, code: str | None) -> Asked:
    place = facts.desk.region.names
    return asked(task.indicator, code, facts.period.data_year, place)


def edited(facts: AnswererFacts, event: Edited) -> Outcome:
    """Correct a draft's figure by an edited message; what is stored never changes."""
    focus = facts.focus
    if (event.message_id, event.text) in focus.heard:
        return Outcome()  # a reaction or a preview was added, and nothing changed
    codes = [code for code, sent in focus.typed.items() if sent == event.message_id]
    if not codes:
        return beside(facts, "answering/edit_refused")
    task = facts.desk.the_task(focus.indicator)
    again = _typed(facts, task, inputs.reopened(focus, codes), event)
    outcome = _taken(facts, again)
    outcome = replace(outcome, messages=(Say("answering/edit_taken"), *outcome.messages))
    return _heard(facts, outcome, event)


def on_tap(facts: ContactFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Answer a button that writes: its turn must be the chat's, else nothing is written."""
    outcome = _saved(facts, event, pressed) if _is_live(facts, pressed) else None
    return _ended(outcome, event) if outcome else on_draft_tap(facts, event, pressed)


def on_draft_tap(facts: AnswererFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Do the same for what only concerns the draft, a guest's as well."""
    does = _sure if facts.focus.stage == Stage.DOUBT else _pressed
    outcome = does(facts, event, pressed) if _is_live(facts, pressed) else None
    return _ended(outcome, event) if outcome else _stale(facts, event, pressed)


def forwarded(facts: ContactFacts, event: Tap, pressed: Pressed, token: NewToken) -> Outcome:
    """Return a link for whoever has the figures of the open question."""
    task = facts.desk.task(facts.focus.indicator or 0)
    is_asked = _is_live(facts, pressed) and facts.focus.stage == Stage.ASK
    if task is None or not is_asked or not drafts.may_answer(task):
        return _stale(facts, event, pressed)
    return _ended(forwarding.link(facts, task, token), event)


def stale_for_staff(_: StaffFacts, event: Tap, __: Pressed) -> Outcome:
    """Answer a button of a question that was pressed from a seat that answers none."""
    return Outcome((), (Notice(event.query_id, "notice/stale_idle", {"done": False}),))


def _is_live(facts: AnswererFacts, pressed: Pressed) -> bool:
    focus = facts.focus
    is_open = focus.indicator is not None
    return is_open and (pressed.first, pressed.number()) == (focus.turn, focus.indicator)


def _ended(outcome: Outcome, event: Tap) -> Outcome:
    """Return the outcome, with an end to the spinner of the button."""
    if any(isinstance(message, Notice) for message in outcome.messages):
        return outcome
    return replace(outcome, messages=(Notice(event.query_id), *outcome.messages))


def _saved(facts: ContactFacts, event: Tap, pressed: Pressed) -> Outcome | None:
    """Run the button where it stores an answer; None for other buttons."""
    task = facts.desk.the_task(facts.focus.indicator)
    match facts.focus.stage, pressed.verb:
        case Stage.CONFIRM, Verb.SAVE:
            return saving.save(facts, task, event)
        case Stage.CONFLICT, Verb.MINE:
            return saving.settle(facts, task, event, keep_mine=pressed.number(1) == 1)
        case _:
            return None


def _pressed(facts: AnswererFacts, event: Tap, pressed: Pressed) -> Outcome | None:
    """Return what a button of the live question does; None where the stage does not know it."""
    focus, choice = facts.focus, pressed.number(1)
    task = facts.desk.the_task(focus.indicator)
    match focus.stage, pressed.verb:
        case ((Stage.ASK | Stage.CONFIRM), Verb.CHANGE) | (Stage.EXPLAIN, Verb.CANCEL):
            return _restart(facts, task)
        case ((Stage.ASK | Stage.ZERO), Verb.ABSENCE) if choice is not None and choice < len(
            ABSENCES
        ):
            return _move(
                facts,
                replace(
                    focus, stage=Stage.REASON, absence=ABSENCES[choice], readings=(), value=None
                ),
            )
        case Stage.ASK, Verb.READY if task.indicator.accepts_value and not task.others:
            return _move(facts, replace(focus, input=VALUE, inputs={}))
        case Stage.ASK, Verb.UNABLE if choice is not None:
            page = unfolded(facts, focus, choice)
            return Outcome((), (replace(page, edit=event.message_id),))
        case Stage.ASK, Verb.OPTION if choice is not None:
            return _chosen(facts, task, event, pressed)
        case Stage.ASK, Verb.SAME:
            same = inputs.same(task, focus)
            return None if same is None else _taken(facts, same)
        case Stage.ASK, Verb.CHOSEN:
            return _all_chosen(facts, task)
        case Stage.CLARIFY, Verb.READING if choice is not None and choice < len(focus.readings):
            figure = Decimal(focus.readings[choice])
            return _taken(facts, inputs.take_figure(task, focus, figure))
        case Stage.ZERO, Verb.ZERO:
            return _zero(facts, task)
        case _, Verb.CANCEL:
            back = replace(focus, absence=None, readings=(), stage=Stage.ASK)
            if focus.stage == Stage.REASON or (focus.stage == Stage.ASK and focus.wants_value):
                back = inputs.at_next_input(task.indicator, replace(back, value=None))
            return _move(facts, back)
    return None


def _sure(facts: AnswererFacts, _: Tap, pressed: Pressed) -> Outcome | None:
    """Return what a button does where what was given has been asked back."""
    if pressed.verb == Verb.SURE:
        return _move(facts, replace(facts.focus, stage=Stage.CONFIRM))
    if pressed.verb == Verb.CHANGE:
        return _restart(facts, facts.desk.the_task(facts.focus.indicator))
    return None


def _chosen(facts: AnswererFacts, task: Task, event: Tap, pressed: Pressed) -> Outcome | None:
    """Take the option, or tick it in the same message where several may be chosen."""
    question, choice = input_of(task.indicator, facts.focus), pressed.number(1) or 0
    if question is not None and takes_several(question.kind):
        focus = inputs.ticked(facts.focus, question, choice, on=pressed.number(2) == 1)
        if focus is None:
            return None
        return Outcome((SetFocus(focus),), (replace(prompt(facts, focus), edit=event.message_id),))
    option = inputs.option(task, facts.focus, choice)
    return None if option is None else _taken(facts, inputs.Taken(option))


def _all_chosen(facts: AnswererFacts, task: Task) -> Outcome | None:
    question = input_of(task.indicator, facts.focus)
    if question is None or not takes_several(question.kind):
        return None
    return _taken(facts, inputs.Taken(inputs.chosen(task, facts.focus, question)))


def _zero(facts: AnswererFacts, task: Task) -> Outcome:
    return _taken(facts, inputs.take_figure(task, facts.focus, Decimal(0), confirmed=True))


def _restart(facts: AnswererFacts, task: Task) -> Outcome:
    focus = replace(
        facts.focus, inputs={}, value=None, absence=None, typed={}, source=None, marks=()
    )
    return _move(facts, inputs.at_next_input(task.indicator, focus))


def _move(facts: AnswererFacts, focus: Focus) -> Outcome:
    focus = drafts.with_doubts(facts, replace(focus, turn=focus.turn + 1, behind=None))
    return Outcome((SetFocus(focus),), (prompt(facts, focus),))


def _doubted(facts: AnswererFacts, task: Task, event: Text, word: str) -> Outcome:
    """Take yes, no, or the right figure, where what was given has been asked back."""
    focus = facts.focus
    if word in facts.words.choice("yes"):
        return _move(facts, replace(focus, stage=Stage.CONFIRM))
    if word in facts.words.choice("no"):
        return _restart(facts, task)
    flags = plausibility.flags(facts.desk, task, draft_answer(task.indicator, focus))
    target = plausibility.target(task, focus, flags)
    codes = [question.code for question in task.indicator.inputs]
    if isinstance(numbers.parse(event.text, _asked(facts, task, codes[0])), numbers.Pair):
        result = _typed(facts, task, inputs.reopened(focus, codes), event)
    elif target is not None:
        result = _typed(facts, task, inputs.reopened(focus, [target]), event)
    else:
        result = inputs.RefusedInput("doubt_pair")
    if isinstance(result, inputs.Taken):  # a figure put right is no longer the one proposed
        return _move(facts, replace(result.focus, source=None))
    is_plain = result.code in ("number_text", "number_no_data", "number_words")
    code = "doubt" if is_plain else result.code
    return Outcome((), (prompt(facts, focus, {"code": code, **result.params}),))


def _taken(facts: AnswererFacts, result: inputs.Taken | inputs.RefusedInput) -> Outcome:
    if isinstance(result, inputs.Taken):
        return _move(facts, result.focus)
    problem: Mapping[str, Any] = {"code": result.code, **result.params}
    # A refusal of a figure that was tapped (a reading, a zero) goes back to the asking stage.
    focus = replace(facts.focus, stage=Stage.ASK, readings=(), turn=facts.focus.turn + 1)
    # Who writes that there is no data sees the reasons at once.
    lacks = result.code == "number_no_data" and focus.request is None and not focus.inputs
    page = Page.REASONS if lacks and not focus.wants_value else Page.QUESTION
    return Outcome((SetFocus(focus),), (unfolded(facts, focus, page, problem),))


def _reason(facts: ContactFacts, task: Task, words: str) -> Outcome:
    reason = tidy(words)
    if not is_reason(reason, facts.words):
        problem = {"code": "reason", "length": len(reason), "most": LENGTHS[-1]}
        return Outcome((), (prompt(facts, facts.focus, problem),))
    if facts.focus.stage == Stage.EXPLAIN and not (facts.focus.inputs or facts.focus.value):
        return mending.resend(facts, task, reason)
    if facts.focus.stage == Stage.EXPLAIN:  # figures that an earlier version held back until then
        return saving.save(facts, task, None)
    drafted = replace(facts.focus, reason=reason, inputs={}, value=None)
    return saving.save(replace(facts, focus=drafted), task, None)


def _stale(facts: AnswererFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Answer an old button or a second tap: nothing is written; say so, and where the live question is."""
    focus = facts.focus
    if focus.indicator is None:
        done = facts.desk.next_open() is None
        return Outcome((), (Notice(event.query_id, "notice/stale_idle", {"done": done}),))
    task = facts.desk.the_task(focus.indicator)
    notice = Notice(event.query_id, "notice/stale", {"indicator": task.indicator.short})
    if focus.stage == Stage.EVIDENCE:
        return Outcome((), (notice,))
    is_next = pressed.first + 1 >= focus.turn  # the live question is the message right below
    return Outcome((), (notice,) if is_next else (notice, prompt(facts, focus)))


ROUTES = (
    walks.contact.command("lanjut", walks.plain(go_on), place=10),
    *(walks.contact.button(verb, on_tap) for verb in WRITING if verb != Verb.FORWARD),
    walks.contact.button(Verb.FORWARD, forwarded, NewToken),
    *(walks.staff.button(verb, stale_for_staff) for verb in WRITING),
)
