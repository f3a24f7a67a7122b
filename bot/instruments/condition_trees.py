"""From the rows of the sheet of conditions to a condition as the files have it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.instruments.condition_expressions import OTHER
from bot.instruments.tree import Leaf, Tree
from bot.instruments.workbook_cells import SheetLine
from scoring.conditions import Operator


def tree_of(lines: Sequence[SheetLine]) -> Tree:
    """Return the condition that these rows make."""
    joint = next((text for line in lines if (text := line.text("joint"))), "all")
    groups: dict[str, list[Tree]] = {}
    for place, line in enumerate(lines):
        groups.setdefault(line.text("group") or f" {place}", []).append(_test(line))
    parts: list[Tree] = [
        tests[0] if len(tests) == 1 else {OTHER.get(joint, "any"): tests}
        for tests in groups.values()
    ]
    return parts[0] if len(parts) == 1 else {joint: parts}


def _test(line: SheetLine) -> Tree:
    tree: dict[str, Tree] = {}
    if line.text("other"):
        tree["indicator"] = Leaf(line.text("other"), line.cell("other"), is_bare=True)
    tree["input"] = Leaf(line.text("code"), line.cell("code"))
    operator, cell = line.text("operator") or Operator.EQUALS, line.cell("value")
    texts = [text.strip() for text in line.text("value").split(";")]
    values: list[Tree] = [Leaf(text.replace(",", "."), cell, is_bare=True) for text in texts]
    tree[operator] = values if operator == Operator.ONE_OF else values[0]
    return tree
