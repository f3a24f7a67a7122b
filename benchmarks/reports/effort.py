"""The section on what a piece of work takes a person."""

from __future__ import annotations

from typing import Any

EFFORT = """
## What a piece of work takes

Rehearsals (`tests/rehearsals`) played with the real bot over HTTP. Counted for the person who does the work:
taps (links, keys and files among them), typed messages, messages that the bot sent or changed in that chat
(toasts left out), their words without buttons (of a changed message the lines that are new, of a folded
quotation the three lines that Telegram shows), and the seconds of reading at {speed} words a second;
*first*: to the end of the first sentence of the first message. A bound that is not kept stands in bold.

| work | taps | typed | files | messages | words | reading, s | first, s | bound | rehearsal |
|---|---|---|---|---|---|---|---|---|---|
"""


def effort(kept: dict[str, Any]) -> str:
    """One line for each piece of work, in the order in which they were played."""
    lines = [
        f"| {row['work']} | {row['taps']} | {row['typed']} | {row['files']} | {row['messages']}"
        f" | {row['words']} | {row['reading']} | {row['first']} | {_bound(row)} | {row['rehearsal']} |\n"
        for row in kept["rows"]
    ]
    return EFFORT.format(speed=kept["speed"]) + "".join(lines)


def _bound(row: dict[str, Any]) -> str:
    text = ", ".join(f"{name} ≤ {most}" for name, most in row["bounds"].items())
    return f"**{text}**" if row["exceeded"] else text
