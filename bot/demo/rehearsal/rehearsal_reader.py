"""From the text of a file to a `Rehearsal`, or to every problem in it at once."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping as Table
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from bot.demo.rehearsal.rehearsal_model import (
    ACTS,
    BOT,
    CLOCKS,
    DETAILS,
    DOINGS,
    FILES,
    GOOD,
    HEARD,
    NOTE,
    OWN,
    PERSONAL,
    SIGNALS,
    STATES,
    Rehearsal,
    RehearsalStep,
    Replies,
    Sample,
    seconds_ahead,
)
from bot.demo.rehearsal.rehearsal_problems import RehearsalError, RehearsalProblems, own
from messages import names
from scoring import InstrumentError
from scoring.errors import nearest
from scoring.fields import Fields, kind_of
from scoring.load import bundled_codes
from scoring.source import Mapping, Node, Scalar, parse_yaml

TRANSCRIPT = (
    "owes", "links", "instrument", "levels", "grace", "beside", "previous", "holidays", "talk", "answers",
)  # fmt: skip
ROOT = ("rehearsal", "note", "recorded", "state", "starts", "instrument", "people", "talk", "files")
FILE = ("base64", "bytes", "sha256")
LARGEST = 50 * 2**20
WORDS = {"does": DOINGS, "sends": FILES, "bot": BOT}
"""Acts whose value is one of a few words."""
GOES_WITH = {
    "in": {"types", "taps", "edits", "chooses", "sends"},
    "of": {"opens"},
    "back": {"taps", "edits", "opens"},
    "reply": {"types", "sends"},
    "file": {"sends"},
    "caption": {"sends"},
    "album": {"sends"},
}


def read_rehearsal(text: str, file: str) -> Rehearsal:
    """Read a rehearsal; raises RehearsalError."""
    try:
        node = parse_yaml(text, file)
    except InstrumentError as error:
        raise RehearsalError(error.problems) from None
    problems = RehearsalProblems()
    root = Fields(node, problems, ROOT, "a rehearsal")
    rehearsal = Rehearsal(
        name=root.text("rehearsal"),
        state=root.word("state", (*STATES, OWN)),
        starts=_moment(root),
        instrument=_instrument(root),
        files=(files := _files(root)),
        steps=tuple(_step(one, problems, files, WORDS) for one in root.items("talk")),
        people=root.texts("people") if "people" in root else (),
        note=root.text("note") if "note" in root else NOTE,
        recorded=_raw(root.at("recorded")) if "recorded" in root else "",
        file=file,
    )
    if not rehearsal.steps and "talk" in root and not problems.errors:
        problems.add("empty_text", root.at("talk"), key="talk")
    if problems.errors:
        raise RehearsalError(sorted(problems.noted, key=lambda problem: problem.line))
    return rehearsal


def read_talk(text: str, file: str) -> tuple[RehearsalStep, ...]:
    """Read the steps of a transcript, which may do more than the demo can; raises RehearsalError."""
    problems = RehearsalProblems()
    root = Fields(parse_yaml(text, file), problems, TRANSCRIPT, "a transcript")
    steps = tuple(_step(node, problems, {}, {}) for node in root.items("talk"))
    if problems.errors:
        raise RehearsalError(problems.noted)
    return steps


def _raw(node: Node) -> str:
    """Return a scalar as it stands, spaces and all."""
    return node.text if isinstance(node, Scalar) else ""


def _moment(root: Fields) -> datetime:
    node = root.take("starts")
    text = _raw(node) if node else ""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    except ValueError:
        pass
    if node:
        root.problems.add(own("bad_moment"), node, key="starts", text=text or kind_of(node))
    return datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def _instrument(root: Fields) -> str:
    code, known = root.text("instrument"), bundled_codes()
    if code and code not in known:
        params = {"text": code, "what": "the instruments", "allowed": ", ".join(known)}
        root.problems.add(
            "unknown_reference", root.at("instrument"), nearest(code, known), **params
        )
    return code


def _step(
    node: Node,
    problems: RehearsalProblems,
    files: dict[str, Sample],
    words: Table[str, Sequence[str]],
) -> RehearsalStep:
    fields = Fields(node, problems, ("who", *ACTS, *DETAILS, *HEARD), "a step")
    acts = [one for one in ACTS if one in fields]
    if not isinstance(node, Mapping):
        return RehearsalStep("types", "")
    if not acts:
        if not _misspelt(node):
            problems.add(own("no_act"), node, allowed=", ".join(ACTS))
        return RehearsalStep("types", "")
    if len(acts) > 1:
        problems.add(own("several_acts"), node, found=" and ".join(acts))
    act = acts[0]
    if act in PERSONAL and "who" not in fields:
        problems.add(own("who_missing"), node, act=act)
    if act not in PERSONAL and "who" in fields:
        problems.add(own("who_unwanted"), fields.at("who"), act=act)
    _check(act, fields, files)
    return RehearsalStep(
        act,
        _value(act, fields, words),
        who=fields.text("who") if "who" in fields else "",
        inside=fields.text("in") if "in" in fields else "",
        of=fields.text("of") if "of" in fields else "",
        file=_raw(fields.at("file")) if "file" in fields else "",
        caption=_raw(fields.at("caption")) if "caption" in fields else "",
        back=_count(fields, "back", 1),
        reply=_count(fields, "reply", 0),
        album=_count(fields, "album", 0),
        task=fields.text("task") if "task" in fields else "",
        heard=_heard(fields),
        line=node.line,
    )


def _misspelt(node: Mapping) -> bool:
    """Tell whether an act was meant whose key is already reported as unknown."""
    known = ("who", *DETAILS, *HEARD)
    return any(key.text not in known and nearest(key.text, ACTS) for key, _ in node.entries)


def _value(act: str, fields: Fields, words: Table[str, Sequence[str]]) -> str:
    node = fields.at(act)
    if not isinstance(node, Scalar):
        fields.problems.add("wrong_type", node, key=act, wanted="text", found=kind_of(node))
        return ""
    if act in words:
        return fields.word(act, words[act])
    text = node.text
    if act == "clock" and text not in CLOCKS and seconds_ahead(text) is None:
        close = nearest(text, CLOCKS)
        fields.problems.add(own("bad_clock"), node, close, text=text, allowed=", ".join(CLOCKS))
    if act == "signal" and text != GOOD and not set(text.split()) <= set(SIGNALS):
        wrong = next(one for one in text.split() if one not in SIGNALS)
        known = ", ".join(SIGNALS)
        fields.problems.add(
            own("bad_signal"), node, nearest(wrong, SIGNALS), text=wrong, allowed=known
        )
    if not text and act not in ("asks", "opens"):
        fields.problems.add("empty_text", node, key=act)
    return text


def _check(act: str, fields: Fields, files: dict[str, Sample]) -> None:
    """Check that a step has what its act needs, and nothing that does not go with it."""
    for key, wanted in GOES_WITH.items():
        if key in fields and act not in wanted:
            fields.problems.add(own("unwanted_detail"), fields.at(key), key=key, act=act)
    if act == "sends" and "file" not in fields:
        fields.problems.add(own("missing_detail"), fields.node, key="file", act=act)
    if act == "opens" and _raw(fields.at(act)) == "link" and "of" not in fields:
        fields.problems.add(own("missing_detail"), fields.node, key="of", act="opens: link")
    name = _raw(fields.at("file")) if "file" in fields else ""
    if name and name not in files:
        known = ", ".join(files) or "none"
        fields.problems.add(
            own("unknown_file"), fields.at("file"), nearest(name, files), text=name, allowed=known
        )


def _count(fields: Fields, key: str, default: int, most: int = 999) -> int:
    if key not in fields:
        return default
    text = _raw(fields.at(key))
    if text.isascii() and text.isdigit() and 0 < int(text) <= most:
        return int(text)
    params = {"key": key, "text": text or kind_of(fields.at(key)), "most": most}
    fields.problems.add(own("bad_count"), fields.at(key), **params)
    return default


def _heard(fields: Fields) -> Replies:
    known = _known()
    heard: dict[str, Any] = {}
    for key in ("says", "notices", "results"):
        heard[key] = _names(fields, key, known) if key in fields else ()
    heard["buttons"] = fields.texts("buttons") if "buttons" in fields else ()
    others = fields.at("others")
    if "others" in fields and not isinstance(others, Mapping):
        params = {"key": "others", "wanted": "a group of keys", "found": kind_of(others)}
        fields.problems.add("wrong_type", others, **params)
    if "others" in fields and isinstance(others, Mapping):
        labels = [key.text for key, _ in others.entries]
        chats = Fields(others, fields.problems, labels, "others")
        heard["others"] = {label: _names(chats, label, known) for label in labels}
    return Replies(**heard)


@cache
def _known() -> frozenset[str]:
    return frozenset(names())


def _names(fields: Fields, key: str, known: frozenset[str]) -> tuple[str, ...]:
    texts = fields.texts(key)
    for name in texts:
        for part in name.split(", "):  # an answer to an inline query holds several cards
            if part not in known:
                fields.problems.add(
                    own("unknown_message"), fields.at(key), nearest(part, known), text=part
                )
    return texts


def _files(root: Fields) -> dict[str, Sample]:
    if "files" not in root:
        return {}
    node = root.at("files")
    if not isinstance(node, Mapping):
        params = {"key": "files", "wanted": "a group of keys", "found": kind_of(node)}
        root.problems.add("wrong_type", node, **params)
        return {}
    return {key.text: _file(key.text, value, root) for key, value in node.entries}


def _file(name: str, node: Node, root: Fields) -> Sample:
    fields = Fields(node, root.problems, FILE, "a file")
    given = _raw(fields.take("base64") or node)
    try:
        content = base64.b64decode("".join(given.split()), validate=True)
    except (binascii.Error, ValueError):
        root.problems.add(own("bad_base64"), fields.at("base64"), text=name)
        content = b""
    if "bytes" not in fields:
        return Sample(content)
    return Sample(content, _count(fields, "bytes", 1, LARGEST), _raw(fields.at("sha256")))
