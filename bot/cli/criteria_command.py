"""`peduli-ham criteria`: what a province is assessed by, how sure each figure is, and what was agreed."""

from __future__ import annotations

import html
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import tzinfo
from typing import Annotated, Any

import typer
from msgspec import Struct

from bot.cli.command_errors import Failure, using
from bot.cli.command_scope import chosen_province, chosen_region, chosen_roster
from bot.cli.paper_commands import PeriodOption, ProvinceOption, RegionOption, opened
from bot.cli.screen import console, say, steps, table
from bot.cli.settings import DatabaseOption, existing_database, zone
from bot.storage import criteria_rows as store
from bot.storage import paper_rows
from bot.storage.roster import Roster
from bot.terminal import known_as, phrase, terminal_language
from flows.model import criteria
from flows.model.criteria import Author, Coordination, Criterion, Sort, Version
from messages import render
from scoring import Instrument
from scoring.load import load_texts

SHORT = 12
"""Characters of a hash that a table shows."""


def show_criteria(
    region: RegionOption = None,
    province: ProvinceOption = None,
    period: PeriodOption = None,
    version: Annotated[
        int | None,
        typer.Option("--version", metavar="N", help="An earlier version; else the one in force."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Print what a province is assessed by: criteria with status and source, versions, agreements."""
    path = existing_database(database)
    reading = steps(phrase("reads the record"))
    with reading, using(path), closing(opened(path)) as connection:
        roster = chosen_roster(connection, period)
        code = _province(roster, region, province)
        shown = _read(connection, roster, code, version, zone())
    if as_json:
        typer.echo(json.dumps(_as_json(shown), ensure_ascii=False, indent=2))
    else:
        _print(shown)


class ShownCriteria(Struct, frozen=True):
    """A version of the criteria of a province, with what was said of all versions."""

    period: str
    province: str
    talk: Coordination
    version: Version
    instrument: Instrument
    agreements: dict[int, dict[str, Any]]


def _province(roster: Roster, region: str | None, province: str | None) -> str:
    if region is not None:
        code = roster.provinces[chosen_region(roster, region).id]
        if province not in (None, code):
            raise Failure(
                phrase(
                    "{region} lies in the province {code}, not in {province}. Give one.",
                    region=region,
                    code=code,
                    province=province,
                )
            )
        return code
    if province is not None:
        return chosen_province(roster, province)
    known = sorted(set(roster.provinces.values()))
    if len(known) != 1:
        raise Failure(
            phrase("Give --region or --province. Known provinces: {known}.", known=", ".join(known))
        )
    return known[0]


def _read(
    connection: sqlite3.Connection, roster: Roster, code: str, wanted: int | None, where: tzinfo
) -> ShownCriteria:
    talk = store.read(connection, roster, code, where)
    known = {version.number: version for version in talk.versions}
    number = wanted if wanted is not None else talk.versions[-1].number
    if number not in known:
        raise Failure(
            phrase(
                "{number}: no such version. Known: {map}.",
                number=number,
                map=", ".join(map(str, known)),
            )
        )
    instrument = load_texts(store.texts(connection, known[number].hash))
    bodies = {
        version.number: store.agreement(connection, version.entry, code)[0]
        for version in talk.versions
        if version.entry is not None
    }
    name = paper_rows.province_name(connection, code)
    return ShownCriteria(roster.period.code, name, talk, known[number], instrument, bodies)


def _as_json(shown: ShownCriteria) -> dict[str, Any]:
    """Return everything; persons stand there by office and role only."""
    talk, instrument = shown.talk, shown.instrument
    return {
        "period": shown.period,
        "province": {"code": talk.province, "name": shown.province},
        "instrument": instrument.code,
        "version": shown.version.number,
        "in_force": shown.version == talk.versions[-1],
        "versions": [_version(shown, version) for version in talk.versions],
        "criteria": [
            _criterion(instrument, criterion) for criterion in criteria.all_of(instrument)
        ],
        "proposals": [
            {"entry": proposal.id, "criterion": proposal.criterion, "change": dict(proposal.change)}
            | _speaker(proposal.by)
            | {"at": proposal.at.isoformat()}
            for proposal in talk.proposals
        ],
        "comments": [
            {"entry": comment.id, "criterion": comment.criterion, "text": comment.text}
            | _speaker(comment.by)
            | {"at": comment.at.isoformat()}
            for comment in talk.comments
        ],
    }


def _speaker(by: Author) -> dict[str, str]:
    return {"office": by.office, "role": by.role}


def _version(shown: ShownCriteria, version: Version) -> dict[str, Any]:
    body = shown.agreements.get(version.number, {})
    return {
        "number": version.number,
        "hash": version.hash,
        "at": version.at.isoformat() if version.at else None,
        "entry": version.entry,
        "place": body.get("place"),
        "decisions": [
            {key: one[key] for key in ("criterion", "verdict", "before", "after", "proposal")}
            for one in body.get("decisions", ())
        ],
        "attended": len(body.get("attendants", ())),
    }


def _criterion(instrument: Instrument, criterion: Criterion) -> dict[str, Any]:
    sources = dict.fromkeys(criteria.sources(instrument, criterion))
    return {
        "criterion": criterion.code,
        "sort": str(criterion.sort),
        "name": _name(instrument, criterion),
        **criteria.figures(instrument, criterion),
        "sources": [{"text": source.text, "status": str(source.status)} for source in sources],
    }


def _name(instrument: Instrument, criterion: Criterion) -> str:
    indicator = criteria.indicator_of(instrument, criterion)
    if indicator is not None:
        return indicator.name
    if criterion.sort == Sort.RATING:
        return criteria.rating_of(instrument, criterion.name).name
    return criterion.name or str(instrument.aggregation.method)


def _title(instrument: Instrument, criterion: Criterion) -> str:
    """Return what people call a criterion; a rule for all of them has no name in the instrument."""
    if criterion.sort in (Sort.INDICATOR, Sort.RATING):
        return _name(instrument, criterion)
    view = {"sort": str(criterion.sort), "setting": criterion.name}
    return html.unescape(render("criteria/_name", view, terminal_language()).strip())


def _version_cells(shown: ShownCriteria, version: Version) -> tuple[str, str, str, str]:
    return (
        str(version.number),
        f"{version.at:%Y-%m-%d}" if version.at else "",
        f"{version.hash[:SHORT]}…",
        _agreed(shown.agreements[version.number]) if version.entry else phrase("as set up"),
    )


def _print(shown: ShownCriteria) -> None:
    talk, version, newest = shown.talk, shown.version, shown.talk.versions[-1]
    force = (
        phrase("in force")
        if version == newest
        else phrase("in force is {number}", number=newest.number)
    )
    say(
        phrase(
            "{province}, period {period}: {code}",
            province=shown.province,
            period=shown.period,
            code=shown.instrument.code,
        )
    )
    say(
        phrase(
            "Version {number} of {number_2}, {force}",
            number=version.number,
            number_2=newest.number,
            force=force,
        )
    )
    say()
    rows = [_version_cells(shown, one) for one in talk.versions]
    console().print(table((">version", "from", "hash", "agreed upon"), rows))
    say()
    listed = criteria.all_of(shown.instrument)
    lines = [line for criterion in listed for line in _lines(shown.instrument, criterion)]
    console().print(table(("criterion", "name", "status", "figures", "source"), lines))
    unsettled = len(criteria.unsettled(shown.instrument))
    say()
    say(
        phrase(
            "{listed} criteria, {unsettled} neither confirmed nor agreed upon; open "
            "proposals: {proposals}, comments: {comments}.",
            listed=len(listed),
            unsettled=unsettled,
            proposals=len(talk.proposals),
            comments=len(talk.comments),
        )
    )


def _agreed(body: dict[str, Any]) -> str:
    """Return where it was agreed, and what of each verdict."""
    decisions = body["decisions"]
    verdicts = {
        phrase("changed"): [
            decision["criterion"] for decision in decisions if decision["verdict"] == "changed"
        ],
        phrase("as it was"): [
            decision["criterion"] for decision in decisions if decision["verdict"] == "as_it_is"
        ],
    }
    parts = (f"{word} {', '.join(codes)}" for word, codes in verdicts.items() if codes)
    return f"{body['place']}: {'; '.join(parts)}"


def _lines(instrument: Instrument, criterion: Criterion) -> Iterator[tuple[str, ...]]:
    """Yield the row of a criterion, and one more for each further source."""
    sources = tuple(
        dict.fromkeys(source.text for source in criteria.sources(instrument, criterion))
    )
    figures = criteria.figures(instrument, criterion)
    name = _title(instrument, criterion)
    head = (criterion.code, name, known_as(str(figures["status"])), _figures(figures))
    yield (*head, sources[0] if sources else "")
    yield from (("", "", "", "", source) for source in sources[1:])


def _figures(figures: dict[str, Any]) -> str:
    if "minimum" in figures:
        return phrase("from {minimum}", minimum=figures["minimum"])
    if figures.get("left_out"):
        return phrase("left out: {left_out}", left_out=figures["left_out"])
    return "; ".join(f"{printed} = {points}" for points, printed in figures.get("bands", ()))
