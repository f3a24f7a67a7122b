"""`peduli-ham invitations` and `handout`: what a meeting hands out, links as cards and two pages of help."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.atomic_files import Draft
from bot.cli.command_errors import Failure, using
from bot.cli.command_scope import chosen_region, chosen_roster
from bot.cli.paper_commands import opened
from bot.cli.screen import say, steps
from bot.cli.setting_up import write_links
from bot.cli.settings import BotOption, DatabaseOption, bot_username, existing_database, zone
from bot.clock import system_clock
from bot.handouts.invitation_cards import InvitationCard, sheet
from bot.handouts.two_pages import handout as two_pages
from bot.roster.result import Link
from bot.roster.seats import link_root
from bot.storage import health_counts
from bot.storage.database import connect, in_transaction
from bot.storage.renewing import renew
from bot.storage.roster import Roster
from bot.terminal import phrase
from flows.model import handouts
from flows.model.facts import Period
from flows.model.roles import Role
from messages import drawing

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
    bot: BotOption = None,
    database: DatabaseOption = None,
) -> None:
    """Make new links for whoever has not joined, as cards to cut and hand out; older ones are void then."""
    suffix, path = _suffix(file), existing_database(database)
    username = _username(bot)
    now, root = system_clock().astimezone(zone()), link_root(username)
    making = phrase("makes links and lays out their cards")
    with (
        Draft(file) as draft,
        steps(making),
        using(path),
        closing(connect(path)) as connection,
    ):
        target = draft.open()
        roster = chosen_roster(connection, None)
        where = None if region is None else {chosen_region(roster, region).id}

        def work(_: object) -> list[Link]:
            links = [
                Link(one.region, one.office, one.role, one.label, one.token,
                     f"{root}{one.token}", one.expires)
                for one in renew(connection, now, days, where)
            ]  # fmt: skip
            _fill(target, suffix, links, roster.period)
            return links

        links = in_transaction(connection, work)
        if not links:
            draft.discard()
    if not links:
        say(
            phrase(
                "Everybody has joined, or has no link: nothing was written. /undang "
                "makes single ones."
            )
        )
        return
    _tell(file, len(links), suffix)


def _tell(file: Path, links: int, suffix: str) -> None:
    """Say what was written, and what goes with cards."""
    say(
        phrase(
            "{links} links in {file} (mode 0600); those that were sent before do not work now.",
            links=links,
            file=file,
        )
    )
    if suffix == ".pdf":
        say(phrase("Two pages of help to go with them: `peduli-ham handout FILE.pdf`."))


def handout(
    file: Annotated[Path, typer.Argument(metavar="FILE.pdf", help="A new file.")],
    region: Annotated[
        str | None, typer.Option("--region", help="With this region's name on it.")
    ] = None,
    bot: BotOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write two pages for contacts, to print on one sheet, with the bot's QR code."""
    if file.suffix.lower() != ".pdf":
        raise Failure(phrase("{file}: give a name that ends in .pdf.", file=file))
    path, username = existing_database(database), bot_username(bot)
    with using(path), closing(opened(path)) as connection:
        roster = chosen_roster(connection, None)
        place = chosen_region(roster, region).name if region is not None else _only(roster)
        link = health_counts.noted(connection).get("bot_link", "")
    if username is not None:
        link = f"https://t.me/{username}"
    with steps(phrase("lays out")), Draft(file) as draft:
        figures = drawing.figures(handouts.view(roster.period, link, place))
        draft.open().write_bytes(two_pages(figures))
    say(phrase("{file}: print it on both sides of one sheet.", file=file))
    if not link:
        say(phrase("The bot's username is not known, so it has no QR code. Give it with --bot."))


def _only(roster: Roster) -> str:
    """Return the name of the region, where there is but one; nothing else would be true for all."""
    names = [region.name for region in roster.regions.values()]
    return names[0] if len(names) == 1 else ""


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
            InvitationCard(
                Role(link.role), link.region, link.office, link.label, link.url, link.expires.date()
            )
            for link in links
        ]
        made = sheet(cards, period.data_year, period.help_contact, trial=period.trial)
        file.write_bytes(made)
