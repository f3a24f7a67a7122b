"""From the rows of a workbook to the texts of an instrument's files, each line with its cell."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from bot.instruments.condition_trees import tree_of
from bot.instruments.instrument_problems import WorkbookProblems, own
from bot.instruments.layout import layout
from bot.instruments.numbering import best_first, once, slug
from bot.instruments.rows import ADDEND, GATE, VALUES
from bot.instruments.tree import Leaf, Tree, as_yaml, put
from bot.instruments.workbook_cells import Book, SheetLine
from bot.roster.headings import plain
from scoring.errors import Code, OwnCode, nearest
from scoring.fields import CODE
from scoring.indicators import BANDED, RULE_KEYS
from scoring.load import MAIN, TREATMENTS
from scoring.model import InputKind
from scoring.question_kinds import FIGURES, FROM_OPTIONS
from scoring.source import Node

DERIVED = {  # what a code is made from where none is given
    "rights": "short",
    "components": "name",
    "indicators": "short",
    "inputs": "name",
    "options": "label",
    "ratings": "name",
    "return_reasons": "label",
}
WAYS = {  # the roles of the inputs of each rule
    "ratio": ("numerator", "denominator"),
    "share_lost": ("before", "after"),
    "count": ("input",),
    "number": ("input",),
    "sum": (ADDEND,),
    "choice": ("input",),
    "choices": ("input",),
    "choices_count": ("input",),
    "yes_no": ("input",),
    "document": ("input",),
}
USUAL = {  # the kind of the input of a rule, where the row does not say it
    "choice": "choice",
    "choices": "choices",
    "choices_count": "choices",
    "yes_no": "yes_no",
    "document": "document",
}
OF_BANDS = ("unit", "better", "precision")
APART = ("right", "holes", "component", "number", "code")
"""Columns of an indicator that are not simply put at their path."""
COMMENT = "Dibuat dari buku kerja; lebih mudah disunting di sana."
UNREAD = "?"
TreeTable = dict[str, Tree]


class Built(Struct):
    """The files by name, the cell of each of their lines, and where optional cells were left empty."""

    files: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[str, int], int] = field(default_factory=dict)
    left: dict[tuple[int, str], int] = field(default_factory=dict)


def build(book: Book, problems: WorkbookProblems) -> Built:
    """Return the files that a workbook makes; what does not fit together is noted with its cell."""
    return _Builder(book, problems).built()


class _Builder:
    def __init__(self, book: Book, problems: WorkbookProblems) -> None:
        self.book = book
        self.problems = problems
        self.made = Built()
        self.lines = once(book.tables["indicators"], book.file, problems)
        self.indicators = {line.text("number"): line for line in self.lines}

    def built(self) -> Built:
        """Return all files."""
        rights = self._rights()
        self._add(MAIN, self._main(rights))
        inside: dict[str, list[SheetLine]] = {code: [] for code in rights}
        for line in self.lines:
            if (code := self._right_of(line, rights)) is not None:
                inside[code].append(line)
        parts: dict[str, list[SheetLine]] = {code: [] for code in rights}
        for line in self.book.tables["components"]:
            if (code := self._right_of(line, rights)) is not None:
                parts[code].append(line)
        for key in ("inputs", "options", "conditions", "bands", "evidence", "limits"):
            for line in self.book.tables[key]:
                self._known_indicator(line)
        for code, line in rights.items():
            self._add(f"{code}.yaml", self._right(line, parts[code], inside[code]))
        return self.made

    def _add(self, name: str, tree: TreeTable) -> None:
        self.made.files[name], cells = as_yaml(tree, COMMENT)
        self.made.cells |= {(name, line): cell for line, cell in cells.items()}

    def _rights(self) -> dict[str, SheetLine]:
        """Return the rows of the rights by code: a code becomes the name of a file."""
        rights: dict[str, SheetLine] = {}
        for line in self.book.tables["rights"]:
            code = self._code(line).text
            if not code:
                self._note("empty_text", line.cell("short"), key="short")
            elif not CODE.fullmatch(code) or f"{code}.yaml" == MAIN:
                self._note("bad_code", line.cell("code"), text=code)
            elif code in rights:
                self._note("duplicate_code", line.cell("code"), code=code, what="the rights")
            else:
                rights[code] = line
        return rights

    def _right_of(self, line: SheetLine, rights: dict[str, SheetLine]) -> str | None:
        """Return the code of the right that a row names by its code or its names."""
        text = line.text("right")
        for code, right in rights.items():
            if plain(text) in (code, plain(right.text("short")), plain(right.text("name"))):
                return code
        if not text:
            self._note("empty_text", line.cell("right"), key="right")
        elif self.book.tables["rights"]:
            names = [one.text("short") or one.text("name") for one in rights.values()]
            self._unknown(line, "right", "the rights", names)
        return next(iter(rights), None)

    def _known_indicator(self, line: SheetLine) -> None:
        text = line.text("indicator")
        if not text and line.sheet.column("indicator").required:
            self._note("empty_text", line.cell("indicator"), key="indicator")
        elif text and text not in self.indicators:
            self._unknown(line, "indicator", "the indicators", self.indicators)

    def _unknown(self, line: SheetLine, key: str, what: str, known: Iterable[str]) -> None:
        text, allowed = line.text(key), list(known)
        params = {"text": text, "what": what, "allowed": ", ".join(allowed)}
        self._note("unknown_reference", line.cell(key), nearest(text, allowed), **params)

    def _main(self, rights: dict[str, SheetLine]) -> TreeTable:
        fields = self.book.fields
        tree: TreeTable = {}
        for column in fields.sheet.columns:
            if column.key not in ("missing", "indicators"):
                self._put(tree, fields, column.key)
        for key, treatment in TREATMENTS.items():
            cell = fields.cell(f"settings.{key}.source.text")
            put(tree, f"settings.{key}.treatment", Leaf(treatment, cell))
        if fields.text("missing"):
            tree["missing"] = _items(fields, "missing")
        count = Leaf(str(len(self.indicators)), fields.cell("indicators"), is_bare=True)
        tree["indicators"] = fields.leaf("indicators") or count
        tree["rights"] = [Leaf(code, line.first) for code, line in rights.items()]
        tree["ratings"] = [self._simple(row) for row in self.book.tables["ratings"]]
        reasons = [self._reason(row) for row in self.book.tables["return_reasons"]]
        if reasons:
            tree["return_reasons"] = list(reasons)
        self._limits(tree, "")
        return tree

    def _put(self, tree: TreeTable, line: SheetLine, key: str, *, needed: bool = False) -> None:
        leaf = line.leaf(key, needed=needed)
        if leaf is not None:
            put(tree, key, leaf)
        elif key in line.cells:
            self.made.left[line.first, key] = line.cells[key]

    def _code(self, line: SheetLine) -> Leaf:
        """Return the code of a row, or one that is made from its name."""
        if text := line.text("code"):
            return Leaf(text, line.cell("code"))
        key = DERIVED[line.sheet.key]
        joint = "_" if line.sheet.key == "inputs" else "-"
        return Leaf(slug(line.text(key), joint), line.cell(key))

    def _simple(self, line: SheetLine, but: Iterable[str] = ()) -> TreeTable:
        """Return a row with its columns put at their paths, without the columns that are named."""
        tree: TreeTable = {}
        for column in line.sheet.columns:
            if column.key == "code":
                tree["code"] = self._code(line)
            elif column.key not in but:
                self._put(tree, line, column.key)
        return tree

    def _reason(self, line: SheetLine) -> TreeTable:
        tree = self._simple(line, but=("points",))
        if line.text("points"):
            tree["points"] = _items(line, "points")
        return tree

    def _right(
        self, line: SheetLine, parts: list[SheetLine], indicators: list[SheetLine]
    ) -> TreeTable:
        tree = self._simple(line, but=("code",))
        del tree["code"]
        if parts:
            tree["components"] = [self._simple(part, but=("right",)) for part in parts]
        tree["indicators"] = [self._indicator(indicator) for indicator in indicators]
        return tree

    def _mine(self, key: str, indicator: SheetLine) -> list[SheetLine]:
        indicator_no = indicator.text("number")
        return [row for row in self.book.tables[key] if row.text("indicator") == indicator_no]

    def _indicator(self, line: SheetLine) -> TreeTable:
        kind = line.text("rule.kind")
        banded = kind in BANDED
        bands = best_first(self._mine("bands", line))
        tree: TreeTable = {}
        self._put(tree, line, "number")
        tree["code"] = self._code(line)
        if line.text("component"):
            tree["component"] = self._component(line)
        elif "component" in line.cells:
            self.made.left[line.first, "component"] = line.cells["component"]
        for column in line.sheet.columns:
            key = column.key
            group, _, rest = key.partition(".")
            if key in APART or group == "bands":
                continue
            if group == "left_out" and not line.text("left_out.text"):
                continue  # assessed, as nearly all are: a status alone says nothing
            if group == "rule" and rest != "kind" and not rest.startswith("source"):
                self._put_of_rule(tree, line, key, kind)
            else:
                self._put(tree, line, key, needed=banded and key in OF_BANDS)
        if banded and line.text("holes"):
            tree["holes"] = _items(line, "holes")
        self._inputs(tree, line, kind)
        self._condition(tree, line.text("number"), "")
        if bands:
            rows: list[Tree] = [self._band(band, line) for band in bands]
            tree["bands"] = {"rows": rows}
            self._put(tree, line, "bands.source.text")
            self._put(tree, line, "bands.source.status")
        papers = [self._simple(one, but=("indicator",)) for one in self._mine("evidence", line)]
        tree["evidence"] = list(papers)
        self._limits(tree, line.text("number"))
        return tree

    def _put_of_rule(self, tree: TreeTable, line: SheetLine, key: str, kind: str) -> None:
        """Put a value that some rules need; under another rule the reader reports it as unused."""
        applies = key.split(".")[1] in RULE_KEYS.get(kind, ())
        if applies:
            self._put(tree, line, key, needed=True)
        elif line.text(key) and key != "rule.whole" and kind in RULE_KEYS:
            self._put(tree, line, key)

    def _component(self, line: SheetLine) -> Leaf:
        """Return the code of a component, which may be named by its name."""
        text, cell = line.text("component"), line.cell("component")
        for component in self.book.tables["components"]:
            code = self._code(component).text
            if plain(text) in (code, plain(component.text("name"))):
                return Leaf(code, cell)
        return Leaf(text, cell)

    def _band(self, line: SheetLine, indicator: SheetLine) -> TreeTable:
        tree = self._simple(line, but=("indicator", "source.text", "source.status"))
        if line.text("source.text") or line.text("source.status"):
            _put_source(tree, line, indicator, "bands.source")
        return tree

    def _inputs(self, tree: TreeTable, line: SheetLine, kind: str) -> None:
        """Put the inputs of an indicator, each of which has one role in its rule."""
        indicator_no, roles = line.text("number"), WAYS.get(kind, ())
        words = layout().table("inputs").column("role")
        way = layout().table("indicators").column("rule.kind").shown(kind)
        params = {"number": indicator_no, "way": way}
        leaves: dict[str, list[Tree]] = {}
        made: list[Tree] = []
        for input_line in self._mine("inputs", line):
            role, code = input_line.text("role"), self._code(input_line)
            shown = words.shown(role)
            if not role:
                self._note("empty_text", input_line.cell("role"), key="role")
            elif roles and role not in (*roles, GATE):
                close = None if shown in words.choices else nearest(shown, words.choices)
                allowed = ", ".join(map(words.shown, roles))
                more = params | {"role": shown, "allowed": allowed}
                self._note(own("role_unwanted"), input_line.cell("role"), close, **more)
            elif role in leaves and role not in (ADDEND, GATE):
                self._note(
                    own("role_twice"), input_line.cell("role"), number=indicator_no, role=shown
                )
            leaves.setdefault(role, []).append(Leaf(code.text, input_line.cell("role")))
            tree_of_input = self._input(input_line, kind)
            self._condition(tree_of_input, indicator_no, code.text)
            made.append(tree_of_input)
        for role in roles:
            if role not in leaves:
                sheet = layout().table("inputs").name
                more = params | {"role": words.shown(role), "sheet": sheet}
                self._note(own("role_missing"), line.cell("rule.kind"), **more)
            given = leaves.get(role, [Leaf(UNREAD, line.cell("rule.kind"))])
            if role == ADDEND:
                put(tree, "rule.inputs", given)
            else:
                put(tree, f"rule.{role}", given[0])
        tree["inputs"] = made
        self._options(made, line)

    def _condition(self, tree: TreeTable, indicator_no: str, code: str) -> None:
        """Put what a question hangs on, or the whole indicator where no question is named."""
        lines = [
            row
            for row in self.book.tables["conditions"]
            if (row.text("indicator"), row.text("input")) == (indicator_no, code)
        ]
        if lines:
            tree["relevant"] = tree_of(lines)

    def _input(self, line: SheetLine, kind: str) -> TreeTable:
        tree = self._simple(line, but=("indicator", "role", "kind", "unit"))
        usual = USUAL.get(kind, str(InputKind.COUNT))
        asked = line.text("kind") or usual
        tree["kind"] = Leaf(asked, line.cell("kind"))
        figures = asked in FIGURES
        self._put(tree, line, "unit", needed=figures)
        return tree

    def _options(self, inputs: list[Tree], indicator: SheetLine) -> None:
        lines = self._mine("options", indicator)
        chosen_from = {
            code.text: question
            for question in inputs
            if isinstance(question, dict)
            and isinstance(asked := question["kind"], Leaf)
            and isinstance(code := question["code"], Leaf)
            and asked.text in FROM_OPTIONS
        }
        first = next(iter(chosen_from), "")
        made: dict[str, list[Tree]] = {}
        for line in lines:
            if not chosen_from:
                indicator_no = indicator.text("number")
                self._note(own("no_choice"), line.cell("indicator"), number=indicator_no)
            elif line.text("input") not in ("", *chosen_from):
                self._unknown(line, "input", "the inputs", chosen_from)
            tree = self._simple(line, but=("indicator", "input", "source.text", "source.status"))
            _put_source(tree, line, indicator, "source")
            made.setdefault(line.text("input") or first, []).append(tree)
        for input_code, asked_tree in chosen_from.items():
            if input_code in made:
                asked_tree["options"] = made[input_code]

    def _limits(self, tree: TreeTable, indicator_no: str) -> None:
        made: TreeTable = {}
        for line in self.book.tables["limits"]:
            if line.text("indicator") != indicator_no:
                continue
            kind = line.text("kind")
            if kind in made:
                sheet = line.sheet.column("kind")
                self._note(own("limit_twice"), line.cell("kind"), text=sheet.shown(kind))
            value: TreeTable = {}
            if (key := VALUES.get(kind)) is not None:
                numbers = _items(line, "value", are_numbers=True)
                value[key] = numbers if kind == "unit_slip" else next(iter(numbers))
            if kind in ("unit_slip", "shared_input"):
                tolerance = line.text("tolerance")
                value["tolerance_percent"] = Leaf(tolerance, line.cell("tolerance"), is_bare=True)
            self._put(value, line, "source.text")
            self._put(value, line, "source.status")
            made[kind or UNREAD] = value
        if made:
            tree["limits"] = made

    def _note(
        self, code: Code | OwnCode, cell: int, close: str | None = None, /, **params: object
    ) -> None:
        self.problems.add(code, Node(self.book.file, cell), close, **params)


def _items(line: SheetLine, key: str, *, are_numbers: bool = False) -> list[Tree]:
    """Return the items of a cell; an empty one stands for a cell without any."""
    cell = line.cell(key)
    texts = [one.strip() for one in line.text(key).split(";")]
    if are_numbers:
        texts = [text.replace(",", ".") for text in texts]
    return [Leaf(text, cell, are_numbers) for text in texts]


def _put_source(tree: TreeTable, line: SheetLine, indicator: SheetLine, path: str) -> None:
    """Put a source of the row, whose empty cells mean what the indicator has at a path."""
    for part in ("text", "status"):
        key = f"source.{part}"
        leaf = line.leaf(key) if line.text(key) else indicator.leaf(f"{path}.{part}")
        assert leaf is not None
        put(tree, key, leaf)
