"""What papers say of the levels that a period switches on: how much has passed them, by whom, and when."""

from __future__ import annotations

from collections.abc import Iterator

from bot.clock import parse
from bot.papers import signing
from bot.papers.assessed import Assessed
from bot.papers.frame import Signature
from bot.papers.making import PaperSource
from bot.storage import passings
from bot.storage.passings import Passing
from flows.model.levels import passing
from flows.model.paper_settings import PaperSettings, SignerRole
from flows.model.roles import Role
from flows.policy.timing import zone_of
from messages.paper_words import wording
from scoring.replacing import replace


def passed(source: PaperSource, city: Assessed) -> dict[Role, list[Passing]]:
    """Return what of a city has passed each level that is switched on; nothing without levels."""
    on = passing(source.period.levels)
    if not on:
        return {}
    units = [office.unit.id for office in city.offices]
    known = passings.of_units(source.connection, source.period.id, units)
    return {level: known[level] for level in on}


def lines(source: PaperSource, city: Assessed) -> Iterator[tuple[str, str]]:
    """Yield a line for each level: how many answers have passed it, by whom at last, and when."""
    words = wording("frame")
    for level, made in passed(source, city).items():
        yield words.words("levels")[level], passage(city, made)


def passage(city: Assessed, made: list[Passing]) -> str:
    """Return how many answers have passed a level, by whom at last, and when."""
    words, total = wording("frame"), len(city.tasks)
    if not made:
        return words.text("not_passed", total=total)
    last = made[-1]
    day = parse(last.at).astimezone(zone_of(city.region)).date()
    is_passed_over = last.role == Role.KANWIL
    view = {"count": len(made), "total": total, "by": last.by, "day": day}
    return words.text("passed", passed_over=is_passed_over, **view)


def secretary(
    source: PaperSource, city: Assessed, settings: PaperSettings, caption: str
) -> Signature:
    """Return where the city's secretary signs: by the name of who approved, where no setting names one."""
    region = city.region.name
    made = signing.signature(settings, SignerRole.SECRETARY, caption, region=region)
    approved = passed(source, city).get(Role.SECRETARY, [])
    last = next((one for one in reversed(approved) if one.role == Role.SECRETARY), None)
    if made.signer.name or last is None:
        return made
    return replace(made, signer=replace(made.signer, name=last.by))
