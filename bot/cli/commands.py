"""The commands by name, each with its module, which is imported when the command is called.

So `peduli-ham --help` costs neither Telegram nor workbooks nor the demo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from inspect import cleandoc
from typing import Any, NamedTuple

import typer
from typer._click.shell_completion import CompletionItem
from typer.core import TyperCommand
from typer.main import get_command

from bot.cli.command_errors import Commands
from bot.cli.usage import use_terminal_language
from bot.collector import uncollected
from bot.terminal import known_as, phrase


class CommandPlace(NamedTuple):
    """Where a command is defined, and its line in the list of commands."""

    module: str
    attribute: str
    line: str


use_terminal_language()
PLACES = {
    "run": CommandPlace(
        "serving",
        "run",
        "Run the bot with the settings of the environment or of .env; SIGTERM or Ctrl-C ends "
        "it in order.",
    ),
    "demo": CommandPlace(
        "demo_command",
        "demo",
        "Play the whole thing without a token: a web chat with an office's contact, Bagian "
        "Hukum and Kanwil.",
    ),
    "rehearse": CommandPlace(
        "rehearsing",
        "rehearse",
        "Play rehearsals of the demo with the real bot, each on a fresh state, and compare "
        "what it answers.",
    ),
    "init": CommandPlace(
        "first_run",
        "init",
        "Set up by six questions: the settings, a first period, and the administrator's link.",
    ),
    "setup": CommandPlace(
        "setting_up",
        "setup",
        "Set up or update a period: regions, offices, who owes what, and links for who is missing.",
    ),
    "invitations": CommandPlace(
        "invitation_commands",
        "invitations",
        "Make new links for whoever has not joined, as cards to cut and hand out; older ones are void then.",
    ),
    "handout": CommandPlace(
        "invitation_commands",
        "handout",
        "Write two pages for contacts, to print on one sheet, with the bot's QR code.",
    ),
    "roster-template": CommandPlace(
        "setting_up",
        "roster_template",
        "Write a roster as a workbook: empty with every column explained, or filled from another.",
    ),
    "previous": CommandPlace(
        "previous_command",
        "previous",
        "Load last year's answers, as a comparison, or the map by which they are offered. May be run again.",
    ),
    "import": CommandPlace(
        "import_command",
        "import_",
        "Take over answers from another tool: shown first, with what is refused; stored by --apply.",
    ),
    "score": CommandPlace(
        "score_command",
        "score",
        "Score a file of answers.",
    ),
    "check": CommandPlace(
        "score_command",
        "check",
        "Say everything that is wrong with an instrument.",
    ),
    "instrument": CommandPlace(
        "instruments",
        "instrument",
        "Instruments at the desk: as a workbook and back, compared, as an XLSForm.",
    ),
    "criteria": CommandPlace(
        "criteria_command",
        "show_criteria",
        "Print what a province is assessed by: criteria with status and source, versions, agreements.",
    ),
    "verify": CommandPlace(
        "safekeeping",
        "verify",
        "Recompute the chain of every period; prints the last hash of each, to be noted elsewhere.",
    ),
    "backup": CommandPlace(
        "safekeeping",
        "backup",
        "Copy the database into one file while the bot runs, and verify the copy.",
    ),
    "restore": CommandPlace(
        "safekeeping",
        "restore",
        "Put a copy in the place of a lost database, verified, so that the bot goes on from it.",
    ),
    "forget": CommandPlace(
        "forget_command",
        "forget",
        "Erase a person: names, account and words go, seats end, and the record is still whole.",
    ),
    "privacy": CommandPlace(
        "privacy_command",
        "privacy",
        "Print or set what people are told about their data, and for how many days what is kept.",
    ),
    "tidy": CommandPlace(
        "tidy_command",
        "tidy",
        "Remove what was kept long enough: old messages, failed updates, links, files taken back.",
    ),
    "export": CommandPlace(
        "export_command",
        "export",
        "Write the log of staff actions, the reminders, the answers or the totals of a period as "
        "a file.",
    ),
    "recap": CommandPlace(
        "paper_commands",
        "recap",
        "Write the recap of a region, to be signed: every figure with its points, and both totals.",
    ),
    "papers": CommandPlace(
        "paper_commands",
        "papers",
        "Papers to be signed: make, list what was made, set letterhead and signers.",
    ),
    "bundle": CommandPlace(
        "bundle_command",
        "bundle",
        "Write the evidence of a region or a province as an archive, with an index of hashes.",
    ),
    "close": CommandPlace(
        "close_command",
        "close",
        "End the season of a province: show what is open and each city's result, then close.",
    ),
    "doctor": CommandPlace(
        "doctor_command",
        "doctor",
        "Examine the installation, beside the running bot or without it; exit code 1 where "
        "something fails.",
    ),
    "failed": CommandPlace(
        "failed_command",
        "failed",
        "Updates that could not be handled: list, show, replay, drop.",
    ),
}
"""In the order in which they are listed; a line is the first of the command's own help."""


class LoadedCommands(Mapping[str, Any]):
    """The commands as typer knows them; one that is asked for is imported."""

    def __getitem__(self, name: str) -> Any:
        place = PLACES[name]
        with uncollected():
            known = getattr(import_module(f"bot.cli.{place.module}"), place.attribute)
        if isinstance(known, typer.Typer):
            return in_language(get_command(known))
        alone = typer.Typer(
            add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
        )
        alone.command(name)(known)
        return in_language(get_command(alone))

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


def in_language(command: Any) -> Any:
    """Put the texts of a command, and of those in it, into the terminal's language."""
    command.help = known_as(cleandoc(command.help or ""))
    for parameter in command.params:
        if text := getattr(parameter, "help", None):
            parameter.help = known_as(text)
    for inner in getattr(command, "commands", {}).values():
        in_language(inner)
    return command


class AllCommands(Commands):
    """The group of all commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.help = known_as(self.help or "")
        self.commands = LoadedCommands()  # type: ignore[assignment]

    def list_commands(self, _: Any) -> list[str]:
        """Return the names in the order in which they are listed."""
        return list(PLACES)

    def shell_complete(self, context: Any, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, with their lines; the options where one is begun."""
        if incomplete.startswith("-"):
            return super().shell_complete(context, incomplete)
        return [
            CompletionItem(name, help=known_as(place.line))
            for name, place in PLACES.items()
            if name.startswith(incomplete)
        ]

    def format_commands(self, _: Any, formatter: Any) -> None:
        """Write the list of commands from their lines, without importing any of them."""
        limit = formatter.width - 6 - max(map(len, PLACES))
        rows = [
            (name, TyperCommand(name, help=known_as(place.line)).get_short_help_str(limit))
            for name, place in PLACES.items()
        ]
        with formatter.section(phrase("Commands")):
            formatter.write_dl(rows)
