"""`peduli-ham setup`: a roster into the database, and the first links out of it."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, nullcontext
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.atomic_files import Draft
from bot.cli.command_errors import Failure, need_file, using
from bot.cli.process_lock import giving_way
from bot.cli.screen import LONG, console, say, show, steps, table
from bot.cli.settings import (
    BotOption,
    DatabaseOption,
    bot_username,
    database_path,
    today,
    trial,
    zone,
)
from bot.clock import iso, system_clock
from bot.roster import Link, ParsedRoster, SetupResult, apply_roster, find_roster, write_workbook
from bot.roster.roster_yaml import GivenInstrument
from bot.storage.database import connect
from bot.storage.setup import rehearsal
from bot.terminal import known_as, phrase, problem_line, terminal_language
from scoring.source import read_directory

LINK_COLUMNS = ("region", "office", "role", "name", "link", "expires")
WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".ods")
ROOM = 40  # columns that the table of links needs beside the link


def setup(
    roster: Annotated[
        str, typer.Argument(help="A roster (.yaml, .xlsx), or jakarta-pusat (bundled).")
    ],
    database: DatabaseOption = None,
    bot: BotOption = None,
    links: Annotated[
        Path | None,
        typer.Option("--links", metavar="FILE", help="Write the links there (.csv, else tabs)."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; write nothing.")
    ] = False,
    new_links: Annotated[
        bool, typer.Option("--new-links", help="Revoke links still open and make new ones.")
    ] = False,
) -> None:
    """Set up or update a period: regions, offices, who owes what, and links for who is missing."""
    username = bot_username(bot)
    path = database_path(database)
    if path.is_dir():
        raise Failure(
            phrase("{path}: a folder. Give a file with --database or DATABASE.", path=path)
        )
    with steps(phrase("reads the roster")):
        plan = giving_way(path, lambda: read_given(roster, today()))
    if trial():
        plan = plan.as_trial()
    for warning in plan.warnings:
        typer.echo(problem_line(warning), err=True)
    now = system_clock().astimezone(zone())
    if dry_run:
        with steps(phrase("tries it")), using(path), closing(rehearsal(path)) as memory:
            result = apply_roster(memory, plan, now=now, bot_username=username, new_links=new_links)
        _show(result, plan)
        _foretell(result)
        return
    result = _apply(path, plan, now, username, new_links, links)
    _show(result, plan)
    _hand_out(result.links, links, username)


def read_given(
    roster: str, today: date | None = None, instrument: Path | None = None
) -> ParsedRoster:
    """Read the roster that a command line names. Raises Failure, RosterError, InstrumentError.

    `instrument`: a folder that takes the place of the instrument that it names.
    """
    suffix = Path(roster).suffix.lower()
    if "/" in roster or suffix in (".yaml", ".yml", ".xlsx"):
        need_file(
            Path(roster), phrase("a roster file"), phrase(", or jakarta-pusat for the bundled one")
        )
    if suffix in WORKBOOKS:
        raise Failure(
            phrase(
                "{roster}: a workbook of another kind. Save it as .xlsx, or give YAML.",
                roster=roster,
            )
        )
    if instrument is not None and not instrument.is_dir():
        raise Failure(
            phrase("{folder}: no such folder. Give that of an instrument.", folder=instrument)
        )
    place = GivenInstrument(read_directory(instrument)) if instrument is not None else None
    return find_roster(roster, today, place)


def roster_template(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The new workbook.")],
    like: Annotated[
        str | None,
        typer.Option(
            "--like", metavar="ROSTER", help="Fill it from a roster, such as jakarta-pusat."
        ),
    ] = None,
) -> None:
    """Write a roster as a workbook: empty with every column explained, or filled from another."""
    if file.suffix.lower() != ".xlsx":
        raise Failure(
            phrase("{file}: not the name of a workbook. Give one that ends in .xlsx.", file=file)
        )
    with steps(phrase("writes the workbook")):
        content = write_workbook(read_given(like) if like else None)
    with Draft(file) as draft:
        draft.open().write_bytes(content)
    say(phrase("{file}: written. Fill it in, then `peduli-ham setup {file} --dry-run`.", file=file))


def _apply(
    path: Path,
    plan: ParsedRoster,
    now: datetime,
    username: str | None,
    new_links: bool,
    file: Path | None,
) -> SetupResult:
    """Apply in one transaction; links are shown once, so they are on disk before it commits."""
    with (
        Draft(file) if file else nullcontext() as draft,
        steps(phrase("sets the period up")),
        using(path),
        closing(connect(path)) as connection,
    ):

        def keep(made: Sequence[Link]) -> None:
            if not draft:
                return
            draft.discard()  # of a plan that was overtaken
            if made:
                comma = "," if draft.target.suffix == ".csv" else "\t"
                write_links(draft.open(), made, comma)

        return apply_roster(
            connection,
            plan,
            now=now,
            bot_username=username,
            new_links=new_links,
            keep=keep,
            aside=partial(giving_way, path),
        )


def write_links(path: Path, links: Sequence[Link], comma: str) -> None:
    """Write links as a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=comma, lineterminator="\n")
        writer.writerow(LINK_COLUMNS)
        writer.writerows(
            (link.region, link.office, link.role, link.label, link.url, iso(link.expires))
            for link in links
        )


def _show(result: SetupResult, plan: ParsedRoster) -> None:
    of_trial = phrase(" (trial: it counts nowhere)") if plan.period.trial else ""
    title = phrase(
        "Period {code}, {institution}",
        code=f"{plan.period.code}{of_trial}",
        institution=plan.institution,
    )
    rows = [
        (known_as(state), known_as(item.what), item.name, item.detail)
        for state, items in (
            ("created", result.created),
            ("changed", result.changed),
            ("proposed", result.proposed),
            ("left", result.left),
        )
        for item in items
    ]
    same = ", ".join(_counted(count, what) for what, count in result.same.items() if count)
    say(title)
    if rows:
        show(("", "what", "name", "detail"), rows)
    if result.proposed:
        say(phrase("What is proposed counts once the Kanwil has agreed upon it (/rakor)."))
    if same:
        say(phrase("Unchanged: {same}.", same=same))
    if not result.is_effective:
        say(phrase("Nothing to change."))


def _foretell(result: SetupResult) -> None:
    if result.links:
        rows = [(link.region, link.office, link.role, link.label) for link in result.links]
        say(phrase("Links that would be made:"))
        show(LINK_COLUMNS[:4], rows)
    new = Counter(item.what for item in result.created)
    counts = [_counted(count, what, "new {}") for what, count in new.items()]
    counts += [phrase("{count} proposed", count=len(result.proposed))] if result.proposed else []
    counts += [
        phrase("{count} changed", count=len(result.changed)),
        _counted(len(result.links), "link", "{}"),
    ]
    say(phrase("It would be: {counts}.", counts=", ".join(counts)))
    say(phrase("Dry run: nothing was written."))


def _counted(count: int, what: str, how: str = "{}") -> str:
    """Return how many there are of something; in Indonesian many are called as one is."""
    many = what if count == 1 or terminal_language() == "id" else f"{what}s"
    return f"{count} {known_as(how).format(known_as(many))}"


def _hand_out(links: list[Link], file: Path | None, username: str | None) -> None:
    if not links:
        if file:
            say(
                phrase(
                    "No new links; {file} was not written. `--new-links` makes new ones.", file=file
                )
            )
        return
    if username is None:
        typer.echo(
            phrase(
                "The links hold <username_bot>: give the bot's username with --bot or "
                "BOT_USERNAME, then run again with --new-links."
            ),
            err=True,
        )
    if file:
        say(
            phrase(
                "{links} links written to {file} (mode 0600). They cannot be shown again.",
                links=len(links),
                file=file,
            )
        )
        return
    say(
        phrase(
            "{links} invitation links, each for one person; they cannot be shown again",
            links=len(links),
        )
    )
    _show_links(links)


def _show_links(links: list[Link]) -> None:
    """Print links as a table, where they fit; a link that is broken in two cannot be copied."""
    screen, longest = console(), max(len(one.url) for one in links)
    if screen.width >= longest + ROOM and len(links) <= LONG:
        rows = [
            (
                one.office or one.region,
                known_as(one.role),
                one.label,
                one.url,
                f"{one.expires:%Y-%m-%d}",
            )
            for one in links
        ]
        made = table(("office", "role", "name", "link", "until"), rows)
        made.columns[3].no_wrap = True
        screen.print(made)
        return
    for link in links:
        say(
            phrase(
                "{label} ({role}, {region}, until {expires:%Y-%m-%d})\n  {url}",
                label=link.label,
                role=known_as(link.role),
                region=link.region,
                expires=link.expires,
                url=link.url,
            )
        )
