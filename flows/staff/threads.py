"""`/tanya`: a thread on one answer. Either side writes in its own chat; only a reviewer closes it.

A question that is open keeps its draft meanwhile and comes back once the words are sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flows.contact import drafts, summary
from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.facts import Contact, ContactFacts, Focus, Office, Seated, StaffFacts, Stage, Task
from flows.model.needs import Reviewers
from flows.model.outcome import AddNote, Keyboard, Notice, Outcome, Say, SetFocus, not_yours
from flows.reading.sentences import LENGTHS, is_reason, tidy
from flows.staff import review_queue
from scoring.replacing import replace

LISTED = 12
WORDS = "words"
"""Where words wait, in a focus that waits for nothing, until it is clear what they are about."""


def asked(facts: ContactFacts, args: str, reviewers: Reviewers) -> Outcome:
    """`/tanya [words]` of a contact: about the question that is open; else a choice."""
    task = facts.desk.task(facts.focus.indicator or 0)
    if task is None:
        words = tidy(args)
        focus = replace(facts.focus, review={WORDS: words} if words else {})
        return Outcome((SetFocus(focus),), (_choose(facts, words),))
    if args.strip():
        return _asked(replace(facts, focus=_focus(facts, task)), task, args, reviewers)
    return _begin(facts, task)


def chosen(facts: ContactFacts, event: Tap, pressed: Pressed, reviewers: Reviewers) -> Outcome:
    """Return what a contact's question is about."""
    task = facts.desk.task(pressed.number() or 0)
    if task is None:
        return not_yours(event)
    words = facts.focus.review.get(WORDS) if facts.focus.stage == Stage.IDLE else None
    if words and facts.focus.indicator is None:  # they came before there was a place for them
        return _asked(replace(facts, focus=_focus(facts, task)), task, words, reviewers)
    return _begin(facts, task)


def written(facts: ContactFacts, event: Text, reviewers: Reviewers) -> Outcome | None:
    """Take a contact's words; None where the answer is gone that they were about."""
    task = facts.desk.task(int(facts.focus.review["indicator"]))
    return _asked(facts, task, event.text, reviewers) if task else None


def threads(facts: StaffFacts) -> Outcome:
    """`/tanya` of staff: the open threads."""
    return Outcome((), (_threads(facts),))


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Write to an office, open a thread, or end it."""
    owed = review_queue.find_owed(facts, pressed)
    if owed is None or review_queue.owns(facts.seats, owed[0]):
        return not_yours(event)
    office, task = owed
    if pressed.verb == Verb.NOTE:
        review = {"unit": str(office.unit.id), "indicator": str(task.indicator.no)}
        focus = replace(facts.focus, stage=Stage.NOTE, review=review, turn=facts.focus.turn + 1)
        return Outcome((SetFocus(focus),), (_ask(facts, office.unit.short, task),))
    if not task.has_open_thread:
        return Outcome((), (Notice(event.query_id, "notice/thread_closed"),))
    closing = AddNote(office.unit.id, task.indicator.no, "", closes=True)
    notifications = review_queue.to_contacts(office, task, "threads/closed", {})
    return Outcome((closing,), (Notice(event.query_id, "notice/thread_closed"), *notifications))


def typed(facts: StaffFacts, event: Text) -> Outcome | None:
    """Take a reviewer's words; None where the answer is gone that they were about."""
    review = facts.focus.review
    pressed = Pressed(Verb.NOTE, facts.seat.id, (review["unit"], review["indicator"]))
    owed = review_queue.find_owed(facts, pressed)
    return _answered(facts, *owed, event.text) if owed else None


def _focus(facts: ContactFacts, task: Task) -> Focus:
    """Return a focus that waits for words about `task`, the open question remembered with its draft."""
    left = drafts.shelve_draft(facts.focus)
    review = {"indicator": str(task.indicator.no)}
    if facts.focus.indicator is not None and facts.focus.stage != Stage.EVIDENCE:
        review["back"] = str(facts.focus.indicator)
    return replace(left, stage=Stage.NOTE, review=review, turn=left.turn + 1)


def _begin(facts: ContactFacts, task: Task) -> Outcome:
    return Outcome((SetFocus(_focus(facts, task)),), (_ask(facts, None, task),))


def _ask(facts: Seated, unit: str | None, task: Task, problem: str | None = None) -> Say:
    view = {
        "unit": unit,
        "indicator": task.indicator.name,
        "notes": summary.notes(task),
        "problem": problem,
        "most": LENGTHS[-1],
    }
    seat = facts.seat
    back = Verb.QUEUE if seat.is_staff else Verb.NEXT
    return Say("threads/ask", view, ((Button("cancel", data(back, seat.id)),),))


def _asked(facts: ContactFacts, task: Task, text: str, reviewers: Reviewers) -> Outcome:
    """Keep a contact's words, send them to the reviewers, and go back to the question that was open."""
    words = tidy(text)
    if not is_reason(words, facts.words):
        return Outcome((SetFocus(facts.focus),), (_ask(facts, None, task, "words"),))
    unit = facts.desk.unit
    change = AddNote(unit.id, task.indicator.no, words)
    view = {"unit": unit.short, "by": facts.name, "text": words, **summary.named(task)}
    notifications = tuple(
        Say("threads/asked", view, _staff_buttons(contact, unit.id, task), chat_id=contact.chat_id)
        for contact in reviewers.contacts
        if contact.reachable
    )
    message = Say(
        "threads/sent", {"to": len(notifications), "help_contact": facts.period.help_contact}
    )
    after = _back(facts)
    return Outcome((change, *after.changes), (message, *notifications, *after.messages))


def _back(facts: ContactFacts) -> Outcome:
    focus = replace(facts.focus, stage=Stage.IDLE, review={})
    task = facts.desk.task(int(facts.focus.review.get("back", 0)))
    if task is None:
        return Outcome((SetFocus(focus),), ())
    return drafts.open_task(replace(facts, focus=focus), task)


def _answered(facts: StaffFacts, office: Office, task: Task, text: str) -> Outcome:
    """Keep a reviewer's words, and send them to the office's contacts."""
    words = tidy(text)
    if not is_reason(words, facts.words):
        return Outcome((), (_ask(facts, office.unit.short, task, "words"),))
    change = AddNote(office.unit.id, task.indicator.no, words)
    view: Mapping[str, Any] = {
        "by": facts.name,
        "role": str(facts.seat.role),
        "text": words,
        **summary.named(task),
    }
    notifications = tuple(
        Say("threads/told", view, _reply(contact, task), chat_id=contact.chat_id)
        for contact in office.contacts
        if contact.reachable
    )
    focus = facts.focus.at_rest()
    message = Say(
        "threads/sent", {"to": len(notifications), "help_contact": facts.period.help_contact}
    )
    return Outcome((change, SetFocus(focus)), (message, *notifications))


def _reply(contact: Contact, task: Task) -> Keyboard:
    return ((Button("reply", data(Verb.NOTE, contact.seat_id, task.indicator.no)),),)


def _staff_buttons(contact: Contact, unit_id: int, task: Task) -> Keyboard:
    place = (contact.seat_id, unit_id, task.indicator.no)
    first = (Button("reply", data(Verb.NOTE, *place)), Button("close", data(Verb.CLOSE, *place)))
    return (first, (Button("card", data(Verb.CARD, *place)),)) if task.mine else (first,)


def _choose(facts: ContactFacts, words: str) -> Say:
    seat = facts.seat.id
    rows = tuple(
        (Button("about", data(Verb.NOTE, seat, task.indicator.no), summary.named(task)),)
        for task in facts.desk.tasks
    )
    return Say("threads/choose", {"words": words}, rows)


def _threads(facts: StaffFacts) -> Say:
    """Return the threads that wait, oldest first."""
    threads = sorted(
        (
            (office, task)
            for office in facts.board.offices
            for task in office.desk.tasks
            if task.has_open_thread
        ),
        key=lambda thread: thread[1].notes[-1].at,
    )
    seat = facts.seat.id
    rows = [
        {"unit": office.unit.short, **summary.named(task), "last": summary.note(task.notes[-1])}
        for office, task in threads[:LISTED]
    ]
    keyboard = tuple(
        (
            Button(
                "thread",
                data(Verb.NOTE, seat, office.unit.id, task.indicator.no),
                {"unit": office.unit.short, **summary.named(task)},
            ),
        )
        for office, task in threads[:LISTED]
    )
    return Say("threads/list", {"rows": rows, "more": len(threads) - len(rows)}, keyboard)


ROUTES = (
    walks.contact.command("tanya", asked, Reviewers, place=70),
    walks.staff.command("tanya", walks.plain(threads), place=70),
    walks.contact.button(Verb.NOTE, chosen, Reviewers),
    walks.staff.button(Verb.NOTE, on_tap),
    walks.staff.button(Verb.CLOSE, on_tap),
    walks.contact.words(Stage.NOTE, written, Reviewers),
    walks.staff.words(Stage.NOTE, typed),
)
