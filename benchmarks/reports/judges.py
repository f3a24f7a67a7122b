"""Sections on the local Bot API server, judged by code that others wrote."""

from __future__ import annotations

from typing import Any

ORACLE = """
## The local server against Telegram's own code

Most other figures come from the server in `bot/demo/botapi`, so it is held to TDLib, which the package
`tdjson` carries and which reads texts without a network. Random texts of each kind, and the messages that the
transcripts of the tests make of {rendered} of the {templates} templates (most of the others are parts of
messages, or said by the bot's workers), are read by both; refusals must agree word by word. *HTML to the
message* puts TDLib's answers together as its sending does. Not compared, for TDLib cannot be asked: the
trimming of the ends (done by its published rules), telephone numbers (found by Telegram's servers), letters
younger than Python's tables, what Telegram's servers limit (the text of a button), and `tonsite://` within a
text, of which TDLib itself marks a part only.

| | texts | taken by TDLib | differences |
|---|---|---|---|
"""
ANSWERS = """
## The local server's objects by others' types

Every method that the server has but `logOut` and `close` ({methods}), and every kind of update, recorded over
HTTP: aiogram's models, where a field that the model does not know is a fault; `@grammyjs/types` by
TypeScript's compiler, each answer a literal of its method's type.

| judge | answers | do not fit |
|---|---|---|
"""


def oracle(kept: dict[str, Any]) -> str:
    """The table of the comparison with TDLib."""
    head = ORACLE.format(rendered=kept["templates_rendered"], templates=kept["templates"])
    lines = [
        f"| {kind} | {one['cases']:,} | {one['taken']:,} | **{one['differences']:,}** |"
        for kind, one in kept["result"].items()
    ]
    return head + "\n".join(lines) + "\n"


def answers(kept: dict[str, Any]) -> str:
    """The table of the types."""
    lines = [
        f"| {judge} | {one['answers']:,} | **{one['faults']:,}** |"
        for judge, one in kept["result"].items()
    ]
    return ANSWERS.format(methods=kept["methods"]) + "\n".join(lines) + "\n"
