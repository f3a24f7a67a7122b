"""`peduli-ham invitations`: new links for whoever has not joined, as cards to hand out or as a table."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.choosing import chosen_region, chosen_roster
from bot.cli.drafts import Draft
from bot.cli.errors import Failure, using
from bot.cli.screen import say, steps
from bot.cli.setting_up import write_links
from bot.cli.settings import DatabaseOption, bot_username, existing_database, zone
from bot.clock import system_clock
from bot.papers.invitation_cards import Card, sheet
from bot.roster.result import Link
from bot.roster.seats import link_root
from bot.storage.database import connect, in_transaction
from bot.storage.renewing import renew
from bot.terminal import phrase
from flows.model.facts import Period
from flows.model.roles import Role

DAYS = 30
SUFFIXES = (".pdf", ".csv", ".tsv")


def invitations(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A new file: .pdf for cards, .csv or .tsv.")
    ],
    region: Annotated[
        str | None, typer.Option("--region", help="Only this region's offices and Bagian Hukum.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long they hold.")] = DAYS,
    bot: Annotated[
        str | None,
        typer.Option("--bot", metavar="USERNAME", help="The bot's username (else BOT_USERNAME)."),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Make new links for whoever has not joined, as cards to cut and hand out; older ones are void then."""
    suffix, path = _suffix(file), existing_database(database)
    username = _username(bot)
    now, draft = system_clock().astimezone(zone()), Draft(file)
    target = draft.open()
    try:
        with (
            steps(phrase("makes links and lays out their cards")),
            using(path),
            closing(connect(path)) as connection,
        ):
            roster = chosen_roster(connection, None)
            where = None if region is None else {chosen_region(roster, region).id}

            def work(_: object) -> list[Link]:
                root = link_root(username)
                links = [
                    Link(one.region, one.office, one.role, one.label, one.token,
                         f"{root}{one.token}", one.expires)
                    for one in renew(connection, now, days, where)
                ]  # fmt: skip
                _fill(target, suffix, links, roster.period)
                return links

            links = in_transaction(connection, work)
    except BaseException:
        draft.discard()
        raise
    if not links:
        draft.discard()
        say(
            phrase(
                "Everybody has joined, or has no link: nothing was written. /undang "
                "makes single ones."
            )
        )
        return
    draft.publish()
    say(
        phrase(
            "{links} links in {file} (mode 0600); those that were sent before do not work now.",
            links=len(links),
            file=file,
        )
    )


def _suffix(file: Path) -> str:
    """Return how a file's name ends. Raises Failure for a kind that is not written."""
    if (suffix := file.suffix.lower()) not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise Failure(
            phrase(
                "{file}: no such kind of file. Give one that ends in {known}.",
                file=file,
                known=known,
            )
        )
    return suffix


def _username(given: str | None) -> str:
    """Return the bot's username. Raises Failure where nobody has given it."""
    if (username := bot_username(given)) is None:
        raise Failure(
            phrase("The bot's username is not known. Give it with --bot or BOT_USERNAME.")
        )
    return username


def _fill(file: Path, suffix: str, links: list[Link], period: Period) -> None:
    if suffix != ".pdf":
        write_links(file, links, "," if suffix == ".csv" else "\t")
    elif links:
        cards = [
            Card(Role(one.role), one.region, one.office, one.label, one.url, one.expires.date())
            for one in links
        ]
        made = sheet(cards, period.data_year, period.help_contact, trial=period.trial)
        file.write_bytes(made)
