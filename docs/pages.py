"""Makes what follows the code: commands, errors, licences, docs/schema, README.md's commands; and holidays.

`.ci/env --dev python -m docs.pages` writes them. A test compares them with what the code says
now, and names this command where they differ.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import typer
from typer.main import get_command
from typer.testing import CliRunner

from bot import holidays
from bot.cli import app
from bot.cli.doctor_command import WRONG
from bot.cli.proving import REASONS
from bot.demo.rehearsal.rehearsal_problems import OWN as REHEARSALS
from bot.imports.import_problems import OWN as IMPORTS
from bot.instruments.instrument_problems import OWN as INSTRUMENTS
from bot.roster.roster_problems import OWN as ROSTERS
from docs.materials import licences_page
from docs.official_holidays import holidays_table
from docs.schemas import schemas
from flows.model.roles import EVERYBODY, STAFF, Role
from flows.route_table import TABLE
from messages import menu_line
from scoring.errors import CATALOGUE, REFUSALS, ErrorEntry
from scoring.migration import OWN as MAPS

Code = TypeVar("Code", bound=str)
FOLDER = Path(__file__).parent
MADE = "<!-- Made by `.ci/env --dev python -m docs.pages`; do not edit. -->"
WIDTH = 96
CLI = f"""# The command line

{MADE}

`peduli-ham` and its commands, as `--help` tells of them. Exit codes: 0 done; 1 examined and found broken; 2
cannot be done as asked, with one line on standard error for each fault. The settings are those of
[README.md](../README.md).
"""
ERRORS = f"""# What can be wrong

{MADE}

Every code that the program prints, what it means and how to fix it. Words in *italics* stand for what is
told in their place. A problem in a file is printed as `code file:line: meaning — fix`; a workbook has its
cell in place of the line. Marked *warning*, it does not hold the file up.
"""
README = FOLDER.parent / "README.md"
COMMANDS = re.compile(r"(?<=<!-- commands -->\n).*?(?=<!-- /commands -->)", re.S)
"""Where the table of the chat's commands stands in README.md."""
ROLES = {
    Role.CONTACT: "contact",
    Role.COORDINATOR: "Bagian Hukum",
    Role.SECRETARY: "Sekretaris",
    Role.BUREAU: "Biro Hukum",
    Role.KANWIL: "Kanwil",
    Role.READER: "reader",
    Role.ADMIN: "administrator",
}


def main() -> None:
    """Write the pages, the commands into README.md, and the holidays that the bot ships with."""
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    for name, text in schemas().items():
        (FOLDER / "schema" / name).write_text(text, encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
    holidays.TABLE.write_text(holidays_table(), encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the text of each page by the name of its file."""
    return {
        "cli.md": cli_page(),
        "errors.md": errors_page(),
        "licences.md": licences_page(MADE),
    }


def readme() -> str:
    """Return README.md with the table of the chat's commands as routes and English labels have it now."""
    return COMMANDS.sub(lambda _: commands_table(), README.read_text(encoding="utf-8"))


def commands_table() -> str:
    """Return the chat's commands, in the order of the menus: for whom each is, and its line there."""
    roles: dict[str, set[Role]] = {}
    for route in TABLE.shown:
        roles.setdefault(route.name, set()).update(route.roles)
    routes = {route.name: route for route in TABLE.shown}
    lines = ["| command | for | in groups | does |", "|---|---|---|---|"]
    for name, route in routes.items():
        whom = ", ".join(word for role, word in ROLES.items() if role in roles[name])
        whom = {EVERYBODY: "everybody", STAFF: "all staff"}.get(frozenset(roles[name]), whom)
        several = " with several seats" if route.several else ""
        groups = "yes" if route.group else ""
        text = cell(menu_line(name, "en"))
        lines.append(f"| `/{name}` | {whom}{several} | {groups} | {text} |")
    return "\n".join((*lines, ""))


def cli_page() -> str:
    """Return the reference of the command line, one section for each command."""
    parts = [CLI]
    for words in ((), *command_names()):
        title = " ".join(("peduli-ham", *words))
        parts.append(f"## {title}\n\n```text\n{help_text(words)}\n```\n")
    return "\n".join(parts)


def command_names() -> Iterator[tuple[str, ...]]:
    """Yield the words of every command and of every group, in the order of the help."""

    def walk(group: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        context = typer.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            yield (*words, name)
            if hasattr(command, "list_commands"):
                yield from walk(command, (*words, name))

    return walk(get_command(app), ())


def help_text(words: Iterable[str]) -> str:
    """Return what `--help` prints for these words, at a width that no terminal changes."""
    result = CliRunner().invoke(
        app,
        [*words, "--help"],
        prog_name="peduli-ham",
        terminal_width=WIDTH,
        max_content_width=WIDTH,
    )
    return "\n".join(line.rstrip() for line in result.stdout.strip().splitlines())


def errors_page() -> str:
    """Return the catalogue of errors, one table for each place that they come from.

    Raises KeyError for a code that nothing explains.
    """
    own = tomllib.loads((FOLDER / "errors.toml").read_text(encoding="utf-8"))
    doctor = {code: tuple(own["doctor"][code]) for code in WRONG}
    answers = {code: (text, own["answers"][code]) for code, text in REFUSALS.items()}
    verify = {code: (text, own["verify"][code]) for code, text in REASONS.items()}
    return "\n".join(
        [
            ERRORS,
            *section("Any file that is read strictly", "`check`, `score`, `setup`.", of(CATALOGUE)),
            *section("Rosters", "`setup`, `previous`, and rosters sent in chat.", of(ROSTERS)),
            *section(
                "Instruments in workbooks",
                "`instrument from-xlsx`, in Indonesian, with the codes above.",
                of(INSTRUMENTS),
            ),
            *section("Maps between instruments", "`instrument compare --map`.", of(MAPS)),
            *section(
                "Files of answers and their maps", "`import`, with the codes above.", of(IMPORTS)
            ),
            *section("Rehearsals", "`rehearse`.", of(REHEARSALS)),
            *section("Answers", "Behind `answer_refused`; in chat a template words them.", answers),
            *section("doctor", "In the key `wrong` of `doctor --json`.", doctor),
            *section("verify", "By its words: `BROKEN at entry …`, with one of these.", verify),
        ]
    )


def of(entries: Mapping[Code, ErrorEntry]) -> dict[Code, tuple[str, str]]:
    """Return meaning and fix of each entry of a catalogue."""
    return {
        code: (
            entry.message,
            f"{entry.fix} *warning*" if entry.severity == "warning" else entry.fix,
        )
        for code, entry in entries.items()
    }


def section(title: str, where: str, codes: Mapping[Code, Iterable[str]]) -> Iterator[str]:
    """Yield the lines of one table."""
    yield f"## {title}\n\n{where}\n\n| code | it means | how to fix it |\n|---|---|---|"
    for code, words in codes.items():
        yield f"| `{code}` | {' | '.join(map(cell, words))} |"
    yield ""


def cell(text: str) -> str:
    """Return a text for a cell of a table, with its parameters in italics."""
    text = re.sub(r"`\{(\w+)\}`", r"{\1}", text.replace("|", "\\|"))
    text = re.sub(r"`[^`]*`", in_code, text)
    text = re.sub(r"(?<!\{)\{(\w+)\}(?!\})", r"*\1*", text)
    return text.replace("{{", "{").replace("}}", "}")


def in_code(span: re.Match[str]) -> str:
    """Return a span of code with its parameters in capitals: there are no italics in it."""
    return re.sub(r"(?<!\{)\{(\w+)\}(?!\})", lambda name: name[1].upper(), span[0])


if __name__ == "__main__":
    main()
