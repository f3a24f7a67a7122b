"""What a season came to: its cities side by side, each office's result, and what the record keeps of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from flows.contact import summary
from flows.contact.telling import to_office
from flows.model import totals
from flows.model.answer_state import RETURNED_STATES, State
from flows.model.buttons import Button, Verb, data
from flows.model.facts import Board, Holder, Office, Region, Setting, Task
from flows.model.outcome import OrderPaper, Picture, Say
from flows.model.roles import Role
from flows.staff import progress_views
from flows.staff.staff_papers import EXAMINATION, OF_REGION, PROVINCE, RECAP

PREPARE = 3
"""Indicators that an office is told to prepare for the next year."""


def view(setting: Setting, board: Board, region: Region | None = None) -> dict[str, Any]:
    """Return the cities by their result, with what is open in each, and who will hear of it."""
    regions = [one for one in board.regions if region is None or one.id == region.id]
    cities = [_city(setting, board, one) for one in regions]
    cities.sort(key=lambda city: (-city["value"], city["region"]))
    offices = board.offices
    heard = [office for office in offices if any(contact.reachable for contact in office.contacts)]
    return {
        "year": setting.period.data_year,
        "institution": setting.period.institution,
        "cities": cities,
        "simulation": any(one["simulation"] for one in cities),
        "offices": len(offices),
        "heard": len(heard),
        "unheard": [office.unit.short for office in offices if office not in heard],
    }


def _city(setting: Setting, board: Board, region: Region) -> dict[str, Any]:
    offices = progress_views.owing(board.of_region(region))
    tasks = [task for office in offices for task in office.desk.tasks]
    return {
        **totals.view(setting, board, offices),
        "region": region.name,
        "open": sum(1 for task in tasks if task.is_open),
        "unsent": sum(1 for task in tasks if task.state == State.DRAFT),
        "waiting": sum(1 for task in tasks if _is_waiting(task)),
        "offices_verified": sum(
            1 for office in offices if all(t.state == State.VERIFIED for t in office.desk.tasks)
        ),
        "offices": len(offices),
        "late": sum(1 for task in tasks if task.standing and task.standing.late),
    }


def _is_waiting(task: Task) -> bool:
    """Tell whether somebody was still to look at it."""
    settled = {State.EMPTY, State.DRAFT, State.VERIFIED, *RETURNED_STATES}
    return task.state not in settled


def body(setting: Setting, board: Board) -> dict[str, Any]:
    """Return what the record keeps: each city's result and each office's points, by codes."""
    cities = []
    for region in board.regions:
        offices = progress_views.owing(board.of_region(region))
        city = _city(setting, board, region)
        cities.append(
            {
                "region": region.code,
                "value": _plain(city["value"]),
                "rating": city["rating"],
                "claimed": _plain(city["claimed"]),
                "verified": city["verified"],
                "total": city["total"],
                "simulation": city["simulation"],
                "offices": {
                    office.unit.code: _plain(summary.result(office.desk)["points"])
                    for office in offices
                },
            }
        )
    return {"cities": cities, "criteria": setting.period.instrument.hash}


def _plain(value: Decimal) -> str:
    return format(value, "f")


def listeners(
    holders: Iterable[Holder], chat_id: int | None, levels: Collection[Role] = ()
) -> tuple[Holder, ...]:
    """Return whom the result is told beside the offices: each Bagian Hukum, the levels that are on, and the
    Kanwil's seats but the one in the chat that closed.
    """
    return tuple(
        holder
        for holder in holders
        if holder.seat.role in (Role.COORDINATOR, Role.KANWIL, *levels)
        and not holder.suspended
        and holder.contact.reachable
        and holder.contact.chat_id != chat_id
    )


def to_staff(setting: Setting, board: Board, holders: Iterable[Holder], by: str) -> tuple[Say, ...]:
    """Return the result to seats of the staff, to each of what it may see."""
    news = []
    for holder in holders:
        contact = holder.contact
        seen = view(setting, board, holder.seat.region) | {"by": by}
        papers = Button("papers", data(Verb.CALLED, contact.seat_id, "berkas"))
        news.append(Say("season/told_staff", seen, ((papers,),), chat_id=contact.chat_id))
    return tuple(news)


def pictures(setting: Setting, board: Board) -> tuple[Picture, ...]:
    """Return each city's result as a picture: the threshold, the year before, and every office."""
    return tuple(
        Picture("season/picture", _drawing(setting, board, region)) for region in board.regions
    )


def _drawing(setting: Setting, board: Board, region: Region) -> dict[str, Any]:
    offices = progress_views.owing(board.of_region(region))
    city, before = (
        _city(setting, board, region),
        totals.last_year(setting.period.instrument, offices),
    )
    shown = (
        "region",
        "stage",
        "value",
        "rating",
        "claimed",
        "threshold",
        "verified",
        "total",
        "simulation",
    )
    units: list[dict[str, Any]] = [
        {"name": office.unit.short, **summary.result(office.desk)} for office in offices
    ]
    units.sort(key=lambda unit: (-unit["points"], -unit["claimed"], unit["name"]))
    return {
        **{key: city[key] for key in shown},
        "year": str(setting.period.data_year),
        "before": before[0].total_if_closed_now if before else None,
        "before_count": before[1] if before else 0,
        "before_year": str(setting.period.data_year - 1),
        "closed_at": city["closed_at"].date() if city["closed_at"] else None,
        "units": units,
    }


def papers(board: Board, province: str, region: Region | None = None) -> tuple[OrderPaper, ...]:
    """Return the papers that end a season: each city's recap and report, and the province's recap.

    With a region, that city's alone.
    """
    of_cities = tuple(
        OrderPaper(kind, form, region_id=place.id)
        for place in board.regions
        if region is None or region.id == place.id
        for kind in (RECAP, EXAMINATION)
        for form in OF_REGION[kind]
    )
    if region is not None:
        return of_cities
    return (*of_cities, *of_province(province))


def of_province(province: str) -> tuple[OrderPaper, ...]:
    """Return the papers about the province as a whole."""
    return tuple(OrderPaper(PROVINCE, form, province=province) for form in ("pdf", "xlsx"))


def to_offices(setting: Setting, offices: tuple[Office, ...]) -> tuple[Say, ...]:
    """Return the result of each office, to each of its contacts."""
    return tuple(
        message
        for office in offices
        for message in to_office(
            office, "season/result", of_office(setting, office), "rights", Verb.RIGHTS
        )
    )


def of_office(setting: Setting, office: Office) -> dict[str, Any]:
    """Return what was counted, what was corrected and why, and what to prepare for the next year."""
    tasks = office.desk.tasks
    return {
        **summary.result(office.desk),
        "region": office.desk.region.name,
        "year": setting.period.data_year,
        "next_year": setting.period.data_year + 1,
        "corrected": summary.corrected(office.desk),
        "uncounted": [
            {**summary.named(task), "why": _why(task)}
            for task in tasks
            if task.state != State.VERIFIED
        ],
        "prepare": _prepare(tasks),
        "help_contact": setting.period.help_contact,
    }


def _why(task: Task) -> str:
    """Return why an answer is not part of the verified result."""
    if task.is_open:
        return "empty"
    if task.state == State.DRAFT:
        return "unsent"
    return "returned" if task.is_returned else "waiting"


def _prepare(tasks: tuple[Task, ...]) -> list[dict[str, Any]]:
    """Return what lost most, and why: no data, no proof that held, or the figure itself."""
    rows = []
    for task in tasks:
        lost = task.indicator.max_points - (summary.verified_points(task) or Decimal(0))
        if lost <= 0:
            continue
        is_absent = task.mine is None or task.mine.answer.absence is not None
        what = "data" if is_absent else "proof" if task.state != State.VERIFIED else "figure"
        rows.append({**summary.named(task), "lost": lost, "what": what})
    rows.sort(key=lambda row: (-row["lost"], row["no"]))
    return rows[:PREPARE]
