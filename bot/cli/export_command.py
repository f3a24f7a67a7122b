"""`peduli-ham export`: the log, reminders, answers or totals of a period, for spreadsheets and scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import following
from bot.cli.atomic_files import Draft
from bot.cli.command_errors import Failure, using
from bot.cli.command_scope import chosen_province, chosen_region, chosen_roster, chosen_unit
from bot.cli.paper_commands import opened
from bot.cli.screen import say, steps
from bot.cli.settings import DatabaseOption, existing_database, zone
from bot.clock import system_clock
from bot.export import export_catalogue, machine, table_files
from bot.export.export_catalogue import TOTALS, ExportFormat, What
from bot.export.export_scope import ExportScope
from bot.export.table import Table, TableCell
from bot.storage.roster import Roster
from bot.terminal import known_as, phrase
from messages.export_words import words
from scoring.errors import nearest
from scoring.replacing import replace

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


WhatOption = Annotated[
    What,
    typer.Option("--what", help="What to export."),
]
FormatOption = Annotated[
    ExportFormat | None,
    typer.Option("--format", help="The kind of file (else by the name of --out, else csv)."),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="The new file; it must not exist. Else stdout."),
]
PeriodOption = Annotated[
    str | None, typer.Option("--period", metavar="CODE", help="Else the one the bot works with.")
]
RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="Only this region: code or name.")
]
ProvinceOption = Annotated[
    str | None, typer.Option("--province", metavar="CODE", help="Only regions of this province.")
]
UnitOption = Annotated[
    str | None,
    typer.Option("--unit", metavar="OFFICE", help="Only this office of --region: code or name."),
]
RightOption = Annotated[
    str | None, typer.Option("--right", metavar="RIGHT", help="Only this right: code or name.")
]
StateOption = Annotated[
    str | None,
    typer.Option("--state", metavar="STATE", help="Only answers that stand so now, such as sent."),
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="From this day on.")
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Up to this day, included.")
]
EveryoneOption = Annotated[
    bool, typer.Option("--everyone", help="The log: also what offices did, not only staff.")
]
WithoutNamesOption = Annotated[
    bool, typer.Option("--without-names", help="Leave out names, and what people typed.")
]
BomOption = Annotated[
    bool,
    typer.Option("--bom", help="CSV: mark it as UTF-8, as Excel likes it."),
]
FollowOption = Annotated[
    bool,
    typer.Option("--follow", help="The log as JSON lines, new entries as they come, until Ctrl-C."),
]
AfterOption = Annotated[
    int | None,
    typer.Option("--after", metavar="NUMBER", help="The log: only entries behind this one."),
]
TrialOption = Annotated[
    bool, typer.Option("--trial", help="Of a trial (uji coba), whose results count nowhere.")
]
FITTING = {
    "unit_id": "It narrows the log, reminders and answers.",
    "right": "It narrows the log, answers and rights.",
    "state": "It narrows the log and answers.",
    "since": "It narrows the log, reminders and answers.",
    "until": "It narrows the log, reminders and answers.",
}
REFUSED = {
    "unit_id": "--unit", "right": "--right", "state": "--state", "since": "--since", "until": "--until",
}  # fmt: skip


def export(
    what: WhatOption = What.LOG,
    format_: FormatOption = None,
    out: OutOption = None,
    period: PeriodOption = None,
    region: RegionOption = None,
    province: ProvinceOption = None,
    unit: UnitOption = None,
    right: RightOption = None,
    state: StateOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    everyone: EveryoneOption = False,
    without_names: WithoutNamesOption = False,
    bom: BomOption = False,
    follow: FollowOption = False,
    after: AfterOption = None,
    trial: TrialOption = False,
    database: DatabaseOption = None,
) -> None:
    """Write the log of staff actions, the reminders, the answers or the totals of a period as a file."""
    kind = (
        ExportFormat.JSONL if follow and format_ is None and out is None else _format(format_, out)
    )
    _fit(what, kind, everyone=everyone, bom=bom, after=after)
    if follow and (kind != ExportFormat.JSONL or out or what != What.LOG or until):
        raise _not_followed()
    if province and what not in (What.ANSWERS, *TOTALS):
        raise Failure(phrase("--province narrows answers and totals. Leave it out."))
    days = _days(since, until)
    path = existing_database(database)
    with using(path), closing(opened(path)) as connection:
        connection.execute("BEGIN")  # one snapshot, whatever the bot writes meanwhile
        roster = _of_province(_meant(chosen_roster(connection, period), trial=trial), province)
        scope = ExportScope(
            roster, zone(), *_place(roster, region, unit), *days, names=not without_names,
            right=_right(roster, right), state=_state(state), after=after or 0,
        )  # fmt: skip
        if odd := export_catalogue.unfit(scope, what):
            raise _unfit(odd, what)
        if follow:
            connection.execute("COMMIT")
            following.follow(connection, scope, everyone=everyone)
            return
        with steps(phrase("reads the record")):
            tables = export_catalogue.tables(connection, scope, what, kind, everyone=everyone)
    pieces = partial(_text, kind, tables[0], scope, what, bom=bom)
    if out is None:
        for piece in pieces():
            typer.echo(piece, nl=False)
        return
    about = export_catalogue.about(scope, what, tables, system_clock())
    _write(out, None if kind == ExportFormat.XLSX else pieces(), tables, about)
    count = len(tables[0].rows)
    rows = phrase("1 row") if count == 1 else phrase("{count} rows", count=count)
    say(phrase("{out}: written, {rows} of {what} (mode 0600).", out=out, rows=rows, what=what))


def _not_followed() -> Failure:
    return Failure(
        phrase(
            "--follow gives the log as JSON lines on standard output, without an "
            "end. Leave out --what, --format, --out and --until."
        )
    )


def _unfit(odd: str, what: What) -> Failure:
    text = phrase("{option} does not narrow {what}.", option=REFUSED[odd], what=what)
    return Failure(f"{text} {known_as(FITTING[odd])}")


def _days(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """Return the first and the last day. Raises Failure."""
    first, last = _day("--since", since), _day("--until", until)
    if first and last and first > last:
        raise Failure(
            phrase(
                "--since {since} lies behind --until {until}. Exchange them.",
                since=since,
                until=until,
            )
        )
    return first, last


def _meant(roster: Roster, *, trial: bool) -> Roster:
    """Return a period; a trial only where it is asked for as one. Raises Failure."""
    code = roster.period.code
    if roster.period.trial and not trial:
        raise Failure(
            phrase(
                "The period {code} is a trial, whose results count nowhere. To export it as one, give"
                " --trial; another period by --period.",
                code=code,
            )
        )
    if trial and not roster.period.trial:
        raise Failure(
            phrase(
                "--trial: the period {code} is a real season. Leave it out, or give --period.",
                code=code,
            )
        )
    return roster


def _fit(what: What, kind: ExportFormat, *, everyone: bool, bom: bool, after: int | None) -> None:
    """Refuse options that say nothing of what is exported. Raises Failure."""
    if bom and kind != ExportFormat.CSV:
        raise Failure(phrase("--bom marks CSV. Leave it out, or give --format csv."))
    if everyone and what != What.LOG:
        raise Failure(phrase("--everyone widens the log. Leave it out, or give --what log."))
    if after is not None and (what != What.LOG or after < 0):
        raise Failure(phrase("--after takes the number of an entry of the log, such as 412."))


def _format(given: ExportFormat | None, out: Path | None) -> ExportFormat:
    suffix = out.suffix.lower().removeprefix(".") if out else ""
    known = [str(one) for one in ExportFormat]
    kind = given or (ExportFormat(suffix) if suffix in known else None)
    if kind is None and out is not None:
        raise Failure(
            phrase(
                "{out}: which kind of file? Give --format {known}, or such an ending.",
                out=out,
                known=", ".join(known),
            )
        )
    if kind == ExportFormat.XLSX and out is None:
        raise Failure(phrase("A workbook goes into a file: give --out FILE.xlsx."))
    return kind or ExportFormat.CSV


def _of_province(roster: Roster, given: str | None) -> Roster:
    """Return the roster with the regions of one province, where one is named."""
    if given is None:
        return roster
    code = chosen_province(roster, given)
    regions = {key: one for key, one in roster.regions.items() if roster.provinces[key] == code}
    return replace(roster, regions=regions)


def _place(roster: Roster, region: str | None, unit: str | None) -> tuple[int | None, int | None]:
    """Return the region and the office that are named. Raises Failure."""
    if region is None:
        if unit:
            raise Failure(phrase("--unit: of which region? Give --region as well."))
        return None, None
    chosen = chosen_region(roster, region)
    return chosen.id, chosen_unit(roster, chosen, unit).id if unit else None


def _right(roster: Roster, given: str | None) -> str | None:
    """Return the code of a right that is named by its code or one of its names."""
    if given is None:
        return None
    rights = roster.period.instrument.rights
    for right in rights:
        if given.strip().casefold() in (right.code, right.name.casefold(), right.short.casefold()):
            return right.code
    close = nearest(given, [one.code for one in rights])
    hint = phrase(" Did you mean {close}?", close=close) if close else ""
    raise Failure(
        phrase(
            "--right {given}: no such right. Known: {known}.{hint}",
            given=given,
            known=", ".join(one.code for one in rights),
            hint=hint,
        )
    )


def _state(given: str | None) -> str | None:
    known = words()["states"]
    if given is None or given in known:
        return given
    close = nearest(given, known)
    hint = phrase(" Did you mean {close}?", close=close) if close else ""
    raise Failure(
        phrase(
            "--state {given}: no such state. Known: {known}.{hint}",
            given=given,
            known=", ".join(known),
            hint=hint,
        )
    )


def _day(option: str, given: str | None) -> date | None:
    if given is None:
        return None
    try:
        if not DAY.fullmatch(given):
            raise ValueError(given)
        return date.fromisoformat(given)
    except ValueError:
        raise Failure(
            phrase(
                "{option} {given}: no such day. Give it as 2026-11-25.", option=option, given=given
            )
        ) from None


def _text(
    kind: ExportFormat, table: Table, scope: ExportScope, what: What, *, bom: bool
) -> Iterator[str]:
    """Return a file of one table, piece by piece."""
    match kind:
        case ExportFormat.CSV:
            return table_files.as_csv(table, bom=bom)
        case ExportFormat.JSON:
            described = export_catalogue.described(scope, what, system_clock())
            return iter((machine.as_json(table, described),))
        case _:
            return machine.as_json_lines(table)


def _write(
    out: Path,
    pieces: Iterator[str] | None,
    tables: list[Table],
    about: list[tuple[str, TableCell]],
) -> None:
    """Write a workbook of all tables where there are no pieces of a text."""
    with (
        Draft(out) as draft,
        steps(phrase("writes the file")),
        draft.open().open("wb") as target,
    ):
        if pieces is None:
            table_files.write_workbook(target, tables, about)
        else:
            target.writelines(piece.encode() for piece in pieces)
