"""Measures the code itself: sizes, docstrings, comments, and which names are bound most often.

`python -m benchmarks.house` prints the table of docs/decisions/figures.md for this checkout, and
`python -m benchmarks.house FOLDER` for another. By the syntax tree; tests and benchmarks are left out.
"""

from __future__ import annotations

import ast
import io
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PARTS = ("scoring", "flows", "messages", "bot")
THEATRE = ("bot/demo",)
"""Shown apart as well: what no office ever uses."""
SHORT = 3  # names of fewer letters are loop variables
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Figures:
    """What was counted in some modules."""

    modules: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    documented: int = 0
    typed: int = 0
    comments: int = 0
    bound: Counter[str] = field(default_factory=Counter)

    def add(self, text: str) -> None:
        """Count one module."""
        self.modules.append(text.count("\n"))
        self.comments += sum(
            token.type == tokenize.COMMENT
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
        )
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, Function):
                self.functions.append((node.end_lineno or 0) - node.lineno + 1)
                self.documented += ast.get_docstring(node) is not None
                self.typed += node.returns is not None
            self.bound.update(name for name in bound_by(node) if len(name) >= SHORT)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield the label and the value of each line of the table."""
        sizes, lengths = sorted(self.modules), sorted(self.functions)
        lines, functions = sum(sizes), len(lengths)
        ninth = lengths[min(functions - 1, functions * 9 // 10)]
        yield "files / lines", f"{len(sizes)} / {lines:,}"
        yield "median / largest module", f"{statistics.median(sizes):.0f} / {sizes[-1]}"
        yield (
            "function: median / nine tenths up to / longest",
            f"{statistics.median(lengths):.0f} / {ninth} / {lengths[-1]}",
        )
        yield "functions with a return type", f"{100 * self.typed / functions:.0f} %"
        yield "functions with a docstring", f"{100 * self.documented / functions:.0f} %"
        yield "comments per 100 lines", f"{100 * self.comments / lines:.1f}"
        most = ", ".join(f"{name} {count}" for name, count in self.bound.most_common(8))
        yield "names bound most often", most


def bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that this node binds: targets, parameters; `self` and `cls` aside."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.arg) and node.arg not in {"self", "cls"}:
        yield node.arg


def measured(root: Path) -> dict[str, Figures]:
    """Return the figures of each part, of the demo within `bot`, and of all."""
    measurements = {name: Figures() for name in (*PARTS, *THEATRE, "all")}
    for part in PARTS:
        for path in sorted((root / part).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(root).as_posix()
            for other, figures in measurements.items():
                if other == "all" or name.startswith(f"{other}/"):
                    figures.add(text)
    return {name: figures for name, figures in measurements.items() if figures.modules}


def table(measurements: dict[str, Figures]) -> str:
    """Return the figures as a table for a page."""
    lines = [f"| | {' | '.join(measurements)} |", "|---" * (len(measurements) + 1) + "|"]
    columns = [dict(figures.rows()) for figures in measurements.values()]
    rows = (
        f"| {label} | {' | '.join(column[label] for column in columns)} |" for label in columns[0]
    )
    return "\n".join([*lines, *rows])


def main(arguments: Sequence[str]) -> None:
    """Print the table of one checkout."""
    print(table(measured(Path(arguments[0] if arguments else Path(__file__).parent.parent))))


if __name__ == "__main__":
    main(sys.argv[1:])
