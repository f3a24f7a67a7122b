"""What must hold across a roster: codes and names mean one thing, and every indicator has an office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.roster.plan import RegionPlan, StaffPlan
from bot.roster.roster_problems import own
from flows.reading.names import words
from scoring import Instrument
from scoring.fields import Fields, Problems
from scoring.source import Node

Named = tuple[Node, str, tuple[str, ...]]


def check_names(
    named: Sequence[Named], codes: Sequence[str], what: str, problems: Problems
) -> None:
    """Check that codes are there once each, and that a name stands for one region or office only.

    `named` holds a place, whose it is, and all its names; doubles inside one owner are harmless.
    """
    seen: dict[str, tuple[int, int]] = {}
    known: set[str] = set()
    for place, ((node, owner, names), code) in enumerate(zip(named, codes, strict=True)):
        if code and code in known:
            problems.add("duplicate_code", node, code=code, what=what)
            continue
        known.add(code)
        for name in names:
            if not (key := words(name) or name.casefold()):
                continue
            other, line = seen.setdefault(key, (place, node.line))
            if other != place:
                first_owner = named[other][1]
                first = f"line {line}" if type(line) is int else line
                problems.add(
                    own("duplicate_name"),
                    node,
                    text=name,
                    one=first_owner,
                    other=owner,
                    first=first,
                )


def check_owed(
    region: RegionPlan, instrument: Instrument | None, node: Node, problems: Problems
) -> None:
    """Warn of indicators that nobody owes, and of a region that nobody coordinates."""
    owed = {number for unit in region.units for number in unit.owes}
    gaps = [indicator for indicator in instrument or () if indicator.no not in owed]
    if gaps:
        numbers = ", ".join(f"{gap.no} ({gap.short})" for gap in gaps)
        problems.add(own("nobody_owes"), node, region=region.name, numbers=numbers)
    if not any(unit.coordinates for unit in region.units):
        problems.add(own("no_coordinator"), node, region=region.name)


def check_days(period: Fields, dates: Sequence[date | None], today: date) -> None:
    """Warn of days that are over: most often the year of a file that was used before."""
    opens, deadline, verified = dates
    node = period.at("deadline")
    if opens and deadline and verified and verified < today:
        period.problems.add(own("all_over"), node, opens=opens, verified=verified)
    elif deadline and deadline < today:
        period.problems.add(own("day_over"), node, key="deadline", text=deadline)
    elif deadline is None and verified and verified < today:
        where = period.at("verification_deadline")
        period.problems.add(own("day_over"), where, key="verification_deadline", text=verified)


PHONE_DIGITS = 5
"""Digits in a row, but for blanks, dots, hyphens and brackets, that make a telephone number."""


def has_phone(text: str) -> bool:
    """Tell whether there is a number to call in a text."""
    return re.search(rf"(?:\d[\s().-]*){{{PHONE_DIGITS}}}", text) is not None


def check_phone(institution: Fields, text: str) -> None:
    """Warn where whom to ask has no number to call."""
    if text and not has_phone(text):
        institution.problems.add(own("no_phone"), institution.at("help_contact"), text=text)


def check_staff(staff: Sequence[StaffPlan], nodes: Sequence[Node], problems: Problems) -> None:
    """Check that names are there once per role: a person's seat is known by them."""
    seen: set[StaffPlan] = set()
    for member, node in zip(staff, nodes, strict=True):
        if member in seen and member.name:
            problems.add(own("duplicate_staff"), node, name=member.name, role=member.role)
        seen.add(member)
