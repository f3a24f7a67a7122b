"""`peduli-ham export`: the log, the reminders or the answers of a period, for spreadsheets and scripts."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.choosing import chosen_region, chosen_roster
from bot.cli.drafts import Draft
from bot.cli.errors import Failure, using
from bot.cli.screen import say
from bot.cli.settings import DatabaseOption, existing_database, zone
from bot.clock import system_clock
from bot.export import answers, files, log, reminders
from bot.export.scope import Scope
from bot.export.table import Cell, Table
from bot.storage.migrations import pending
from bot.storage.setup import open_existing
from messages.exporting import words

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class What(StrEnum):
    """What is exported."""

    LOG = "log"
    REMINDERS = "reminders"
    ANSWERS = "answers"


class Format(StrEnum):
    """The kind of file."""

    XLSX = "xlsx"
    CSV = "csv"
    JSONL = "jsonl"


def export(
    what: Annotated[What, typer.Option("--what", help="What to export.")] = What.LOG,
    format_: Annotated[
        Format | None,
        typer.Option("--format", help="The kind of file (else by the name of --out, else csv)."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The new file; it must not exist. Else stdout."),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option("--period", metavar="CODE", help="Else the one the bot works with."),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", metavar="REGION", help="Only this region: code or name."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="From this day on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="Up to this day, included.")
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="The log: also what offices did, not only staff.")
    ] = False,
    without_names: Annotated[
        bool, typer.Option("--without-names", help="Leave out names, and what people typed.")
    ] = False,
    bom: Annotated[
        bool, typer.Option("--bom", help="CSV: mark it as UTF-8, as Excel likes it.")
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """Write the log of staff actions, the reminders, or the answers of a period as a file."""
    kind = _format(format_, out)
    if bom and kind != Format.CSV:
        raise Failure("--bom marks CSV. Leave it out, or give --format csv.")
    if everyone and what != What.LOG:
        raise Failure("--everyone widens the log. Leave it out, or give --what log.")
    days = _day("--since", since), _day("--until", until)
    if days[0] and days[1] and days[0] > days[1]:
        raise Failure(f"--since {since} lies behind --until {until}. Exchange them.")
    path = existing_database(database)
    with using(path), closing(open_existing(path)) as connection:
        if pending(connection):
            raise Failure(f"{path}: made by an older program. Start the bot once, then export.")
        connection.execute("BEGIN")  # one snapshot, whatever the bot writes meanwhile
        roster = chosen_roster(connection, period)
        chosen = chosen_region(roster, region) if region else None
        scope = Scope(roster, zone(), chosen.id if chosen else None, *days, names=not without_names)
        tables = _tables(connection, scope, what, kind, everyone=everyone)
    about = _about(scope, what, tables)
    if out is None:
        sys.stdout.writelines(_text(kind, tables[0], bom=bom))
        return
    _write(out, kind, tables, about, bom=bom)
    rows = len(tables[0].rows)
    say(f"{out}: written, {rows} {'row' if rows == 1 else 'rows'} of {what} (mode 0600).")


def _format(given: Format | None, out: Path | None) -> Format:
    suffix = out.suffix.lower().removeprefix(".") if out else ""
    known = [str(one) for one in Format]
    kind = given or (Format(suffix) if suffix in known else None)
    if kind is None and out is not None:
        raise Failure(
            f"{out}: which kind of file? Give --format {', '.join(known)}, or such an ending."
        )
    if kind == Format.XLSX and out is None:
        raise Failure("A workbook goes into a file: give --out FILE.xlsx.")
    return kind or Format.CSV


def _day(option: str, given: str | None) -> date | None:
    if given is None:
        return None
    try:
        if not DAY.fullmatch(given):
            raise ValueError(given)
        return date.fromisoformat(given)
    except ValueError:
        raise Failure(f"{option} {given}: no such day. Give it as 2026-11-25.") from None


def _tables(
    connection: sqlite3.Connection, scope: Scope, what: What, kind: Format, *, everyone: bool
) -> list[Table]:
    """Return the table; in a workbook also reminders beside the log, or results beside the answers."""
    make: dict[What, Callable[[], list[Table]]] = {
        What.LOG: lambda: [log.table(connection, scope, everyone=everyone)],
        What.REMINDERS: lambda: [reminders.table(connection, scope)],
        What.ANSWERS: lambda: answers.tables(connection, scope, results=kind == Format.XLSX),
    }
    tables = make[what]()
    if (what, kind) == (What.LOG, Format.XLSX):
        return tables + make[What.REMINDERS]()
    return tables


def _about(scope: Scope, what: What, tables: list[Table]) -> list[tuple[str, Cell]]:
    texts, period = words()["about"], scope.roster.period
    region = scope.roster.regions.get(scope.region_id or 0)
    return [
        (texts["what"], words()["sheets"][what]),
        (texts["period"], period.code),
        (texts["institution"], period.institution),
        (texts["region"], region.name if region else texts["all"]),
        (texts["since"], scope.since),
        (texts["until"], scope.until),
        (texts["names"], texts["names_shown" if scope.names else "names_hidden"]),
        (texts["made"], system_clock().astimezone(scope.zone)),
        *((f"{texts['rows']}: {one.name}", len(one.rows)) for one in tables),
    ]


def _text(kind: Format, table: Table, *, bom: bool) -> Iterator[str]:
    return files.as_csv(table, bom=bom) if kind == Format.CSV else files.as_json_lines(table)


def _write(
    out: Path, kind: Format, tables: list[Table], about: list[tuple[str, Cell]], *, bom: bool
) -> None:
    draft = Draft(out)
    try:
        with draft.open().open("wb") as target:
            if kind == Format.XLSX:
                files.write_workbook(target, tables, about)
            else:
                target.writelines(piece.encode() for piece in _text(kind, tables[0], bom=bom))
    except BaseException:
        draft.discard()
        raise
    draft.publish()
