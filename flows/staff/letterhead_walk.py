"""`/kop`: what stands on the papers of a city, or of a Kanwil: letterhead, place, who signs, numbers, copies.

Asked one after the other or one by one; what is passed over stays open on the paper, to be filled in by hand.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec import Struct

from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.facts import StaffFacts, Stage
from flows.model.needs import OwnPaperSettings
from flows.model.outcome import Keyboard, Notice, OrderPaper, Outcome, Say, SetFocus, not_yours
from flows.model.paper_changes import SetPaperSettings
from flows.model.paper_settings import PaperSettings, Signer, SignerRole
from scoring.replacing import replace

SAMPLE = "letterhead"
LINES, LENGTH = 8, 120
"""So much fits above a paper, and beside a signature."""
HEAD, PLACE, COPIES = "head", "place", "copies"
SIGNER, NUMBER = "signer", "number"
OF_REGION = (
    HEAD, PLACE, f"{SIGNER}:{SignerRole.LEGAL}", f"{SIGNER}:{SignerRole.SECRETARY}",
    f"{NUMBER}:recap", f"{NUMBER}:cover_letter", COPIES,
)  # fmt: skip
OF_PROVINCE = (
    HEAD, PLACE, f"{SIGNER}:{SignerRole.KANWIL}", f"{SIGNER}:{SignerRole.EXAMINER}",
    f"{SIGNER}:{SignerRole.CHAIR}", f"{NUMBER}:examination", f"{NUMBER}:province_recap",
    f"{NUMBER}:criteria_minutes", COPIES,
)  # fmt: skip
"""What is asked, in this order."""
STAFF_NUMBER = re.compile(r"(?:nip\W*)?(\d[\d .]{6,30}\d)", re.IGNORECASE)
RANK = re.compile(r"pangkat\W+(.+)", re.IGNORECASE)
ASK, SKIP, CLEAR, DONE, LOOK = "f", "k", "c", "x", "p"
ALONG = "1"
"""Behind a field's number: the next one is asked after it."""


class WalkPlace(Struct, frozen=True):
    """Where the walk is: which field is asked, and whether the next one follows."""

    field_no: int
    is_along: bool


def command(facts: StaffFacts, _: str, own: OwnPaperSettings) -> Outcome:
    """`/kop`: what is set, with a button for each."""
    return Outcome((), (_overview(facts, own.settings),))


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, own: OwnPaperSettings) -> Outcome:
    """Ask for one field, pass it over, empty it, show a sample, or end."""
    action = pressed.rest[0] if pressed.rest else ""
    if action == LOOK:
        order = OrderPaper(SAMPLE, "pdf", region_id=_region_id(facts), province=_province(facts))
        notice = Notice(event.query_id, "notice/paper_ordered", {"kind": SAMPLE})
        return Outcome((order,), (notice,))
    if action == DONE:
        return _ended(facts, own.settings)
    field_no = pressed.number(1)
    if field_no is None or field_no >= len(_fields(facts)):
        return not_yours(event)
    place = WalkPlace(field_no, pressed.rest[2:3] == (ALONG,))
    if action == ASK:
        return _asked(facts, own.settings, place)
    if action == SKIP:
        return _next(facts, own.settings, place)
    if action == CLEAR:
        emptied = changed(own.settings, _fields(facts)[field_no], ())
        outcome = _next(facts, emptied, place)
        return replace(outcome, changes=(SetPaperSettings(emptied), *outcome.changes))
    return not_yours(event)


def typed(facts: StaffFacts, event: Text, own: OwnPaperSettings) -> Outcome:
    """Take what was asked for, one line each."""
    field_no = int(facts.focus.review["field"])
    place = WalkPlace(field_no, facts.focus.review["along"] == ALONG)
    lines = tuple(filter(None, (" ".join(line.split()) for line in event.text.splitlines())))
    field = _fields(facts)[field_no]
    most = LINES if field.partition(":")[0] in (HEAD, COPIES, SIGNER) else 1
    if not lines or len(lines) > most or max(map(len, lines)) > LENGTH:
        view = {"lines": most, "length": LENGTH}
        return Outcome((), (Say("letterhead/does_not_fit", view, _ways_past(facts, place)),))
    known = changed(own.settings, field, lines)
    outcome = _next(facts, known, place)
    return replace(outcome, changes=(SetPaperSettings(known), *outcome.changes))


def changed(settings: PaperSettings, field: str, lines: tuple[str, ...]) -> PaperSettings:
    """Return the settings with other lines for a field; without any it is open again."""
    sort, _, of = field.partition(":")
    match sort:
        case "head":
            return replace(settings, head=lines)
        case "copies":
            return replace(settings, copies=lines)
        case "place":
            return replace(settings, place=lines[0] if lines else None)
        case "signer":
            rest = {role: known for role, known in settings.signers.items() if role != of}
            return replace(settings, signers={**rest, of: signer(lines)} if lines else rest)
        case _:
            numbers = {kind: known for kind, known in settings.numbers.items() if kind != of}
            return replace(settings, numbers={**numbers, of: lines[0]} if lines else numbers)


def signer(lines: tuple[str, ...]) -> Signer:
    """Return who signs, from lines: title, name, rank (begun with that word), and number (NIP) at the end.

    The last line that is neither rank nor number is the name; a single one as well.
    """
    rank = staff_number = None
    rest = list[str]()
    for line in lines:
        if staff_number is None and (match := STAFF_NUMBER.fullmatch(line)):
            staff_number = match[1]
        elif rank is None and (match := RANK.fullmatch(line)):
            rank = match[1]
        else:
            rest.append(line)
    return Signer(tuple(rest[:-1]), rest[-1] if rest else None, rank, staff_number)


def shown(settings: PaperSettings, field: str) -> tuple[str, ...]:
    """Return a field as lines; none where nobody has set it."""
    sort, _, of = field.partition(":")
    match sort:
        case "head":
            return settings.head
        case "copies":
            return settings.copies
        case "place":
            return (settings.place,) if settings.place else ()
        case "signer":
            known = settings.signers.get(of, Signer())
            below = (known.name, known.rank, known.number)
            return (*known.lines, *(text for text in below if text))
        case _:
            paper_number = settings.numbers.get(of)
            return (paper_number,) if paper_number else ()


def _fields(facts: StaffFacts) -> tuple[str, ...]:
    return OF_REGION if facts.seat.region else OF_PROVINCE


def _region_id(facts: StaffFacts) -> int | None:
    return facts.seat.region.id if facts.seat.region else None


def _province(facts: StaffFacts) -> str | None:
    return None if facts.seat.region else facts.seat.province


def _overview(facts: StaffFacts, settings: PaperSettings) -> Say:
    seat, fields = facts.seat.id, _fields(facts)
    rows = [{"field": field, "lines": shown(settings, field)} for field in fields]
    first = Button("letterhead_all", data(Verb.LETTERHEAD, seat, ASK, 0, ALONG), style="primary")
    each = tuple(
        Button("letterhead_field", data(Verb.LETTERHEAD, seat, ASK, field_no), {"field": field})
        for field_no, field in enumerate(fields)
    )
    pairs = tuple(each[start : start + 2] for start in range(0, len(each), 2))
    look = Button("letterhead_sample", data(Verb.LETTERHEAD, seat, LOOK))
    region = facts.seat.region.name if facts.seat.region else None
    view = {"rows": rows, "region": region, "period": facts.period.code}
    return Say("letterhead/overview", view, ((first,), *pairs, (look,)))


def _asked(facts: StaffFacts, settings: PaperSettings, place: WalkPlace) -> Outcome:
    """Ask for a field, and wait for its lines."""
    field, along = _fields(facts)[place.field_no], ALONG if place.is_along else ""
    review = {"field": str(place.field_no), "along": along}
    focus = replace(facts.focus, stage=Stage.LETTERHEAD, review=review, turn=facts.focus.turn + 1)
    view: dict[str, Any] = {
        "field": field,
        "now": shown(settings, field),
        "number": place.field_no + 1 if place.is_along else None,
        "count": len(_fields(facts)),
    }
    keyboard = _ways_past(facts, place, has_lines=bool(view["now"]))
    return Outcome((SetFocus(focus),), (Say("letterhead/ask", view, keyboard),))


def _ways_past(facts: StaffFacts, place: WalkPlace, *, has_lines: bool = False) -> Keyboard:
    """Return the ways past a field: leave it as it is, empty it, or end."""
    seat, along = facts.seat.id, (ALONG,) if place.is_along else ()
    rows = [Button("letterhead_skip", data(Verb.LETTERHEAD, seat, SKIP, place.field_no, *along))]
    if has_lines:
        target = data(Verb.LETTERHEAD, seat, CLEAR, place.field_no, *along)
        rows.append(Button("letterhead_clear", target))
    end = Button("letterhead_done", data(Verb.LETTERHEAD, seat, DONE))
    return (tuple(rows), (end,)) if place.is_along else (tuple(rows),)


def _next(facts: StaffFacts, settings: PaperSettings, place: WalkPlace) -> Outcome:
    if place.is_along and place.field_no + 1 < len(_fields(facts)):
        return _asked(facts, settings, WalkPlace(place.field_no + 1, is_along=True))
    return _ended(facts, settings)


def _ended(facts: StaffFacts, settings: PaperSettings) -> Outcome:
    focus = facts.focus.at_rest()
    return Outcome((SetFocus(focus),), (_overview(facts, settings),))


ROUTES = (
    walks.staff.command("kop", command, OwnPaperSettings, place=127),
    walks.staff.button(Verb.LETTERHEAD, on_tap, OwnPaperSettings),
    walks.staff.words(Stage.LETTERHEAD, typed, OwnPaperSettings),
)
