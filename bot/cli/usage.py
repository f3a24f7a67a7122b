"""The words of the library that reads command lines, in the terminal's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import typer.core
from typer._click.formatting import HelpFormatter
from typer.core import TyperGroup

from bot.terminal import known_as, phrase, terminal_language

WRONG = {
    r"Missing argument '(.*)'\.": "Argumen '{}' belum diberikan.",
    r"Missing option '(.*)'\.": "Opsi '{}' belum diberikan.",
    r"Missing command\.": "Perintahnya belum diberikan.",
    r"Invalid value for '(.*?)': (.*)": "Nilai untuk '{}' tidak dapat dipakai: {}",
    r"Invalid value: (.*)": "Nilai itu tidak dapat dipakai: {}",
    r"No such command '(.*?)'\.": "Tidak ada perintah '{}'.",
    r"No such command '(.*?)'\. Did you mean (.*)\?": "Tidak ada perintah '{}'. Maksud Anda {}?",
    r"No such option: (\S+)": "Tidak ada opsi {}.",
    r"No such option: (\S+) \(Possible options: (.*)\)": "Tidak ada opsi {}. Maksud Anda: {}?",
    r"Option '(.*)' requires an argument\.": "Opsi '{}' memerlukan nilai.",
    r"Option '(.*)' requires (\d+) arguments\.": "Opsi '{}' memerlukan {} nilai.",
    r"Option '(.*)' does not take a value\.": "Opsi '{}' tidak memakai nilai.",
    r"Got unexpected extra argument\(s\) \((.*)\)": "Ada argumen yang berlebih ({}).",
}
"""What can be wrong with a command line, as the library says it."""
WANTED = {
    r"(.*) is not one of (.*)": "{} bukan salah satu dari {}",
    r"(.*) is not a valid int(?:eger)?\.": "{} bukan bilangan bulat",
    r"(.*) is not a valid float\.": "{} bukan bilangan",
    r"(.*) is not in the range x>=(.*)\.": "{} terlalu kecil, paling kecil {}",
    r"(.*) is not in the range x<=(.*)\.": "{} terlalu besar, paling besar {}",
    r"(.*) is not in the range (.*)<=x<=(.*)\.": "{} di luar {} sampai {}",
}
"""What a value should be, as the library says it."""


class Formatter(HelpFormatter):
    """Lays help out, with its own few words in the terminal's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        super().write_usage(prog, args, prefix or phrase("Usage: "))

    def write_dl(self, rows: Any, *given: Any, **more: Any) -> None:
        """Write a list of terms with their explanations."""
        super().write_dl([(term, known_as(text)) for term, text in rows], *given, **more)


def use_terminal_language() -> None:
    """Let the library speak the terminal's language."""
    TyperGroup.context_class.formatter_class = Formatter
    vars(typer.core)["_"] = known_as  # where the library has gettext


def what_is_wrong(error: Any) -> str:
    """Return the library's words for a wrong option or argument."""
    message: str = error.format_message() if hasattr(error, "format_message") else str(error)
    return message if terminal_language() == "en" else _translated(message, WRONG)


def _translated(message: str, texts: Mapping[str, str]) -> str:
    """Return what a text says in Indonesian, its parts too; a text that is not known as it is."""
    for pattern, indonesian in texts.items():
        if match := re.fullmatch(pattern, message, re.S):
            return indonesian.format(*(_translated(part, WANTED) for part in match.groups()))
    return message
