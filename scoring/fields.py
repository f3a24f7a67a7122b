"""Reading nodes with types: each getter returns a value of its type and notes what is wrong.

After a problem the getter returns an empty stand-in, so that one pass finds everything; whoever
reads must look at `Problems.errors` before using what was built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, TypeVar

from scoring.errors import LISTED, Code, InstrumentError, InstrumentProblem, OwnCode, nearest
from scoring.source import Mapping, Node, Scalar, Sequence

CODE = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,12})?")
GROUPED = re.compile(r"-?[1-9]\d{0,2}\.\d{2}0")
"""Three decimals that end in nought: nobody writes 12.5 so, but 12500 with its point."""
"""What may be thousands, as they are written in Indonesian."""
MARKUP = re.compile(r"\*\*[^*{}]*(\{(daerah|tahun)\}[^*{}]*)*\*\*|\{(daerah|tahun)\}|[^*{}`]")
EnumT = TypeVar("EnumT", bound=StrEnum)
AMBIGUOUS = {
    "bool": "truth value",
    "null": "missing value",
    "timestamp": "date",
    "merge": "merge key",
}


class Problems:
    """Collects problems in the order they are met; `kind` says how they are worded."""

    kind: ClassVar[type[InstrumentProblem]] = InstrumentProblem
    error: ClassVar[type[InstrumentError]] = InstrumentError

    def __init__(self) -> None:
        self.noted: list[InstrumentProblem] = []
        self._counts = {True: 0, False: 0}

    @property
    def errors(self) -> list[InstrumentProblem]:
        """Return all that make the files unusable."""
        return [problem for problem in self.noted if not problem.is_warning]

    def add(
        self, code: Code | OwnCode, node: Node, close_to: str | None = None, /, **params: object
    ) -> None:
        """Note a problem at a node's place, with the nearest spelling where one is given.

        Raises `error` with all of them once there are more than anybody reads; warnings that many
        are passed over.
        """
        problem = self.kind(code, node.file, node.line, params, close_to)
        self._counts[problem.is_warning] += 1
        if self._counts[problem.is_warning] <= LISTED:
            self.noted.append(problem)
        elif not problem.is_warning:
            raise self.error([*self.noted, self.kind.more(node.file, node.line)])


def kind_of(node: Node) -> str:
    """Name the kind of a node for a message."""
    if isinstance(node, Scalar):
        return f"“{node.text}”"
    return "a list" if isinstance(node, Sequence) else "a group of keys"


class Fields:
    """The keys of one mapping. `what` names it in messages ("an input")."""

    def __init__(self, node: Node, problems: Problems, known: Iterable[str], what: str) -> None:
        self.node = node
        self.problems = problems
        self.what = what
        self._nodes: dict[str, Node] = {}
        allowed = tuple(known)
        if not isinstance(node, Mapping):
            problems.add(
                "wrong_type", node, key=what, wanted="a group of keys", found=kind_of(node)
            )
            return
        for key, value in node.entries:
            if key.text in allowed:
                self._nodes[key.text] = value
            else:
                close = nearest(key.text, allowed)
                problems.add(
                    "unknown_key", key, close, key=key.text, what=what, allowed=", ".join(allowed)
                )

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def at(self, key: str) -> Node:
        """Return the node of a key for messages, or the whole mapping."""
        return self._nodes.get(key, self.node)

    def take(self, key: str) -> Node | None:
        """Return the node of a required key, noting when it is missing."""
        if key not in self._nodes:
            if isinstance(self.node, Mapping):
                self.problems.add("missing_key", self.node, key=key, what=self.what)
            return None
        return self._nodes[key]

    def _scalar(self, key: str, wanted: str) -> Scalar | None:
        node = self.take(key)
        if node is not None and not isinstance(node, Scalar):
            self.problems.add("wrong_type", node, key=key, wanted=wanted, found=kind_of(node))
            return None
        return node

    def _left_empty(self, key: str, node: Node | None) -> bool:
        """Tell whether nothing is written where something must be, which is then noted as just that."""
        if not isinstance(node, Scalar) or node.text.strip():
            return False
        self.problems.add("empty_text", node, key=key)
        return True

    def text(self, key: str, most: int | None = None) -> str:
        """Return plain text, at most `most` characters; what looks like no/null/a date needs quotes."""
        node = self._scalar(key, "text")
        if node is None:
            return ""
        text = " ".join(node.text.split())
        if node.looks_like in AMBIGUOUS and text:
            kind = AMBIGUOUS[node.looks_like]
            self.problems.add("ambiguous_scalar", node, text=text, kind=kind)
        if not text:
            self.problems.add("empty_text", node, key=key)
        if most is not None and len(text) > most:
            self.problems.add("too_long", node, key=key, length=len(text), most=most, text=text)
        return text

    def prose(self, key: str) -> str:
        """Return text that may hold ** for bold, {daerah} and {tahun}, and no other markup."""
        text = self.text(key)
        rest = MARKUP.sub("", text)
        if rest:
            self.problems.add("bad_markup", self.at(key), key=key, what=f"`{rest[0]}` out of place")
        return text

    def code(self, key: str) -> str:
        """Return an identifier: small letters, digits, - and _."""
        text = self.text(key)
        if text and not CODE.fullmatch(text):
            self.problems.add("bad_code", self.at(key), text=text)
        return text

    def decimal(self, key: str) -> Decimal:
        """Return an exact decimal number."""
        node = self._scalar(key, "a number")
        return Decimal(0) if self._left_empty(key, node) else decimal(node, self.problems)

    def whole(self, key: str) -> int:
        """Return a whole number."""
        value = self.decimal(key)
        if value != int(value):
            self.problems.add("bad_number", self.at(key), text=str(value), wanted="a whole number")
        return int(value)

    def truth(self, key: str) -> bool:
        """Return true or false, written so."""
        return self.word(key, ("true", "false")) == "true"

    def word(self, key: str, allowed: Iterable[str]) -> str:
        """Return one of the allowed words, or "" when it is none of them."""
        node = self._scalar(key, "a word")
        known = tuple(allowed)
        if node is None or self._left_empty(key, node):
            return ""
        if node.text in known:
            return node.text
        close = nearest(node.text, known)
        self.problems.add(
            "unknown_word", node, close, text=node.text, key=key, allowed=", ".join(known)
        )
        return ""

    def choice(self, key: str, kind: type[EnumT]) -> EnumT:
        """Return a member of an enumeration; the first one stands in after a problem."""
        word = self.word(key, [t.value for t in kind])
        return kind(word) if word else next(iter(kind))

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the nodes of a list."""
        node = self.take(key)
        if node is None or self._left_empty(key, node):
            return ()
        if not isinstance(node, Sequence):
            self.problems.add("wrong_type", node, key=key, wanted="a list", found=kind_of(node))
            return ()
        return node.items

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        texts = []
        for node in self.items(key):
            if isinstance(node, Scalar) and node.text.strip():
                texts.append(node.text)
            else:
                self.problems.add(
                    "wrong_type", node, key=key, wanted="a list of texts", found=kind_of(node)
                )
        return tuple(texts)


def decimal(node: Node | None, problems: Problems) -> Decimal:
    """Return the exact number that a scalar holds; 0 stands in after a problem."""
    if node is None:
        return Decimal(0)
    if isinstance(node, Scalar) and node.looks_like != "str" and NUMBER.fullmatch(node.text):
        if GROUPED.fullmatch(node.text):
            plain, grouped = f"{Decimal(node.text).normalize():f}", node.text.replace(".", "")
            problems.add("grouped_number", node, text=node.text, plain=plain, grouped=grouped)
        return Decimal(node.text)
    text = node.text if isinstance(node, Scalar) else kind_of(node)
    problems.add("bad_number", node, text=text, wanted="a number")
    return Decimal(0)
