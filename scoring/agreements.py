"""What coordination agreed upon, laid over an instrument before it is read.

An instrument's folder may hold `agreements.yaml`: meetings in their order, each with the criteria
that it changed. The changes are put into the trees of the files, so that the reader and the linter
judge them as they judge the print, and name the line of the agreement. The files of the regulation
stay as they are; without the last agreement one has the version before.
"""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence as List

from scoring.errors import nearest
from scoring.fields import Fields, Problems
from scoring.provenance import Agreement, Status
from scoring.source import Mapping, Node, Scalar, Sequence, inside

FILE = "agreements.yaml"
SOURCES = ("source", "gain_source")
CHANGED = ("bands", "holes", "precision", "evidence", "owner", "example", "left_out")
SUBJECTS = ("indicator", "setting", "rating", "aggregation")
KEYS = (*SUBJECTS, *CHANGED, "minimum", "source", "status")
SETTLED = (str(Status.AGREED), str(Status.CONFIRMED))
Trees = dict[str, Node]


def lay_over(
    trees: Dictionary[str, Node], main: str, problems: Problems
) -> tuple[Trees, tuple[Agreement, ...]]:
    """Return the trees of an instrument's files as they read after all agreements, and those.

    `trees` are by file name, `main` is the name of the instrument's own file.
    """
    result = {name: tree for name, tree in trees.items() if name != FILE}
    if FILE not in trees or main not in result:
        return result, ()
    table = Fields(trees[FILE], problems, ("agreements",), "the file of agreements")
    return result, tuple(
        _agreement(node, result, main, problems) for node in table.items("agreements")
    )


def _agreement(node: Node, trees: Trees, main: str, problems: Problems) -> Agreement:
    """Put one meeting's changes into `trees`."""
    fields = Fields(node, problems, ("date", "place", "source", "changes"), "an agreement")
    date, place, source = fields.text("date"), fields.text("place"), fields.text("source")
    subjects = [
        _change(Fields(change, problems, KEYS, "a change"), source, trees, main)
        for change in fields.items("changes")
    ]
    return Agreement(date, place, source, tuple(subject for subject in subjects if subject))


def _change(fields: Fields, source: str, trees: Trees, main: str) -> str:
    """Put one change into `trees`; return what it is about, "" where that cannot be told."""
    subject = next((key for key in SUBJECTS if key in fields), None)
    if subject is None:
        fields.problems.add("no_subject", fields.node, allowed=", ".join(SUBJECTS))
        return ""
    status = fields.word("status", SETTLED) if "status" in fields else str(Status.AGREED)
    text = fields.text("source") if "source" in fields else source
    stands = _source(fields.node, text, status)
    if subject == "indicator":
        return _change_indicator(fields, stands, trees, main)
    name = fields.word(subject, ("true",)) if subject == "aggregation" else fields.code(subject)
    path, known = _place(subject, name, trees[main])
    if path is None and not name:
        return ""
    if path is None:
        details = {"text": name, "what": f"the {subject}s", "allowed": ", ".join(known)}
        fields.problems.add(
            "unknown_reference", fields.at(subject), nearest(name, known), **details
        )
        return ""
    node = inside(trees[main], *path)
    if "minimum" in fields:
        node = _with(node, "minimum", fields.at("minimum"))
    trees[main] = _put(trees[main], path, _settled(node, stands))
    return f"{subject} {name}" if subject != "aggregation" else subject


def _place(subject: str, name: str, main: Node) -> tuple[list[str | int] | None, list[str]]:
    """Return the path to a setting, a rating or the aggregation, and the names that there are."""
    if subject == "aggregation":
        return (["aggregation"] if name else None), ["true"]
    if subject == "setting":
        settings = inside(main, "settings")
        names = [key.text for key, _ in settings.entries] if isinstance(settings, Mapping) else []
        return (["settings", name] if name in names else None), names
    ratings = inside(main, "ratings")
    items = ratings.items if isinstance(ratings, Sequence) else ()
    codes = [_text(item, "code") for item in items]
    return (["ratings", codes.index(name)] if name in codes else None), codes


def _change_indicator(fields: Fields, stands: Mapping, trees: Trees, main: str) -> str:
    number = str(fields.whole("indicator"))
    known: list[str] = []
    for name, tree in trees.items():
        listed = inside(tree, "indicators") if name != main else None
        for index, node in enumerate(listed.items if isinstance(listed, Sequence) else ()):
            known.append(_text(node, "number"))
            if known[-1] == number:
                changed = _settled(_indicator(node, fields, stands), stands)
                trees[name] = _put(tree, ["indicators", index], changed)
                return f"indicator {number}"
    details = {"text": number, "allowed": ", ".join(sorted(known, key=lambda no: (len(no), no)))}
    fields.problems.add("unknown_indicator", fields.at("indicator"), None, **details)
    return ""


def _indicator(node: Node, fields: Fields, stands: Mapping) -> Node:
    """Return the indicator with what the change gives; new bands end old gaps, and of an example
    what was read from the old ones.
    """
    for key in ("precision", "evidence", "owner"):
        if key in fields:
            node = _with(node, key, fields.at(key))
    if "example" in fields:
        node = _put(node, ["guidance", "example"], fields.at("example"))
    elif "bands" in fields or "precision" in fields:
        node = _put(node, ["guidance", "example"], _worked(node, precise="precision" in fields))
    if "bands" in fields:
        rows = fields.at("bands")
        entries = ((_key(rows, "source"), stands), (_key(rows, "rows"), rows))
        node = _with(node, "bands", Mapping(rows.file, rows.line, entries))
        node = _with(node, "holes", fields.at("holes") if "holes" in fields else None)
    if "left_out" in fields and fields.text("left_out"):
        node = _with(node, "left_out", _left_out(fields, stands))
    return node


def _worked(node: Node, *, precise: bool) -> Node:
    """Return the arithmetic of an example without its points, which other bands give; `precise`: nor
    what was rounded otherwise. An empty list where nothing is left.
    """
    example = inside(node, "guidance", "example")
    rows = inside(node, "bands", "rows")
    printed = [_text(row, "range") for row in rows.items] if isinstance(rows, Sequence) else []
    kept: list[str] = []
    for part in example.text.split(", ") if isinstance(example, Scalar) else ():
        if any(range_ and range_ in part for range_ in printed):
            break
        kept.append(part)
        if precise and "=" in part:
            break
    if not kept:
        return Sequence(example.file, example.line, ())
    return Scalar(example.file, example.line, ", ".join(kept).rstrip(".") + ".")


def _left_out(fields: Fields, stands: Mapping) -> Mapping | None:
    """Return the reason as the source of its absence; None for the word `false`, which takes it up again."""
    reason = fields.at("left_out")
    if isinstance(reason, Scalar) and reason.text == "false":
        return None
    status = inside(stands, "status")
    entries = ((_key(reason, "text"), reason), (_key(reason, "status"), status))
    return Mapping(reason.file, reason.line, entries)


def _settled(node: Node, stands: Mapping) -> Node:
    """Return the same with every source that is not confirmed replaced by the agreement's."""
    if isinstance(node, Sequence):
        items = tuple(_settled(item, stands) for item in node.items)
        return Sequence(node.file, node.line, items)
    if not isinstance(node, Mapping):
        return node
    entries: List[tuple[Scalar, Node]] = [
        (key, _unless_confirmed(value, stands) if key.text in SOURCES else _settled(value, stands))
        for key, value in node.entries
    ]
    return Mapping(node.file, node.line, tuple(entries))


def _unless_confirmed(source: Node, stands: Mapping) -> Node:
    return source if _text(source, "status") == Status.CONFIRMED else stands


def _source(place: Node, text: str, status: str) -> Mapping:
    entries = (
        (_key(place, "text"), Scalar(place.file, place.line, text)),
        (_key(place, "status"), Scalar(place.file, place.line, status)),
    )
    return Mapping(place.file, place.line, entries)


def _key(place: Node, name: str) -> Scalar:
    return Scalar(place.file, place.line, name)


def _text(node: Node, key: str) -> str:
    value = inside(node, key)
    return value.text if isinstance(value, Scalar) else ""


def _with(node: Node, key: str, value: Node | None) -> Node:
    """Return the group with another value for a key, or without it."""
    if not isinstance(node, Mapping):
        return node
    entries = [(name, old) for name, old in node.entries if name.text != key]
    if value is not None:
        entries.append((_key(value, key), value))
    return Mapping(node.file, node.line, tuple(entries))


def _put(node: Node, path: List[str | int], value: Node) -> Node:
    """Return the tree with another node at a path."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    child = _put(inside(node, step), rest, value)
    if isinstance(node, Sequence) and isinstance(step, int):
        items = (*node.items[:step], child, *node.items[step + 1 :])
        return Sequence(node.file, node.line, items)
    return _with(node, str(step), child)
