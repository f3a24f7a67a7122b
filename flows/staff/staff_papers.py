"""`/rekap` and `/berkas` of staff: papers that can be signed, of a city or of the whole province."""

from __future__ import annotations

from flows.model import bundles, handouts, walks
from flows.model.bundles import BUNDLE, SEND
from flows.model.buttons import Button, Pressed, Verb, data
from flows.model.criteria import Coordination
from flows.model.events import Tap
from flows.model.facts import Region, StaffFacts
from flows.model.handouts import HANDOUT
from flows.model.outcome import Keyboard, Notice, OrderPaper, Outcome, Say, not_yours
from flows.reading import names
from scoring.replacing import replace

RECAP, EXAMINATION, LETTER = "recap", "examination", "cover_letter"
PROVINCE, MINUTES = "province_recap", "criteria_minutes"
OF_REGION = {RECAP: ("pdf", "xlsx"), EXAMINATION: ("pdf",), LETTER: ("docx",)}
"""Papers about a city, with the files that each comes as."""
LABELS = {
    RECAP: "paper_recap", EXAMINATION: "paper_examination", LETTER: "paper_letter",
    PROVINCE: "paper_province", MINUTES: "paper_minutes", BUNDLE: "paper_bundle",
    HANDOUT: "paper_handout",
}  # fmt: skip
WHOLE = 0
"""Stands in a button for the whole province."""


def recap(facts: StaffFacts, args: str) -> Outcome:
    """`/rekap [city]`: the recap at once where it is clear of which city."""
    regions = _regions(facts, args)
    if len(regions) == 1 and (args.strip() or not _is_of_province(facts)):
        return _ordered(RECAP, regions[0])
    rows = [_button(facts, RECAP, region.id, region.name) for region in regions]
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
        (Button("region", data(Verb.PAPER, facts.seat.id, "-", region.id), {"name": region.name}),)
        for region in regions
    )
    return Outcome((), (Say("papers/whose", {}, (*choices, *_of_province(facts, talk))),))


def on_tap(facts: StaffFacts, event: Tap, pressed: Pressed, talk: Coordination) -> Outcome:
    """Order the paper of a button, or show what there is of a city."""
    kind = pressed.rest[0] if pressed.rest else ""
    region = next((one for one in facts.board.regions if one.id == pressed.number(1)), None)
    if kind == "-" and region is not None:
        return Outcome(
            (), (Say("papers/which", {"region": region.name}, _kinds(facts, region, talk)),)
        )
    if kind in OF_REGION and region is not None:
        return _ordered(kind, region, event)
    if kind == HANDOUT and region is not None:
        sheet = handouts.of(facts.period, facts.bot_link, region.name)
        return Outcome((), (Notice(event.query_id), sheet))
    if kind in (BUNDLE, SEND):
        return _bundle(facts, event, kind, region)
    if kind in (PROVINCE, MINUTES) and _is_of_province(facts):
        entry = talk.versions[-1].entry if kind == MINUTES else None
        if kind == PROVINCE or entry is not None:
            return _of_whole(facts, kind, entry, event)
    return not_yours(event)


def _bundle(facts: StaffFacts, event: Tap, kind: str, region: Region | None) -> Outcome:
    """Say how much evidence there is of a city, or of the province, or have it made."""
    province = facts.seat.province
    if region is None and not _is_of_province(facts):
        return not_yours(event)
    if kind == SEND:
        about = OrderPaper(BUNDLE, "zip", province=province, message_id=event.message_id)
        if region is not None:
            about = replace(about, region_id=region.id, province=None)
        return bundles.ordered(about, event)
    offices = facts.board.of_region(region) if region else facts.board.offices
    of = f"--region {region.code}" if region else f"--province {province}"
    command = f"peduli-ham bundle {of} --period {facts.period.code} --split --out bundel.zip"
    desks = (office.desk for office in offices)
    place, name = (region.id, region.name) if region else (WHOLE, facts.period.institution)
    message = bundles.offered(desks, facts.seat.id, place, name, command)
    return Outcome((), (message,))


def _regions(facts: StaffFacts, args: str) -> tuple[Region, ...]:
    named = tuple(names.regions(facts.board, args)) if args.strip() else ()
    return named or facts.board.regions


def _is_of_province(facts: StaffFacts) -> bool:
    return facts.seat.province is not None


def _button(facts: StaffFacts, kind: str, region_id: int, name: str | None = None) -> Button:
    target = data(Verb.PAPER, facts.seat.id, kind, region_id)
    return Button("region", target, {"name": name}) if name else Button(LABELS[kind], target)


def _kinds(facts: StaffFacts, region: Region, talk: Coordination) -> Keyboard:
    own = tuple((_button(facts, kind, region.id),) for kind in (*OF_REGION, BUNDLE, HANDOUT))
    return (*own, *_of_province(facts, talk))


def _of_province(facts: StaffFacts, talk: Coordination) -> Keyboard:
    """Return the papers of the whole province, for those who may have them."""
    if not _is_of_province(facts):
        return ()
    whole = (BUNDLE,) if len(facts.board.regions) > 1 else ()
    minutes = (MINUTES,) if talk.versions[-1].entry is not None else ()
    return tuple((_button(facts, kind, WHOLE),) for kind in (PROVINCE, *minutes, *whole))


def _ordered(kind: str, region: Region, event: Tap | None = None) -> Outcome:
    orders = tuple(OrderPaper(kind, form, region_id=region.id) for form in OF_REGION[kind])
    return _on_order(kind, orders, event)


def _of_whole(facts: StaffFacts, kind: str, entry: int | None, event: Tap) -> Outcome:
    forms = ("pdf", "xlsx") if kind == PROVINCE else ("pdf", "docx")
    province = facts.seat.province
    orders = tuple(OrderPaper(kind, form, province=province, entry=entry) for form in forms)
    return _on_order(kind, orders, event)


def _on_order(kind: str, orders: tuple[OrderPaper, ...], event: Tap | None) -> Outcome:
    if event is not None:
        return Outcome(orders, (Notice(event.query_id, "notice/paper_ordered", {"kind": kind}),))
    return Outcome(orders, (Say("papers/ordered", {"kind": kind}),))


ROUTES = (
    walks.looking.command("rekap", recap, place=125),
    walks.looking.command("berkas", command, Coordination, place=126),
    walks.looking.button(Verb.PAPER, on_tap, Coordination),
)
