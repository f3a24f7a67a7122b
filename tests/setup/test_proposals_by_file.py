"""A changed instrument file meets a running period: its figures are proposals, which a meeting may agree upon."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.roster import Fact, Item, SetupError, SetupResult, apply_roster, load_roster
from bot.roster import proposals as proposing
from bot.roster.applying import SetupAuthor
from bot.storage import criteria_rows, record
from bot.storage.setup import known_period
from bot.workers.roster_upload_worker import plan_of
from flows.model.criteria import Criterion, Sort
from flows.model.outcome import Say
from flows.model.roster_draft import RosterFile, RosterState
from flows.staff import criteria_wishes, roster_upload
from messages import render
from scoring.load import BUNDLED, load_directory, load_texts
from scoring.replacing import replace
from scoring.source import read_directory
from tests.setup.rosters import NOW, SMALL, answer, dump
from tests.storage.test_criteria import agree, season

CODE = "permenkumham-25-2013"
Edit = tuple[str, str, str]


def edited(folder: Path, *edits: Edit) -> str:
    """Return a roster with an instrument of its own, in which words of files are replaced."""
    texts = read_directory(BUNDLED / CODE)
    for file, before, after in edits:
        assert before in texts[file], before
        texts[file] = texts[file].replace(before, after, 1)
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return SMALL.replace(f"instrument: {CODE}", f"instrument: {folder}")


def apply(db: sqlite3.Connection, text: str, author: SetupAuthor | None = None) -> SetupResult:
    roster = replace(load_roster(text), file="kantor/roster-2017.yaml")
    return apply_roster(db, roster, now=NOW, bot_username="ham_bot", author=author)


def running(db: sqlite3.Connection) -> None:
    apply(db, SMALL)
    answer(db, "sudinkes", 1)


def lines_of(items: Iterable[object]) -> list[str]:
    return [str(item) for item in items]


def proposals(db: sqlite3.Connection) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    rows = db.execute("SELECT criterion, change, author FROM criteria_proposals ORDER BY id")
    return [(code, orjson.loads(change), orjson.loads(author)) for code, change, author in rows]


OWNER: Edit = ("hidup.yaml", "    owner: ", "    owner: Kepala ")
RATING: Edit = ("instrument.yaml", "minimum: 76", "minimum: 80")
TIGHTER: tuple[Edit, ...] = (
    ("rasa-aman.yaml", "          range: \"1\"\n", "          range: 1–2\n"),
    ("rasa-aman.yaml", "          range: \"2\"\n        - points: 4\n          range: \"3\"", "          range: \"3\"\n        - points: 4\n          range: \"4\""),
    ("rasa-aman.yaml", "          range: \"4\"\n        - points: 0\n          range: \"≥ 5\"", "          range: \"5\"\n        - points: 0\n          range: \"≥ 6\""),
    ("rasa-aman.yaml", "1 di antaranya disertai perusakan: 1 kejadian,\n        8 poin.", "1 di antaranya disertai perusakan: 1 kejadian,\n        8 poin, rentang 1–2."),
)  # fmt: skip


def test_what_differs_becomes_proposals_that_count_for_nothing(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    running(db)
    before = known_period(db, "2017")
    result = apply(db, edited(tmp_path / "ours", *TIGHTER, OWNER, RATING))
    assert [(code, [*change]) for code, change, _ in proposals(db)] == [
        ("i1", ["owner"]),
        ("i15", ["bands", "example"]),
        ("rpeduli", ["minimum"]),
    ]
    assert {tuple(by.values()) for _, _, by in proposals(db)} == {
        ("", "roster-2017.yaml", "operator")
    }
    assert [len(unheard) for unheard in criteria_rows.unheard(db).values()] == [3]
    assert lines_of(result.proposed)[1:] == [
        "criterion 15 Jumlah demonstrasi yang anarkis:"
        " bands 0; 1; 2; 3; 4; ≥ 5 → 0; 1–2; 3; 4; 5; ≥ 6",
        "criterion Peduli HAM: minimum 76 → 80",
    ]
    assert known_period(db, "2017") == before, "the period keeps what it was set up with"
    verdict = record.verify(db)
    assert verdict.broken is None
    kinds = [kind for (kind,) in db.execute("SELECT kind FROM record ORDER BY id DESC LIMIT 4")]
    assert kinds == ["setup", *["criterion_proposal"] * 3]


def test_other_words_of_an_example_are_left_aside(db: sqlite3.Connection, tmp_path: Path) -> None:
    """An update of the program may word its own instrument otherwise: a running period is not touched."""
    running(db)
    before = known_period(db, "2017")
    reworded = ("hidup.yaml", "        110, 10 poin.", "        110, nilai 10.")
    result = apply(db, edited(tmp_path / "ours", reworded))
    assert proposals(db) == []
    assert known_period(db, "2017") == before
    assert lines_of(result.left) == [
        "period 2017: has answers, so it keeps the texts of the instrument that it was opened with"
    ]
    assert not result.is_effective


def test_the_same_file_twice_adds_nothing(db: sqlite3.Connection, tmp_path: Path) -> None:
    running(db)
    text = edited(tmp_path / "ours", OWNER)
    apply(db, text)
    before = dump(db)
    result = apply(db, text)
    assert dump(db) == before
    assert not result.is_effective
    assert lines_of(result.left)[1:] == [
        "criterion 1 Angka kematian ibu: proposed from a file or in chat before; nothing is added"
    ]


def test_texts_alone_are_no_proposals(db: sqlite3.Connection, tmp_path: Path) -> None:
    running(db)
    result = apply(db, edited(tmp_path / "ours", ("hidup.yaml", "Berapa ", "Ada berapa ")))
    assert not proposals(db)
    assert not result.is_effective
    assert lines_of(result.left) == [
        "period 2017: has answers, so it keeps the texts of the instrument that it was opened with"
    ]


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([("perempuan.yaml", "number: 17", "number: 18")],
         "new indicators (18); indicators that are gone (17)"),
        ([("hidup.yaml", "factor: 100000", "factor: 1000")], "another formula (1)"),
        ([("rasa-aman.yaml", "kind: count\n        name", "kind: amount\n        name"),
          ("rasa-aman.yaml", "kind: count\n      input", "kind: number\n      input")],
         "other questions or options (15); another formula (15)"),
        ([("hidup.yaml", "    unit: per", "    unit: orang per")], "another unit (1)"),
        ([("instrument.yaml", "code: peduli", "code: sangat-peduli")], "other ratings"),
    ],
)  # fmt: skip
def test_what_answers_hang_on_is_refused(
    db: sqlite3.Connection, tmp_path: Path, edits: list[Edit], why: str
) -> None:
    running(db)
    before = dump(db)
    text = edited(tmp_path / "ours", *edits).replace("16, 17]", "16]")
    with pytest.raises(SetupError) as caught:
        apply(db, text)
    assert str(caught.value) == (
        f"The period 2017 is running, and no agreement can change this: {why}."
        " Take it back in the instrument's file, or set up a new period with another code."
    )
    assert dump(db) == before


def test_a_file_that_an_administrator_sends_names_whoever_sent_it(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    running(db)
    people = "INSERT INTO persons (telegram_id, name, joined_at) VALUES (5, 'Budi', '2017-02-01')"
    person = db.execute(people).lastrowid or 0
    sent = SetupAuthor("Budi", person, None, "roster.xlsx", "0" * 64)
    apply(db, edited(tmp_path / "ours", OWNER), author=sent)
    assert proposals(db)[0][2] == {"name": "Budi", "office": "roster.xlsx", "role": "operator"}
    row = db.execute("SELECT person_id FROM record WHERE kind = 'criterion_proposal'").fetchone()
    assert row == (person,)


def left_out(texts: dict[str, str]) -> None:
    reason = "    left_out: {text: Datanya tidak ada, status: proposed}\n    owner: "
    texts["hidup.yaml"] = texts["hidup.yaml"].replace("    owner: ", reason, 1)


def confirmed(texts: dict[str, str], *, whole: bool) -> None:
    """Confirm the figures of 15, with or without its name."""
    head, _, rest = texts["rasa-aman.yaml"].partition("      text: Daftar 16")
    name, _, figures = rest.partition("\n    inputs:")
    for status in (
        "Usulan, rumus menurut nama indikator",
        "Usulan, untuk dikonfirmasi dalam koordinasi",
    ):
        figures = figures.replace(
            f"text: {status}\n        status: proposed",
            "text: Lampiran, baris 15\n        status: confirmed",
            1,
        )
    name = name.replace("reported", "confirmed") if whole else name
    texts["rasa-aman.yaml"] = f"{head}      text: Daftar 16{name}\n    inputs:{figures}"


def holes(texts: dict[str, str]) -> None:
    first = texts["rasa-aman.yaml"]
    first = first.replace(
        'range: "4"\n        - points: 0\n          range: "≥ 5"',
        'range: "5"\n        - points: 0\n          range: "≥ 6"',
        1,
    )
    texts["rasa-aman.yaml"] = first.replace("    evidence:", '    holes: ["4"]\n    evidence:', 1)


def wished(change: Callable[[dict[str, str]], None]) -> list[tuple[str, dict[str, Any], bool]]:
    texts = dict(read_directory(BUNDLED / CODE))
    before = load_texts(texts)
    change(texts)
    wishes = criteria_wishes.wishes(before, load_texts(texts), before)
    return [(one.criterion.code, dict(one.change), one.partly) for one in wishes]


def test_leaving_out_holes_and_what_was_read_are_proposed_as_an_agreement_has_them() -> None:
    assert wished(left_out) == [("i1", {"left_out": "Datanya tidak ada"}, False)]
    code, change, partly = wished(lambda texts: confirmed(texts, whole=True))[0]
    assert (code, change["status"], partly) == ("i15", "confirmed", False)
    assert change["source"].endswith("; Lampiran, baris 15")
    assert wished(lambda texts: confirmed(texts, whole=False)) == [("i15", {}, True)]
    ((code, change, _),) = wished(holes)
    assert (code, change["holes"]) == ("i15", ["4"])


def test_an_indicator_that_is_taken_up_again_is_proposed_so() -> None:
    texts = dict(read_directory(BUNDLED / CODE))
    after = load_texts(texts)
    left_out(texts)
    before = load_texts(texts)
    wishes = criteria_wishes.wishes(before, after, before)
    assert [(one.criterion.sort, dict(one.change)) for one in wishes] == [
        (Sort.INDICATOR, {"left_out": "false"})
    ]


def test_the_structures_of_other_instruments_differ_in_much() -> None:
    kinds = load_directory("tests/scoring/instruments/kinds")
    other = load_directory(BUNDLED / CODE)
    assert {*criteria_wishes.obstacles(other, kinds)} >= {"gone", "questions", "total"}
    assert criteria_wishes.obstacles(kinds, kinds) == {}


def test_everybody_reads_it_and_a_meeting_takes_it_up(tmp_path: Path) -> None:
    world = season()
    text = edited(tmp_path / "ours", OWNER, RATING)
    apply(world.connection, text)
    world.type("Siti", "/kriteria 1")
    shown = world.inboxes["Siti"][-1].text
    assert "pemilik data: Kepala Dinas atau suku dinas" in shown
    assert "operator, berkas roster-2017.yaml" in shown
    before = world.roster.instrument_of(1)
    agree(world, 1)
    after = world.roster.instrument_of(1)
    assert (before.indicator(1).owner[:5], after.indicator(1).owner[:6]) == ("Dinas", "Kepala")
    result = apply(world.connection, text)
    assert [item.name for item in result.left if item.what == "criterion"] == ["Peduli HAM"]
    assert not result.proposed
    assert record.verify(world.connection).broken is None


def test_with_an_agreement_a_period_is_running_also_without_answers(tmp_path: Path) -> None:
    world = season()
    apply(world.connection, edited(tmp_path / "ours", OWNER))
    agree(world, 1)
    known = known_period(world.connection, "2017")
    assert known is not None
    assert known.is_running
    assert replace(known, has_answers=False).is_running


def preview(result: SetupResult, language: str) -> str:
    plan = plan_of(result, load_roster(SMALL), language)
    file = RosterFile(1, "roster.xlsx", RosterState.SHOWN, 1)
    (message,) = roster_upload.preview(1, file, plan, NOW, again=False)
    assert isinstance(message, Say)
    return render(message.name, message.view, language)


def test_a_preview_says_what_becomes_of_each_difference(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    running(db)
    result = apply(db, edited(tmp_path / "ours", OWNER, RATING))
    codes = ("proposes_source", "proposed_already", "partly_read", "unfit")
    facts = [Fact(code, {"text": "Lampiran, baris 15."}) for code in codes]
    result.left += [
        Item("criterion", code, (fact,)) for code, fact in zip(codes, facts, strict=True)
    ]
    shown = preview(result, "id")
    for words in (
        "✍️ <b>Diusulkan, belum berlaku (2)</b>",
        "Kriteria <b>Peduli HAM</b>: nilai terendah 76 → <b>80</b>",
        "terbaca di lampiran: Lampiran, baris 15",
        "sudah pernah diusulkan; tidak ditambah",
        "baru sebagian angkanya terkonfirmasi di berkas",
        "usulkan lewat /kriteria",
    ):
        assert words in shown
    assert "✍️ <b>Proposed, not in force (2)</b>" in preview(result, "en")
    assert "lowest total 76 → <b>80</b>" in preview(result, "en")


def test_what_no_longer_fits_is_left() -> None:
    files = read_directory(BUNDLED / CODE)
    fifteen = Criterion(Sort.INDICATOR, "15")
    change = {"bands": [{"points": 10, "range": "1–0"}], "example": "Nihil."}
    assert proposing._fitting(files, fifteen, change) == (change, None)
