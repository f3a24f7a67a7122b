"""A rehearsal as readable YAML: one line for a step, and one more for what the bot answered."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from textwrap import wrap

from bot.demo.rehearsal.rehearsal_model import Rehearsal, RehearsalStep, Replies, Sample

PLAIN = re.compile(r"[A-Za-z_][\w/]*([ .-][\w/]+)*")
WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"}
"""Other readers of YAML take these for something else than text."""
UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that YAML does not take as they are."""
WIDTH = 100
ATOMS = re.compile(r', (?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)')
"""Between what stands in a list, outside quotes."""


def written(rehearsal: Rehearsal) -> str:
    """Return the text of the file."""
    return (
        "\n".join((*_head(rehearsal), "talk:", *_talk(rehearsal.steps), *_files(rehearsal.files)))
        + "\n"
    )


def _head(rehearsal: Rehearsal) -> Iterator[str]:
    yield "# Latihan Peduli HAM: rekaman percakapan. Putar ulang: peduli-ham rehearse BERKAS.yaml"
    for left in rehearsal.left_out:
        yield f"# Tidak terekam: {' '.join(left.split())}"
    yield f"rehearsal: {scalar(rehearsal.name)}"
    yield f"note: {scalar(rehearsal.note)}"
    yield f"recorded: {scalar(rehearsal.recorded)}"
    yield f"state: {rehearsal.state}"
    yield f"starts: {scalar(rehearsal.starts.isoformat(timespec='seconds'))}"
    yield f"instrument: {scalar(rehearsal.instrument)}"
    if rehearsal.people:
        yield f"people: {_list(rehearsal.people)}"


def _talk(steps: Iterable[RehearsalStep]) -> Iterator[str]:
    for step in steps:
        act = {"who": step.who, step.act: step.value} if step.who else {step.act: step.value}
        more = {"in": step.inside, "of": step.of, "file": step.file, "caption": step.caption}
        numbers = {
            "back": step.back if step.back > 1 else 0,
            "reply": step.reply,
            "album": step.album,
        }
        pairs = [
            f"{key}: {scalar(text)}"
            for key, text in (act | more).items()
            if text or key == step.act
        ]
        pairs += [f"{key}: {number}" for key, number in numbers.items() if number]
        pairs += [f"task: {scalar(step.task)}"] if step.task else []
        yield "  - {" + _filled((", ".join(pairs), *_heard(step.heard))) + "}"


def _filled(parts: Iterable[str]) -> str:
    """Return a step's parts on as few lines as they need; a part that is too long goes on, indented."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) <= WIDTH:
            lines[-1] += f", {part}"
            continue
        first, *rest = ATOMS.split(part)
        lines.append(first)
        for atom in rest:
            if len(lines[-1]) + len(atom) > WIDTH:
                lines.append(f"  {atom}")
            else:
                lines[-1] += f", {atom}"
    return ",\n     ".join(lines)


def _heard(heard: Replies) -> Iterator[str]:
    kinds = {"says": heard.says, "notices": heard.notices, "results": heard.results}
    parts = [f"{key}: {_list(names)}" for key, names in kinds.items() if names]
    if parts:
        yield ", ".join(parts)
    if heard.buttons:
        yield f"buttons: {_list(heard.buttons)}"
    if heard.others:
        pairs = (f"{scalar(label)}: {_list(names)}" for label, names in heard.others.items())
        yield "others: {" + ", ".join(pairs) + "}"


def _files(files: dict[str, Sample]) -> Iterator[str]:
    if not files:
        return
    yield "files:"
    for name, sample in files.items():
        yield f"  {scalar(name)}:"
        if sample.is_made_up:
            yield "    # Terlalu besar untuk disimpan: diganti berkas buatan yang sejenis dan sama besar."
            yield f"    bytes: {sample.size}"
            yield f'    sha256: "{sample.digest}"'
        yield "    base64: >-"
        yield from (
            f"      {line}" for line in wrap(base64.b64encode(sample.content).decode(), WIDTH)
        )


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(scalar(text) for text in texts)}]"


def scalar(text: str) -> str:
    """Return a text as YAML within a line: bare where nobody can misread it, else in quotes."""
    if PLAIN.fullmatch(text) and text.lower() not in WORDS:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
