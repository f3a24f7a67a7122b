"""Sections on judges: code of others for the local Bot API server, changed lines for the tests."""

from __future__ import annotations

from typing import Any

from benchmarks.mutation import TESTS

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
MUTATION = """
## Do the tests notice a changed line of `{package}`?

{tried} of {mutants:,} mutants, drawn by seed {seed}: a function with one small change, as mutmut makes them.
The tests that call the function (of {tests}) run until one fails; what was imported or computed before
it was changed is forgotten, or imported anew. **{share:.1%}** were noticed: {counts}.
What came through (*untested*: by other tests only), and what became of it: `docs/decisions/figures.md`.

```diff
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


def mutation(kept: dict[str, Any], package: str) -> str:
    """The share of changed lines that were noticed, and those that were not."""
    head = MUTATION.format(
        package=package,
        tried=kept["tried"],
        mutants=kept["mutants"],
        seed=kept["seed"],
        tests=", ".join(f"`{folder}`" for folder in TESTS[package]),
        share=kept["share_noticed"],
        counts=", ".join(f"{count} {result}" for result, count in kept["result"].items()),
    )
    lines = [line for name, diff in kept["survivors"].items() for line in (f"# {name}", *diff)]
    return head + "\n".join(lines) + "\n```\n"
