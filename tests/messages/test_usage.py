"""One word for one thing and one mark for one state, in whatever people read (DESIGN, "Words")."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.trees import nodes
from tests.support.yaml_texts import parsed

ROOT = Path(__file__).parents[2]
TABLE: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "usage.toml").read_text(encoding="utf-8")
)
COMMENTS = ("#", "//", "*", "/*", "import ", "<script", "<link")
MARKUP = {".md": ("<!--",), ".typ": ("//", "#let ", "#set ", "#show ", "#import ")}
"""Where a line that begins with # may be text."""
PROSE = (".j2", ".md", "labels.toml", "problems.toml")
SIDE_BY_SIDE = ("commands.toml", "labels.toml")
TOML = ("export.toml", "words.toml", "problems.toml", "instrument_problems.toml")
JINJA = re.compile(r"\{#.*?#\}", re.S)
INDONESIAN = re.compile(
    r"\w \w.*\b(dan|yang|belum|sudah|tidak|untuk|dari|di|ke|jawaban|isian)\b|\b(Klaim|Tenggat|Bukti)"
)
"""A text in the code that is read by people, by its small words."""
PAGE_TEXT = re.compile(r"""(["'`])((?:(?!\1).)*?\s(?:(?!\1).)*?)\1|>([^<>{}]+)<""")


def spoken(template: str) -> str:
    """A template without what only the program reads: comments, names of variables, filters."""

    def words(match: re.Match[str]) -> str:
        return " ".join(re.findall(r'"[^"]*"|\'[^\']*\'', match[0]))

    return re.sub(r"\{[{%].*?[}%]\}", words, JINJA.sub("", template))


def texts(value: object) -> Iterator[str]:
    """Every text among parsed values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def numbered(path: Path) -> Iterator[tuple[str, int, str]]:
    """The lines of a file that are no comments and no commands of a shell, with their numbers."""
    comments, is_shell = MARKUP.get(path.suffix, COMMENTS), False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if path.suffix == ".md" and line.startswith("```"):
            is_shell = line == "```sh"
        if is_shell:
            continue
        english = path.name in SIDE_BY_SIDE and ".en = " in line
        if not line.strip().startswith(comments) and not english:
            text = line.partition(" = ")[2] if path.name.endswith("problems.toml") else line
            yield str(path.relative_to(ROOT)), number, text


def read_lines() -> Iterator[tuple[str, int, str]]:
    """(file, line, text) of all that people read."""
    messages = (ROOT / "messages/id").rglob("*")
    for path in sorted(
        [
            *(
                path
                for path in messages
                if path.suffix in (".j2", ".typ")
                or path.name in TOML
                or (path.suffix, path.parent.name) == (".toml", "papers")
            ),
            *(ROOT / "messages" / name for name in SIDE_BY_SIDE),
            *(path for path in (ROOT / "bot").rglob("*") if path.suffix in (".toml", ".typ")),
            *(ROOT / "docs/id").glob("*.md"),
        ]
    ):
        yield from numbered(path)
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in nodes(path):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and INDONESIAN.search(node.value)
            ):
                yield str(path.relative_to(ROOT)), node.lineno, node.value
    for path in sorted((ROOT / "scoring/instruments/permenkumham-25-2013").glob("*.yaml")):
        for text in texts(parsed(path.read_text(encoding="utf-8"))):
            yield str(path.relative_to(ROOT)), 0, text
    for path in sorted((ROOT / "bot/demo/page").glob("*.*")):
        for file, number, line in numbered(path) if path.suffix in (".js", ".html") else ():
            for match in PAGE_TEXT.finditer(line):
                yield file, number, match[2] or match[3] or ""


def wrong_words(line: str, *, is_prose: bool = True) -> Iterator[str]:
    """What the table of words says of one line."""
    prose = re.sub(r"\{[{%].*?[}%]\}", "", JINJA.sub("", line)) if is_prose else ""
    for rule in TABLE["words"]:
        if any(part in line for part in rule.get("except", ())):
            continue
        word = re.sub(r"\\b$", r"(nya|ku|mu|lah|kah)?\\b", rule["word"])
        for match in re.finditer(word, prose if rule.get("prose") else spoken(line), re.I):
            use = rule["use"]
            yield f"“{match[0]}”: use {use if isinstance(use, str) else use[match[1].lower()]}"


def wrong_marks(line: str) -> Iterator[str]:
    """Marks of states that stand before something else than their state."""
    for mark, word in TABLE["marks"].items():
        for match in re.finditer(mark, line):
            if not re.search(word, line[match.end() :], re.I):
                yield f"{mark} before something that is not its state ({word})"


@cache
def lines() -> list[tuple[str, int, str]]:
    """Return them, read once per process, and not while tests are collected."""
    return list(read_lines())


def test_all_that_people_read_is_walked() -> None:
    files = {path for path, _, _ in lines()}
    for part in (
        "labels.toml",
        "saved.j2",
        "papers/frame.toml",
        "picture.typ",
        "kesejahteraan.yaml",
        "workbook.toml",
        "column.js",
        "scenes.toml",
        "commands.toml",
        "invitation_cards.typ",
        "first_run.toml",
        "docs/id/kontak.md",
        "bot/indonesian.toml",
    ):
        assert any(path.endswith(part) for path in files), part


def test_one_word_for_one_thing() -> None:
    wrong = [
        f"{path}:{number}: {fault}"
        for path, number, line in lines()
        for fault in wrong_words(line, is_prose=path.endswith(PROSE))
    ]
    assert wrong == []


def test_one_mark_for_one_state() -> None:
    """In messages; a button may say "yes" with ✅, as `✅ Simpan` does."""
    wrong = [
        f"{path}:{number}: {fault}"
        for path, number, line in lines()
        if path.endswith((".j2", ".typ"))
        for fault in wrong_marks(line)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Nilai klaim UKPD Anda", "“klaim”: use nilai mandiri"),
        ("Jawaban terverifikasi", "“terverifikasi”: use sudah diverifikasi, atau hasil verifikasi"),
        ("Tenggatnya besok", "“Tenggatnya”: use batas akhir"),
        ("→ nilai {{ points|angka }}", "“→ nilai”: use poin (dari satu indikator)"),
        ("Kirim filenya", "“filenya”: use berkas"),
        ("Silahkan tunggu", "“Silahkan”: use silakan"),
        ("Kirim buktinya di sini", "“buktinya”: use data dukung"),
        ("Jawaban yang berbukti lengkap", "“berbukti”: use data dukung"),
        ("Hubungi verifikatornya", "“verifikatornya”: use pemeriksa"),
        ("Hubungi {{ 'narahubung' if x }}", "“narahubung”: use kontak"),
    ],
)  # fmt: skip
def test_the_lint_says_what_to_write(line: str, fault: str) -> None:
    assert fault in list(wrong_words(line))


@pytest.mark.parametrize(
    ("name", "line"), [("a.typ", "#text[klaim]"), ("a.md", "## Melampirkan klaim")]
)
def test_a_hash_is_no_comment_where_it_is_code_or_a_heading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str
) -> None:
    monkeypatch.setattr("tests.messages.test_usage.ROOT", tmp_path)
    (tmp_path / name).write_text(f"first\n{line}\n", encoding="utf-8")
    assert list(numbered(tmp_path / name))[1] == (name, 2, line)


def test_names_of_variables_are_no_words() -> None:
    assert list(wrong_words("{{ deadline|tanggal }} {% if submit %}{# klaim #}{% endif %}")) == []
    assert list(wrong_marks("✅ Roster diterapkan")) != []
    assert list(wrong_marks("✅ <b>{{ indicator }}</b> diverifikasi Kanwil")) == []
