"""`/rekap` and `/berkas` of staff: papers that can be signed, of a city or of the whole province."""

from __future__ import annotations

from flows.model import walks
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.criteria import Coordination
from flows.model.events import Tap
from flows.model.facts import Region, StaffFacts
from flows.model.outcome import Keyboard, Notice, OrderPaper, Outcome, Say, not_yours
from flows.model.roles import Role
from flows.reading import names

RECAP, EXAMINATION, LETTER, EVIDENCE = "recap", "examination", "cover_letter", "evidence_list"
PROVINCE, MINUTES = "province_recap", "criteria_minutes"
OF_REGION = {RECAP: ("pdf", "xlsx"), EXAMINATION: ("pdf",), LETTER: ("docx",), EVIDENCE: ("zip",)}
"""Papers about a city, with the files that each comes as."""
LABELS = {
    RECAP: "paper_recap", EXAMINATION: "paper_examination", LETTER: "paper_letter",
    EVIDENCE: "paper_evidence",
    PROVINCE: "paper_province", MINUTES: "paper_minutes",
}  # fmt: skip
WHOLE = 0
"""Stands in a button for the whole province."""


def recap(facts: StaffFacts, args: str) -> Outcome:
    """`/rekap [city]`: the recap at once where it is clear of which city."""
    regions = _regions(facts, args)
    if len(regions) == 1 and (args.strip() or facts.seat.role == Role.COORDINATOR):
        return _ordered(facts, RECAP, regions[0])
    rows = [_button(facts, RECAP, one.id, one.name) for one in regions]
    rows += [_button(facts, PROVINCE, WHOLE)] if _is_of_province(facts) else []
    return Outcome((), (Say("papers/whose", {}, tuple((row,) for row in rows)),))


def command(facts: StaffFacts, args: str, talk: Coordination) -> Outcome:
    """`/berkas [city]`: all papers that a seat may have made."""
    regions = _regions(facts, args)
    if len(regions) == 1:
        return Outcome(
            (), (Say("papers/which", {"region": regions[0].name}, _kinds(facts, regions[0], talk)),)
        )
    choices = tuple(
        (Button("region", data(Verb.PAPER, facts.seat.id, "-", one.id), {"name": one.name}),)
        for one in regions
    )
    return Outcome((), (Say("papers/whose", {}, (*choices, *_of_province(facts, talk))),))


def tapped(facts: StaffFacts, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """Order the paper of a button, or show what there is of a city."""
    kind = pressed.rest[0] if pressed.rest else ""
    region = next((one for one in facts.board.regions if one.id == pressed.number(1)), None)
    if kind == "-" and region is not None:
        return Outcome(
            (), (Say("papers/which", {"region": region.name}, _kinds(facts, region, talk)),)
        )
    if kind in OF_REGION and region is not None:
        return _ordered(facts, kind, region, event)
    if kind in (PROVINCE, MINUTES) and _is_of_province(facts):
        entry = talk.versions[-1].entry if kind == MINUTES else None
        if kind == PROVINCE or entry is not None:
            return _of_whole(facts, kind, entry, event)
    return not_yours(event)


def _regions(facts: StaffFacts, args: str) -> tuple[Region, ...]:
    named = tuple(names.regions(facts.board, args)) if args.strip() else ()
    return named or facts.board.regions


def _is_of_province(facts: StaffFacts) -> bool:
    return facts.seat.role in (Role.KANWIL, Role.ADMIN)


def _button(facts: StaffFacts, kind: str, region_id: int, name: str | None = None) -> Button:
    target = data(Verb.PAPER, facts.seat.id, kind, region_id)
    return Button("region", target, {"name": name}) if name else Button(LABELS[kind], target)


def _kinds(facts: StaffFacts, region: Region, talk: Coordination) -> Keyboard:
    own = tuple((_button(facts, kind, region.id),) for kind in OF_REGION)
    return (*own, *_of_province(facts, talk))


def _of_province(facts: StaffFacts, talk: Coordination) -> Keyboard:
    """Return the papers of the whole province, for those who may have them."""
    if not _is_of_province(facts):
        return ()
    minutes = (MINUTES,) if talk.versions[-1].entry is not None else ()
    return tuple((_button(facts, kind, WHOLE),) for kind in (PROVINCE, *minutes))


def _ordered(facts: StaffFacts, kind: str, region: Region, event: Tap | None = None) -> Outcome:
    orders = tuple(OrderPaper(kind, form, region_id=region.id) for form in OF_REGION[kind])
    return _said(facts, kind, orders, event)


def _of_whole(facts: StaffFacts, kind: str, entry: int | None, event: Tap) -> Outcome:
    forms = ("pdf", "xlsx") if kind == PROVINCE else ("pdf", "docx")
    province = facts.seat.province
    orders = tuple(OrderPaper(kind, form, province=province, entry=entry) for form in forms)
    return _said(facts, kind, orders, event)


def _said(
    facts: StaffFacts, kind: str, orders: tuple[OrderPaper, ...], event: Tap | None
) -> Outcome:
    del facts
    if event is not None:
        return Outcome(orders, (Notice(event.query_id, "notice/paper_ordered", {"kind": kind}),))
    return Outcome(orders, (Say("papers/ordered", {"kind": kind}),))


ROUTES = (
    walks.staff.command("rekap", recap, place=125),
    walks.staff.command("berkas", command, Coordination, place=126),
    walks.staff.button(Verb.PAPER, tapped, Coordination),
)
