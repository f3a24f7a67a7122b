"""For staff who are asked "how far are they?": a name as it was typed, answered in one message or asked."""

from __future__ import annotations

from flows.contact import choosing_period
from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.events import Tap, Text
from flows.model.facts import Board, Office, Region, StaffFacts
from flows.model.outcome import Outcome, Say, not_yours
from flows.reading import names
from flows.reading.names import Found, Meant
from flows.staff import progress_views, rights

SHOWN = 10
SHORT_TEXT = 80
"""Letters up to which a text without a command is read as a name."""


def status(facts: StaffFacts, args: str = "") -> Outcome:
    """`/status [region, office or right]`, in one message; without a name all that the seat sees."""
    match = names.find(facts.board, facts.period.instrument.rights, args)
    if match.empty:
        return Outcome((), (_everything(facts),))
    return Outcome((), (_answer(facts, args, match),))


def named(facts: StaffFacts, event: Text) -> Outcome | None:
    """Answer a text without a command that is clearly a name, as `/status` would; None for any other."""
    if len(event.text) > SHORT_TEXT:
        return None
    match = names.find(facts.board, facts.period.instrument.rights, event.text)
    if not (match.sure and match.meant):
        return None
    return Outcome((), (_answer(facts, event.text, match),))


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed) -> Outcome:
    """Answer a button under a status message."""
    place_id = pressed.number()
    if pressed.verb == Verb.REGION and place_id is None:
        return status(facts)
    if pressed.verb == Verb.REGION:
        region = next((one for one in facts.board.regions if one.id == place_id), None)
        if region:
            return Outcome((), (progress_views.region_status(facts, region),))
    if pressed.verb == Verb.OFFICE:
        office = next((one for one in facts.board.offices if one.unit.id == place_id), None)
        if office:
            return Outcome((), (progress_views.office_status(facts, office),))
    return not_yours(event)


def _answer(facts: StaffFacts, asked: str, match: Found) -> Say:
    meant = match.single
    if isinstance(meant, Region):
        return progress_views.region_status(facts, meant)
    if isinstance(meant, Office):
        return progress_views.office_status(facts, meant)
    if meant is not None:
        return rights.of_right(facts, meant)
    if match.meant:
        return _which(facts, asked, match)
    instrument = facts.period.instrument
    view = {
        "asked": asked.strip(),
        "regions": [region.name for region in facts.board.regions],
        "rights": [right.short for right in instrument.rights],
    }
    return Say("staff/not_found", view)


def _everything(facts: StaffFacts) -> Say:
    board = facts.board
    if len(board.regions) == 1:
        return progress_views.region_status(facts, board.regions[0])
    return _overview(facts, board)


def _overview(facts: StaffFacts, board: Board) -> Say:
    seat = facts.seat.id
    province = progress_views.province_view(facts, board)
    keyboard = tuple(
        (Button("region", data(Verb.REGION, seat, region.id), {"name": region.name}),)
        for region in board.regions
    )
    late = (Button("late", data(Verb.LATE, seat)),)
    picture = Button("picture", data(Verb.PICTURE, seat, 0))
    view = {**province, **choosing_period.beside(facts)}
    return Say("staff/overview", view, (*keyboard, (*late, picture)))


def _which(facts: StaffFacts, asked: str, match: Found) -> Say:
    buttons = [_button(facts, one) for one in match.meant[:SHOWN]]
    view = {
        "asked": asked.strip(),
        "near": not match.sure,
        "more": len(match.meant) - len(buttons),
        "example": facts.board.regions[-1].name if len(facts.board.regions) > 1 else None,
    }
    return Say("staff/which", view, tuple((button,) for button in buttons))


def _button(facts: StaffFacts, meant: Meant) -> Button:
    seat = facts.seat.id
    if isinstance(meant, Region):
        return Button("region", data(Verb.REGION, seat, meant.id), {"name": meant.name})
    if isinstance(meant, Office):
        view = {"name": meant.unit.short, "region": meant.desk.region.name}
        return Button("office", data(Verb.OFFICE, seat, meant.unit.id), view)
    return rights.button(facts, meant)


ROUTES = (
    walks.looking.command("status", status, place=40, group=True),
    walks.looking.command("ringkasan", status),  # what contacts call theirs
    walks.looking.button(Verb.REGION, on_tap),
    walks.looking.button(Verb.OFFICE, on_tap),
)
