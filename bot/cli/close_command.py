"""`peduli-ham close`: the season of a province ends, or goes on; a running bot tells everybody."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.command_errors import Failure, using
from bot.cli.command_scope import chosen_province, chosen_roster
from bot.cli.paper_commands import PeriodOption, ProvinceOption, opened
from bot.cli.screen import console, say, steps, table
from bot.cli.settings import DatabaseOption, existing_database, zone
from bot.clock import iso, system_clock
from bot.storage import record, season_rows
from bot.storage.database import connect, in_transaction
from bot.storage.load_facts import board_of
from bot.storage.record import Entry
from bot.storage.roster import Roster
from bot.terminal import decimals, phrase
from flows.model.facts import Board, Setting
from flows.model.record_kinds import EntryKind
from flows.model.season import CloseSeason, ReopenSeason
from flows.staff import season_results

BY = "operator"
LEAST_REASON = 5


def close(
    province: ProvinceOption = None,
    period: PeriodOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Close without asking back.")] = False,
    reopen_until: Annotated[
        str | None,
        typer.Option("--reopen-until", metavar="YYYY-MM-DD", help="Open verification again."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why it is opened again.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """End the season of a province: show what is open and each city's result, then close."""
    path = existing_database(database)
    reads = phrase("reads the record")
    with steps(reads), using(path), closing(opened(path)) as reading:
        roster = chosen_roster(reading, period)
        code = _province(roster, province)
        setting = Setting(system_clock().astimezone(zone()), roster.period_of(code))
        board = _board(reading, roster, code)
    if reopen_until is not None:
        _reopen(path, setting, code, _until(reopen_until, setting), reason)
        return
    closed_at = setting.period.season.closed_at
    if closed_at is not None:
        raise Failure(
            phrase(
                "Period {code} is closed since {closed_at:%Y-%m-%d %H:%M}. "
                "`--reopen-until` with `--reason` opens it again.",
                code=setting.period.code,
                closed_at=closed_at,
            )
        )
    _preview(setting, board)
    if not yes:
        _ask(setting)
    entry = _close(path, roster, code)
    say(
        phrase(
            "Closed, R-{entry:04d}. The bot tells the offices and sends the papers while it runs.",
            entry=entry,
        )
    )


def _province(roster: Roster, given: str | None) -> str:
    if given is not None:
        return chosen_province(roster, given)
    known = sorted(set(roster.provinces.values()))
    if len(known) > 1:
        raise Failure(phrase("Give --province: one of {known}.", known=", ".join(known)))
    return known[0]


def _board(connection: sqlite3.Connection, roster: Roster, code: str) -> Board:
    regions = [region for region in roster.regions.values() if roster.provinces[region.id] == code]
    return board_of(connection, roster, zone(), regions)


def _preview(setting: Setting, board: Board) -> None:
    view = season_results.view(setting, board)
    rows = [
        (
            city["region"], decimals(city["value"], 2) if city["verified"] else "–",
            decimals(city["claimed"], 2), city["rating"] or "–",
            *(str(city[key]) for key in ("verified", "open", "unsent", "returned", "waiting")),
        )
        for city in view["cities"]
    ]  # fmt: skip
    heads = (
        "region", ">verified", ">self-assessed", "rating", ">answers verified", ">open", ">unsent",
        ">returned", ">waiting",
    )  # fmt: skip
    console().print(table(heads, rows))
    unheard = (
        phrase("; not reached: {unheard}", unheard=", ".join(view["unheard"]))
        if view["unheard"]
        else ""
    )
    say(
        phrase(
            "{heard} of {offices} offices will hear their result{unheard}.",
            heard=view["heard"],
            offices=view["offices"],
            unheard=unheard,
        )
    )


def _ask(setting: Setting) -> None:
    if not sys.stdin.isatty():
        raise Failure(phrase("Nothing was closed. Give --yes to close without being asked."))
    if not typer.confirm(phrase("Close period {code} now?", code=setting.period.code)):
        raise Failure(phrase("Nothing was closed."))


def _close(path: Path, roster: Roster, code: str) -> int:
    now = system_clock()

    def work(connection: sqlite3.Connection) -> int:
        current = chosen_roster(connection, roster.period.code)
        period = current.period_of(code)
        if period.season.closed_at is not None:
            raise Failure(phrase("Period {code} was closed in the meantime.", code=period.code))
        setting = Setting(now.astimezone(zone()), period)
        body = season_results.body(setting, _board(connection, current, code))
        return _write(connection, CloseSeason(code, body), period.id, now)

    with steps(phrase("works out the results")), using(path), closing(connect(path)) as connection:
        return in_transaction(connection, work)


def _reopen(path: Path, setting: Setting, code: str, until: date, reason: str | None) -> None:
    words = " ".join((reason or "").split())
    if len(words) < LEAST_REASON:
        raise Failure(phrase("Give --reason: one sentence that says why; it goes on record."))
    now = system_clock()
    with using(path), closing(connect(path)) as connection:
        entry = in_transaction(
            connection,
            lambda db: _write(db, ReopenSeason(code, until, words), setting.period.id, now),
        )
    say(
        phrase("Verification is open again until {until}, R-{entry:04d}.", until=until, entry=entry)
    )


def _until(given: str, setting: Setting) -> date:
    try:
        until = date.fromisoformat(given)
    except ValueError:
        raise Failure(phrase("{given}: not a day. Write it as 2017-05-22.", given=given)) from None
    today = setting.now.date()
    if until < max(today, setting.period.verification_deadline):
        raise Failure(
            phrase(
                "{given}: too early. From {max} on.",
                given=given,
                max=max(today, setting.period.verification_deadline),
            )
        )
    return until


def _write(
    connection: sqlite3.Connection,
    change: CloseSeason | ReopenSeason,
    period_id: int,
    now: datetime,
) -> int:
    """Write what the operator decided; returns the number of the entry."""
    entries: list[int] = []

    def note(kind: EntryKind, details: dict[str, Any]) -> int:
        entry = Entry(period_id, kind, iso(now), details={**details, "by": BY})
        entries.append(record.append(connection, entry))
        return entries[-1]

    season_rows.write(connection, change, period_id, iso(now), note)
    return entries[0]
