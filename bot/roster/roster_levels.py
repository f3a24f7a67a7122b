"""What a roster says of the levels: which of them a period switches on, and who sits there."""

from __future__ import annotations

from collections.abc import Sequence

from bot.roster.plan import RegionPlan, StaffPlan
from bot.roster.roster_problems import own
from bot.roster.roster_rules import check_staff
from flows.model.roles import SWITCHED, Role
from scoring.errors import nearest
from scoring.fields import Fields, kind_of
from scoring.source import Scalar

STAFF = ("name", "role", "region")
ROLES = (Role.KANWIL, Role.ADMIN, *SWITCHED)


def read_levels(period: Fields) -> tuple[str, ...]:
    """Return the levels that a period switches on, in the order in which a submission passes them."""
    known, on = tuple(map(str, SWITCHED)), set()
    for node in period.items("levels") if "levels" in period else ():
        text = node.text if isinstance(node, Scalar) else kind_of(node)
        if text in known:
            on.add(text)
        else:
            params = {"text": text, "key": "levels", "allowed": ", ".join(known)}
            period.problems.add("unknown_word", node, nearest(text, known), **params)
    return tuple(one for one in known if one in on)


def read_staff(
    root: Fields, regions: Sequence[RegionPlan], levels: Sequence[str]
) -> tuple[StaffPlan, ...]:
    """Return the staff; who sits at a level says of which city, or is of the whole province."""
    nodes = root.items("staff") if "staff" in root else ()
    tables = [Fields(node, root.problems, STAFF, "a member of staff") for node in nodes]
    staff = tuple(_member(table, regions, levels) for table in tables)
    check_staff(staff, [table.node for table in tables], root.problems)
    if Role.SECRETARY in levels:
        seated = {member.region for member in staff if member.role == Role.SECRETARY}
        for region in regions:
            if region.code not in seated:
                root.problems.add(own("no_secretary"), root.node, region=region.name)
    if Role.BUREAU in levels and not any(member.role == Role.BUREAU for member in staff):
        root.problems.add(own("no_bureau"), root.node)
    return staff


def _member(table: Fields, regions: Sequence[RegionPlan], levels: Sequence[str]) -> StaffPlan:
    name, role = table.text("name"), table.word("role", ROLES)
    region = ""
    if role == Role.SECRETARY or "region" in table:
        region = _region(table, role, regions)
    if role in SWITCHED and role not in levels:
        table.problems.add(own("level_off"), table.at("role"), name=name, role=role)
    return StaffPlan(name, role, region)


def _region(table: Fields, role: str, regions: Sequence[RegionPlan]) -> str:
    code, node = table.text("region"), table.at("region")
    codes = [region.code for region in regions]
    if code and role in (Role.KANWIL, Role.ADMIN, Role.BUREAU):
        table.problems.add(own("region_unwanted"), node, key="region", role=role)
        return ""
    if code and codes and all(codes) and code not in codes:
        params = {"what": "the codes of the regions", "allowed": ", ".join(codes)}
        close = nearest(code, codes)
        table.problems.add("unknown_reference", node, close, text=code, **params)
    return code
