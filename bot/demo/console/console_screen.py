"""What the console shows: messages as text in their own type, buttons with numbers to press them by."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.demo.botapi import SimulatedPerson
from bot.demo.botapi.state import ChatMessage
from bot.demo.console import words
from bot.terminal import known_as

STYLES = {"bold": "bold", "italic": "italic", "underline": "underline", "strikethrough": "strike",
          "code": "cyan", "pre": "cyan", "text_link": "underline"}  # fmt: skip
FILES = {"photo": "photo", "document": "file", "voice": "voice message"}
INDENT = 2
WIDE, UNBROKEN = 100, 100_000


def make_console(*, is_terminal: bool) -> Console:
    """Return standard output; piped, a line is as wide as a message may need."""
    return Console(width=None if is_terminal else WIDE, highlight=False, markup=False, emoji=False)


def styled(message: ChatMessage) -> Text:
    """Return the text of a message with its styles; entities count in UTF-16 units."""
    raw = message.text.encode("utf-16-le")

    def at(unit: int) -> int:
        return len(raw[: unit * 2].decode("utf-16-le", "ignore"))

    text = Text(message.text)
    for entity in message.entities:
        style = STYLES.get(entity["type"])
        if style:
            text.stylize(style, at(entity["offset"]), at(entity["offset"] + entity["length"]))
    return text


def attachment(message: ChatMessage) -> str:
    """Return what is attached, in brackets."""
    for kind, word in FILES.items():
        if kind in message.body:
            content = message.body[kind]
            name = content.get("file_name", "") if isinstance(content, dict) else ""
            return f"[{known_as(word)}{f': {name}' if name else ''}]"
    return ""


def reactions(message: ChatMessage) -> str:
    """Return the emoji that were put on a message."""
    given = (one for all_of in message.reactions.values() for one in all_of)
    return "".join(str(one.get("emoji", "")) for one in given)


def show_message(console: Console, message: ChatMessage, who: str, firsts: list[int]) -> None:
    """Show a message, who says it, and its buttons, numbered from `firsts` in each row."""
    edited = f" {known_as(words.EDITED)}" if message.edited else ""
    given = f" {put}" if (put := reactions(message)) else ""
    console.print(
        Text(f"{who}{edited}{given}:", style="bold cyan" if message.from_bot else "bold green")
    )
    body = styled(message)
    if attached := attachment(message):
        body = Text(attached, style="magenta") + Text("\n" if message.text else "") + body
    _indented(console, body)
    for row, first in zip(message.rows, firsts, strict=True):
        _indented(console, _buttons(row, first))


def _indented(console: Console, body: Text) -> None:
    """Show a text beneath a name; wrapped where somebody watches, whole where a program reads."""
    width = console.width - INDENT if console.is_terminal else UNBROKEN
    for line in body.wrap(console, width):
        line.rstrip()
        console.print(Text(" " * INDENT) + line if line else line, soft_wrap=True)


def _buttons(row: list[dict[str, Any]], first: int) -> Text:
    text = Text()
    for number, button in enumerate(row, first):
        text.append("   " if text else "")
        text.append(f"/{number} ", style="bold yellow")
        text.append(f"[{button['text']}]", style="yellow")
    return text


def heading(console: Console, text: str) -> None:
    """Show a line that sets off what follows."""
    console.print(Rule(Text(text, style="bold"), align="left", style="dim"))


def show_people(
    console: Console, people: list[SimulatedPerson], current: SimulatedPerson | None
) -> None:
    """Show everybody, with the numbers by which they are chosen."""
    for number, person in enumerate(people, 1):
        here = "▸" if current is not None and person.id == current.id else " "
        state = "" if person.chat.started else f" · {known_as(words.NOT_YET)}"
        line = f"{here}{number:>3}  {person.account.label} — {person.account.first_name}{state}"
        console.print(Text(line, style="bold" if here == "▸" else ""))


def show_help(console: Console, rows: tuple[tuple[str, str], ...]) -> None:
    """Show the commands and what they do."""
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    made.add_column(no_wrap=True)
    made.add_column()
    for name, does in rows:
        made.add_row(Text(known_as(name), style="bold"), Text(known_as(does)))
    console.print(made)
