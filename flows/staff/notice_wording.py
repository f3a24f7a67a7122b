"""The privacy notice in chat: an administrator words its parts, or goes back to the usual words.

Reached from `/privasi`. What is set here is what `peduli-ham privacy` sets: the words, of the period at work.
"""

from __future__ import annotations

from typing import Any

from flows.contact import joining
from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.facts import StaffFacts, Stage
from flows.model.needs import OwnNotice
from flows.model.outcome import Notice, Outcome, Say, SetFocus, not_yours
from flows.model.privacy import LONGEST, PARTS, SetNotice
from scoring.replacing import replace

SHOW, ASK, CLEAR = joining.SHOW_NOTICE, "f", "c"


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, own: OwnNotice) -> Outcome:
    """Show all parts, ask for the words of one, or go back to the usual ones."""
    action, part_no = pressed.rest[0] if pressed.rest else "", pressed.number(1)
    answered = Notice(event.query_id)
    if action == SHOW:
        return Outcome((SetFocus(facts.focus.at_rest()),), (answered, _overview(facts, own)))
    if part_no is None or part_no >= len(PARTS):
        return not_yours(event)
    part = PARTS[part_no]
    if action == CLEAR:
        return _worded(facts, own, part, "")
    if action == ASK:
        focus = replace(
            facts.focus, stage=Stage.NOTICE, review={"part": part}, turn=facts.focus.turn + 1
        )
        return Outcome((SetFocus(focus),), (answered, _ask(facts, own, part)))
    return not_yours(event)


def typed(facts: StaffFacts, event: Text, own: OwnNotice) -> Outcome:
    """Take the words of the part that was asked for."""
    part, words = facts.focus.review["part"], " ".join(event.text.split())
    if len(words) > LONGEST:
        return Outcome((), (_ask(facts, own, part, too_long=len(words)),))
    return _worded(facts, own, part, words.rstrip("."))


def _worded(facts: StaffFacts, own: OwnNotice, part: str, words: str) -> Outcome:
    """Set a part, and show how people read it now."""
    notice = {**own.notice, part: words}
    changes = (SetNotice(own.places, part, words), SetFocus(facts.focus.at_rest()))
    return Outcome(changes, (_overview(facts, replace(own, notice=notice), changed=True),))


def _overview(facts: StaffFacts, own: OwnNotice, *, changed: bool = False) -> Say:
    seat = facts.seat.id
    view = {"parts": [_part(own, part) for part in PARTS], "changed": changed}
    each = [
        Button("notice_part", data(Verb.NOTICE, seat, ASK, number), {"part": part})
        for number, part in enumerate(PARTS)
    ]
    rows = tuple(tuple(each[start : start + 2]) for start in range(0, len(each), 2))
    read = Button("privacy", data(Verb.PRIVACY, seat))
    return Say("joining/notice", view, (*rows, (read,)))


def _ask(facts: StaffFacts, own: OwnNotice, part: str, too_long: int | None = None) -> Say:
    """Ask for the words of a part; the ways back are the overview, and the usual words if others are set."""
    seat = facts.seat.id
    view = {**_part(own, part), "longest": LONGEST, "too_long": too_long}
    rows = [(Button("cancel", data(Verb.NOTICE, seat, SHOW)),)]
    if view["words"]:
        clear = Button("notice_clear", data(Verb.NOTICE, seat, CLEAR, PARTS.index(part)))
        rows.insert(0, (clear,))
    return Say("joining/notice_ask", view, tuple(rows))


def _part(own: OwnNotice, part: str) -> dict[str, Any]:
    return {"part": part, "words": own.notice.get(part, "")}


ROUTES = (
    walks.administering.button(Verb.NOTICE, on_tap, OwnNotice),
    walks.administering.words(Stage.NOTICE, typed, OwnNotice),
)
