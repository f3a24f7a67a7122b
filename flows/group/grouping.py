"""A coordination group: `/papan` switches its board on and off, `/status` answers there without persons.

Nothing personal is asked or said in a group, and what is not meant for the bot gets no answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from flows.contact import joining
from flows.group import cards, criteria_in_group
from flows.model import walks
from flows.model.buttons import VERBS, Button, Pressed, Verb, Way, data, read
from flows.model.events import Event, GroupChanged, GroupCommand, GroupEvent, GroupMoved, GroupTap
from flows.model.facts import (
    Board,
    Group,
    GroupFacts,
    NoPeriod,
    Overseer,
    Region,
    StaffFacts,
    require,
)
from flows.model.outcome import DisableBoard, EnableBoard, MoveGroup, Notice, Outcome, RetryPin, Say
from flows.model.roles import Role
from flows.reading import names
from scoring.replacing import replace

HELP = frozenset({"mulai", "bantuan"})


def in_private(facts: StaffFacts, args: str) -> Outcome:  # noqa: ARG001
    """`/papan` in a private chat: where it belongs."""
    bot = facts.bot_link.rpartition("/")[2]
    group = Button("to_group", way=Way.OPEN, target=f"{facts.bot_link}?startgroup=papan")
    regions = facts.board.regions
    card = Button("card_elsewhere", way=Way.INLINE, target=regions[0].name if regions else "")
    return Outcome((), (Say("group/private", {"bot": bot}, ((group,), (card,))),))


def handle_group_event(facts: GroupFacts, event: Event) -> Outcome:
    """Answer any event of a group."""
    match event:
        case GroupMoved():
            return Outcome((MoveGroup(event.chat_id),))
        case GroupChanged():
            return _changed(facts, event)
        case GroupTap():
            return _on_tap(facts, event)
        case GroupCommand():
            return _commanded(facts, event)
        case _:  # what comes in a private chat is none of a group's
            return Outcome()


def before_setup(facts: NoPeriod, event: GroupEvent) -> Outcome:
    """Answer a group's event while no period exists yet."""
    match event:
        case GroupMoved():
            return Outcome((MoveGroup(event.chat_id),))
        case GroupChanged():
            return Outcome((), (Say("group/hello"),)) if event.inside and event.came else Outcome()
        case GroupTap():
            return Outcome((), (Notice(event.query_id, "notice/unknown"),))
        case GroupCommand():
            meant = event.target is None or event.target.casefold() == _username(facts.bot_link)
            if event.name != "papan" or not meant:
                return Outcome()
            return Outcome((), (Say("joining/no_period", thread=event.thread),))
        case _:
            assert_never(event)


def _changed(facts: GroupFacts, event: GroupChanged) -> Outcome:
    group = facts.group
    if not event.inside:
        return Outcome((DisableBoard(group.board_id, gone=True),)) if group else Outcome()
    if group:
        return Outcome((RetryPin(group.board_id),))
    return Outcome((), (Say("group/hello"),)) if event.came else Outcome()


def _commanded(facts: GroupFacts, event: GroupCommand) -> Outcome:
    if event.target is not None and event.target.casefold() != _username(facts.bot_link):
        return Outcome()
    if event.name == "mulai" and event.args.strip() == "papan":  # by the button of `in_private`
        return _papan(facts, replace(event, args=""))
    if event.name == "papan":
        return _papan(facts, event)
    if event.name == "status":
        return _status(facts, event)
    if event.name in criteria_in_group.COMMANDS and (facts.group or facts.staff):
        return criteria_in_group.commanded(facts, event, require(facts.coordination))
    if event.name == "tentang":
        about = joining.about(facts).messages[0]
        return Outcome((), (replace(about, thread=event.thread),))  # type: ignore[arg-type]
    if event.name == "bahasa" and (facts.group or facts.staff):
        return _answer(event, "group/language", {"bot": facts.bot_link.rpartition("/")[2]})
    if event.name in HELP and (facts.group or facts.staff):
        return _answer(event, "group/help", {"on": facts.group is not None})
    return Outcome()


def _username(bot_link: str) -> str:
    return bot_link.rpartition("/")[2].casefold()


# The board


def _papan(facts: GroupFacts, event: GroupCommand) -> Outcome:
    staff = facts.staff
    if staff is None:
        return _answer(event, "group/staff_only", {"help_contact": facts.period.help_contact})
    board, asked = staff.board, event.args.strip()
    if asked.casefold() in board.words.choice("off"):
        return _switched_off(facts.group, staff, event)
    is_all = asked.casefold() in board.words.choice("all")
    if is_all or (not asked and len(board.regions) == 1):
        regions = board.regions
    elif asked:
        regions = tuple(names.regions(board, asked))
    else:
        return _choose(staff, event, board.regions)
    if not regions:
        return _not_found(event, board)
    if is_all and staff.seat.role != Role.COORDINATOR:
        return _switched_on(facts.group, staff, event, None)
    if len(regions) > 1:
        return _choose(staff, event, regions)
    return _switched_on(facts.group, staff, event, regions[0])


def _choose(staff: Overseer, event: GroupCommand, regions: tuple[Region, ...]) -> Outcome:
    if not regions:
        return _not_found(event, staff.board)
    seat = staff.seat.id
    rows = [
        (Button("region", data(Verb.GROUP_ON, seat, region.id), {"name": region.name}),)
        for region in regions[: cards.BUTTONS]
    ]
    whole = (Button("group_all", data(Verb.GROUP_ON, seat, 0)),)
    message = Say("group/choose", {}, (*rows, whole), thread=event.thread)
    return Outcome((), (message,))


def _switched_on(
    group: Group | None, staff: Overseer, event: GroupCommand | GroupTap, region: Region | None
) -> Outcome:
    """Switch the board on, which follows; one of something else ends first, if the seat may end it."""
    province = None if region else staff.seat.province
    edit = event.message_id if isinstance(event, GroupTap) else None
    if group and (group.region, group.province) == (region, province):
        again = Say("group/already_on", {"scope": _scope(group)}, edit=edit, thread=event.thread)
        return Outcome((RetryPin(group.board_id),), (again,))
    if group and not _may_end(staff, group):
        return Outcome((), (_foreign(group, event, edit),))
    ends = (DisableBoard(group.board_id),) if group else ()
    scope = region.name if region else ""
    on = EnableBoard(region.id if region else None, province, scope, event.thread, event.title)
    message = Say("group/on", {"scope": scope}, edit=edit, thread=event.thread)
    return Outcome((*ends, on), (message,))


def _switched_off(group: Group | None, staff: Overseer, event: GroupCommand) -> Outcome:
    if group is None:
        return _answer(event, "group/not_on", {})
    if not _may_end(staff, group):
        return Outcome((), (_foreign(group, event, None),))
    message = Say("group/off", {"scope": _scope(group)}, thread=event.thread)
    return Outcome((DisableBoard(group.board_id),), (message,))


def _may_end(staff: Overseer, group: Group) -> bool:
    """Tell whether the seat sees all that the group's board shows."""
    return {region.id for region in group.board.regions} <= {
        region.id for region in staff.board.regions
    }


def _foreign(group: Group, event: GroupCommand | GroupTap, edit: int | None) -> Say:
    return Say("group/foreign", {"scope": _scope(group)}, edit=edit, thread=event.thread)


def _scope(group: Group) -> str:
    return group.region.name if group.region else ""


# Status


def _status(facts: GroupFacts, event: GroupCommand) -> Outcome:
    """Show the group's own regions to whoever asks there: they are the audience it was switched on for."""
    if facts.group is None:
        return _answer(event, "group/not_on", {}) if facts.staff else Outcome()
    board, asked = facts.group.board, event.args.strip()
    if not asked and len(board.regions) != 1:
        return _answer(event, *cards.overview(facts, board))
    regions = list(board.regions) if not asked else names.regions(board, asked)
    offices = [] if regions else names.offices(board, asked)
    if len(regions) == 1:
        return _answer(event, *cards.region(facts, board, regions[0]))
    if len(offices) == 1:
        return _answer(event, *cards.office(facts, board, offices[0]))
    if regions or offices:
        matches = [region.name for region in regions] + [office.unit.short for office in offices]
        return _answer(event, "group/which", {"asked": asked, "found": matches})
    return _not_found(event, board)


def _not_found(event: GroupCommand, board: Board) -> Outcome:
    names_there = [region.name for region in board.regions]
    view = {"asked": event.args.strip(), "regions": names_there}
    return _answer(event, "group/not_found", view)


# Buttons


def _on_tap(facts: GroupFacts, event: GroupTap) -> Outcome:
    pressed = read(event.data)
    if pressed is None or pressed.verb not in VERBS:
        return Outcome((), (Notice(event.query_id, "notice/unknown"),))
    of_meeting = criteria_in_group.on_tap(facts, event, pressed)
    if of_meeting is not None:
        return of_meeting
    done = _pressed(facts, facts.staff, event, pressed) if facts.staff else None
    if done is None:
        return Outcome((), (Notice(event.query_id, "notice/staff_only", alert=True),))
    return Outcome(done.changes, (Notice(event.query_id), *done.messages))


def _pressed(
    facts: GroupFacts, staff: Overseer, event: GroupTap, pressed: Pressed
) -> Outcome | None:
    """Do what a button asks; None where it is not for this seat."""
    board, region_id = staff.board, pressed.number()
    region = next((one for one in board.regions if one.id == region_id), None)
    if pressed.verb == Verb.GROUP_ON and pressed.first == staff.seat.id:
        whole = region_id == 0 and staff.seat.role != Role.COORDINATOR
        return _switched_on(facts.group, staff, event, region) if region or whole else None
    shown = facts.group is not None and region in facts.group.board.regions
    if pressed.verb == Verb.GROUP_REGION and region and shown:
        name, view = cards.region(facts, board, region)
        return Outcome((), (Say(name, view, thread=event.thread),))
    return None


def _answer(event: GroupCommand, name: str, view: Mapping[str, Any]) -> Outcome:
    return Outcome((), (Say(name, view, thread=event.thread),))


ROUTES = (walks.staff.command("papan", in_private, place=140, group=True),)
