"""What users of neighbouring tools complain of, one test each, numbered as in the list of thirty.

Those that only show over HTTP are in `test_complaints_over_http`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from flows import step
from flows.contact import evidence, submitting, summary
from flows.model import totals
from flows.model.answer_state import RETURNED_STATES, State
from flows.model.events import Command, Edited, Tap
from flows.model.facts import Region, StaffFacts, Stage, Task
from flows.model.outcome import Outcome, RecordMove, Say, SetFocus, SetReachable
from flows.model.roles import Role
from flows.model.tasks import fingerprint
from flows.staff import progress_views, score_differences
from scoring import bundled_codes, load_bundled
from scoring.check import check
from scoring.reasons import POINTS
from tests.complaints.driver import CONTACTS, INSTRUMENT, OWES, Driver
from tests.flows import test_units
from tests.flows.heard import text_of
from tests.flows.world import World
from tests.support.nightly import sampled

BASE = Path(__file__).parent.parent / "scoring" / "bad" / "base"


def world_of(owes: dict[str, list[int]], *people: tuple[str, str | None, Role]) -> World:
    world = World(owes)
    for who, unit, role in people:
        world.link(who.upper(), unit, role)
        world.type(who, f"/start {who.upper()}")
    return world


def last(world: World, who: str) -> str:
    return text_of(world.inboxes[who][-1])


def task_of(world: World, unit: str, number: int) -> Task:
    task = world.desk(world.units[unit]).task(number)
    assert task is not None
    return task


def test_05_an_answer_three_questions_back_is_changed_and_all_that_hangs_on_it_is_judged_anew() -> (
    None
):
    """Users say: I cannot go back and correct."""
    owes = {"barat": [4, 5, 6, 7], "timur": [4]}
    world = world_of(owes, ("Ani", "barat", Role.CONTACT), ("Tono", "timur", Role.CONTACT))
    for text in ("/lanjut", "40 dari 1.000", "simpan"):
        world.type("Tono", text)
    for figures in ("/lanjut", "30 dari 990", "260 dari 1.000", "80 dari 100", "12 dari 500"):
        world.type("Ani", figures)
        if "dari" in figures:
            world.type("Ani", "simpan")
    before = {number: summary.points(task_of(world, "barat", number)) for number in owes["barat"]}
    assert before[4] == summary.points(task_of(world, "timur", 4)) == 10  # 70 of 2.000: 3,5 %
    world.type("Ani", "/kategori")
    world.press("Ani", "📝 Belum memperoleh SD")
    world.press("Ani", "✏️ Ubah")
    assert "Tersimpan sebelumnya: 30" in last(world, "Ani")
    world.type("Ani", "130 dari 990")
    world.press("Ani", "✅ Simpan")
    after = {number: summary.points(task_of(world, "barat", number)) for number in owes["barat"]}
    assert after == {**before, 4: Decimal(2)}  # 170 of 2.000: 8,5 %
    assert summary.points(task_of(world, "timur", 4)) == 2, "the partner's share is scored anew"
    world.type("Ani", "/kategori")
    world.press("Ani", "📝 Belum memperoleh SD")
    world.press("Ani", "🕘 Riwayat")
    history = last(world, "Ani")
    assert "30" in history.replace("130", "")
    assert "130" in history


def test_08_every_return_code_is_a_line_of_the_checklist_and_files_without_ticks_are_incomplete() -> (
    None
):
    """Users say: the proof does not fit what was asked, or lacks the endorsement."""
    lines = {one for indicator in INSTRUMENT for one in evidence.checklist(Task(indicator, None))}
    assert lines == set(POINTS)
    for reason in INSTRUMENT.return_reasons:
        assert set(reason.points) <= lines, reason.code
        assert bool(reason.points) == (reason.code not in ("alasan", "lain")), reason.code
    assert {point for one in INSTRUMENT.return_reasons for point in one.points} == lines
    world = world_of({"kesbang": [15]}, ("Eko", "kesbang", Role.CONTACT))
    for text in ("/lanjut", "2", "simpan"):
        world.type("Eko", text)
    world.press("Eko", "📎 Data dukung")
    world.do("Eko", "uploads document rekap.pdf 1000")
    world.do("Eko", "fetched 1 stored")
    world.type("Eko", "selesai")
    assert "Belum dicentang" in last(world, "Eko")
    world.press("Eko", "📤 Kirim jawaban")
    assert "📎 1 belum dicentang lengkap" in last(world, "Eko")
    world.press("Eko", "📤 Kirim…")
    assert task_of(world, "kesbang", 15).state == State.SENT, "it is marked, not refused"


def test_09_no_figure_without_a_unit_and_nothing_without_owner_and_article(tmp_path: Path) -> None:
    """Users say: the indicator is unclear: no unit, no owner, not our authority."""
    for code in bundled_codes():
        for indicator in load_bundled(code):
            assert indicator.unit.strip(), indicator.code
            assert indicator.owner.strip(), indicator.code
            assert indicator.guidance.article.strip(), indicator.code
            assert all(
                one.unit.strip() for one in indicator.inputs if one.kind in ("count", "amount")
            )
    text = (BASE / "hidup.yaml").read_text(encoding="utf-8")
    for line, lacks in (
        ("    unit: per 100.000 kelahiran hidup\n", "`unit`"),
        ("        unit: orang\n", "`unit`"),
        ("    owner: Dinas kesehatan\n", "`owner`"),
        (", article: Baris 1", "`article`"),
    ):
        assert line in text
        for without in ("", line.split(":")[0] + ': ""' + ("\n" if line.endswith("\n") else "")):
            for source in BASE.iterdir():
                (tmp_path / source.name).write_text(
                    source.read_text(encoding="utf-8"), encoding="utf-8"
                )
            (tmp_path / "hidup.yaml").write_text(text.replace(line, without, 1), encoding="utf-8")
            refused = [one for one in check(tmp_path) if not one.is_warning]
            assert any(lacks in str(one) for one in refused), (line, without, refused)


@pytest.mark.parametrize(
    "seeds", [range(3), pytest.param(range(3, 24), marks=pytest.mark.campaign)]
)
def test_12_the_listed_differences_sum_to_claimed_minus_verified_whatever_happened(
    seeds: range,
) -> None:
    """Users say: the score fell and we do not know why."""
    reasons: set[str] = set()
    for world in (world for seed in seeds for world in Driver(seed).runs(80)):
        facts = world.staff("Budi", Command("status"))
        (region,) = facts.board.regions
        differences = score_differences.view(facts, facts.board, region, facts.board.offices)
        listed = sum((row["claimed"] - row["verified"] for row in differences["rows"]), Decimal(0))
        assert listed + differences["waiting_points"] == differences["points"]
        exact = Fraction(differences["points"]) * 10 / max(differences["counted"], 1)
        shown = Fraction(differences["claimed"]) - Fraction(differences["verified"])
        assert abs(exact - shown) <= Fraction(1, 100), "totals are shown with two decimals"
        for row in differences["rows"]:
            assert (row["role"], row["reason"]) in judgements(facts, region, row["name"]), row
            assert row["article"]
        reasons |= {row["why"] for row in differences["rows"]}
    assert reasons == {"returned", "corrected"}, "the ways led past both"


def judgements(facts: StaffFacts, region: Region, short: str) -> set[tuple[str, str | None]]:
    """Who judged an answer to this indicator last, and why."""
    return {
        (str(task.standing.role), task.standing.reason)
        for office in progress_views.owing(facts.board.of_region(region))
        for task in office.desk.tasks
        if task.indicator.short == short and task.standing and task.standing.role != Role.CONTACT
    }


def test_20_what_stopped_counting_is_kept_and_comes_back() -> None:
    """Users say: answers hidden by a later change stay in, or are lost.

    This instrument has no gates. What switches an answer off is a reason for an absence in place of the
    figures: toggled twice, the figures leave the score, stay in the history, and count again as before.
    """
    world = world_of(
        {"kesehatan": [1, 2]}, ("Siti", "kesehatan", Role.CONTACT), ("Budi", None, Role.KANWIL)
    )
    for text in ("/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        world.type("Siti", text)

    def score() -> object:
        facts = world.staff("Budi", Command("status"))
        return totals.region_score(facts.period.instrument, facts.board.offices)

    before = score()
    for revision in (2, 4):
        world.tap("Siti", f"e.{world.seats['Siti'][0].id}.1")
        world.press("Siti", "Tidak dapat mengisi…")
        world.press("Siti", "Tidak berlaku di daerah ini")
        world.type("Siti", "Tidak ada rumah bersalin di wilayah ini.")
        assert "Tersimpan" in last(world, "Siti")
        assert "tidak berlaku" in last(world, "Siti").casefold(), "it is said what stopped counting"
        assert task_of(world, "kesehatan", 1).claimed.inputs is None
        assert score() != before
        world.tap("Siti", f"e.{world.seats['Siti'][0].id}.1")
        world.type("Siti", "12 dari 14.250")
        world.press("Siti", "✅ Simpan")
        assert score() == before
        stored = world.answers["kesehatan", 1]
        assert [one.answer.absence is None for one in stored] == [True, False] * (revision // 2) + [
            True
        ]
    assert len({str(one.answer) for one in world.answers["kesehatan", 1]}) == 2


@pytest.mark.parametrize(
    "seed",
    [100, 101, *(pytest.param(seed, marks=pytest.mark.campaign) for seed in range(102, 120))],
)
def test_21_a_right_may_be_sent_exactly_when_the_list_of_what_is_missing_is_empty(
    seed: int,
) -> None:
    """Users say: a required question on a path not taken blocks sending."""
    allowed = refused = 0
    for world in Driver(seed).runs(60):
        for unit, who in CONTACTS.items():
            seat, desk = world.seats[who][0].id, world.desk(world.units[unit])
            tasks = next(iter(summary.by_right(desk).values()))
            assert [task.indicator.no for task in tasks] == OWES[unit]
            missing, sendable = submitting.missing(tasks), submitting.sendable(tasks)
            shown = _stepped(world, who, Tap(f"q.{seat}.0", 5, "q"))
            check = next(one for one in shown.messages if isinstance(one, Say))
            assert check.view["missing"] == len(missing)
            offers = [button.label for row in check.keyboard for button in row][:-1]
            ready = ["send_now", "paper_sheet"]
            assert offers == (["fill"] if missing else ready if sendable else [])
            sent = _stepped(world, who, Tap(f"w.{seat}.0.{fingerprint(tasks)}", 5, "q"))
            moved = [one for one in sent.changes if isinstance(one, RecordMove)]
            assert bool(moved) == (not missing and bool(sendable))
            owes = [
                task.state
                for task in tasks
                if task.state in {State.EMPTY, *RETURNED_STATES} and not task.is_mended
            ]
            assert bool(owes) == bool(missing), (
                "the list names what the office still owes, and only that"
            )
            allowed, refused = allowed + bool(moved), refused + bool(missing)
    assert min(allowed, refused) > 5


def _stepped(world: World, who: str, event: Tap) -> Outcome:
    """What a tap would do, without doing it."""
    return step(world.facts(who, event), event)


STAGES: dict[Stage, tuple[str, ...]] = {
    Stage.IDLE: ("Siti: /lanjut", "Siti: 12 dari 14.250", "Siti: simpan"),
    Stage.ASK: ("Siti: /lanjut", "Siti: 12"),
    Stage.CLARIFY: ("Siti: /lanjut", "Siti: 1.500 dari 20.000", "Siti! ✏️ Ubah", "Siti: 1,250"),
    Stage.ZERO: ("Siti: /lanjut", "Siti: nihil"),
    Stage.CONFIRM: ("Siti: /lanjut", "Siti: 12", "Siti: 14.250"),
    Stage.DOUBT: (
        "Siti: /lanjut", "Siti: 12 dari 14.250", "Siti: simpan", "Siti: 300 dari 14.000",
    ),
    Stage.REASON: ("Siti: /lanjut", "Siti! Tidak dapat mengisi…", "Siti! Tidak berlaku di daerah ini"),
    Stage.CONFLICT: (
        "Siti: /lanjut", "Rina: /lanjut", "Siti: 12 dari 14.250", "Rina: 13 dari 14.250", "Rina: simpan",
        "Siti: simpan",
    ),
    Stage.EVIDENCE: ("Siti: /lanjut", "Siti: 12 dari 14.250", "Siti: simpan", "Siti! 📎 Data dukung"),
    Stage.NOTE: ("Siti: /lanjut", "Siti: 12", "Siti: /tanya"),
    Stage.EXPLAIN: (
        "Siti: /lanjut", "Siti: 12 dari 14.250", "Siti: simpan", "Siti: /kategori", "Siti! 📤 Periksa dan kirim",
        "Siti! 📤 Kirim 1 jawaban", "Hana: /verifikasi", "Hana! Sudin Kesehatan · 1", "Hana! ↩️ Kembalikan",
        "Hana! Periode keliru", "Hana: Data tahun lain.", "Siti! ✏️ Ubah angka", "Siti: 12 dari 14.250",
        "Siti: simpan", "Siti! 📤 Kirim kembali",
    ),
    Stage.SUBMISSION: (
        "Siti: /lanjut", "Siti: 12 dari 14.250", "Siti: simpan", "Siti: /kategori", "Siti! 📤 Periksa dan kirim",
        "Siti! 📤 Kirim 1 jawaban", "Hana: /verifikasi", "Hana! Sudin Kesehatan · 1", "Hana! 👍 Setujui",
        "Joko: /pengajuan", "Joko! ↩️ Kembalikan ke Bagian Hukum",
    ),
    Stage.JUDGE: (
        "Siti: /lanjut", "Siti: 12 dari 14.250", "Siti: simpan", "Siti: /kategori", "Siti! 📤 Periksa dan kirim",
        "Siti! 📤 Kirim 1 jawaban", "Hana: /verifikasi", "Hana! Sudin Kesehatan · 1", "Hana! ↩️ Kembalikan",
        "Hana! Periode keliru",
    ),
    Stage.EXTEND: ("Budi: /perpanjang kesehatan", "Budi: 15 April"),
    Stage.COMMENT: ("Siti: /kriteria 1", "Siti! 💬 Komentar"),
    Stage.PROPOSE: (
        "Budi: /kriteria 1", "Budi! ✍️ Usulkan perubahan", "Budi! Rentang dan poin", "Budi: ≤ 100; > 100",
    ),
    Stage.MEETING: ("Budi: /rakor", "Budi: x"),
    Stage.ANNOUNCE: ("Hana: /pengumuman jakpus",),
    Stage.NOTICE: ("Zula: /privasi", "Zula! ✏️ Ubah pemberitahuan", "Zula! ✏️ Berapa lama"),
    Stage.LETTERHEAD: ("Hana: /kop", "Hana! Tempat"),
    Stage.REOPEN_SEASON: (
        "Budi: /tutup", "Budi! 🏁 Tutup penilaian data 2016", "Budi: /tutup", "Budi! 🔓 Buka kembali verifikasi",
        "Budi! Senin, 15 Mei 2017",
    ),
}  # fmt: skip
"""How each stage is reached; who speaks last is who edits."""


def staged(stage: Stage) -> tuple[World, str]:
    owes = [1, 2] if stage == Stage.DOUBT else [1]  # births that differ from those of the other
    world = world_of(
        {"kesehatan": owes}, ("Siti", "kesehatan", Role.CONTACT), ("Rina", "kesehatan", Role.CONTACT),
        ("Hana", None, Role.COORDINATOR), ("Budi", None, Role.KANWIL), ("Joko", None, Role.SECRETARY),
        ("Zula", None, Role.ADMIN),
    )  # fmt: skip
    if stage == Stage.SUBMISSION:
        world.levels(Role.SECRETARY)
    who = ""
    for line in STAGES[stage]:
        who, taps, what = line[:4], line[4] == "!", line[6:]
        (world.press if taps else world.type)(who, what)
    return world, who


@pytest.mark.parametrize(
    ("text", "stage"),
    sampled(product(["77 dari 7.700", "77", "banyak sekali", "ya", "/lanjut"], STAGES), 4),
)
def test_26_an_edited_message_changes_nothing_silently_at_any_stage(
    stage: Stage, text: str
) -> None:
    """Users say: an edited message is ignored or crashes the bot."""
    assert set(STAGES) == set(Stage), "a new stage needs a way to it here"
    typed = staged(stage)[0].typed
    for number in [1, *typed]:
        world, who = staged(stage)
        assert world.focus[who].stage == stage
        before, draft = dict(world.answers), world.focus[who]
        outcome = world.send(who, Edited(text, number))
        assert all(isinstance(one, SetFocus | SetReachable) for one in outcome.changes)
        assert world.answers == before
        names = [one.name for one in outcome.messages if isinstance(one, Say)]
        assert names, "an edit is never met with silence"
        after = world.focus[who]
        if (after.inputs, after.value) != (draft.inputs, draft.value):
            assert names[0] == "answering/edit_taken", "what changed a draft says so"
            assert number in draft.typed.values()


def test_28_every_pair_of_states_is_in_the_table_or_refused_with_a_reason() -> None:
    """Users say: a status cannot be cleared, or a new one breaks the screens."""
    test_units.test_every_pair_of_states_is_in_the_table_or_refused_with_a_reason()
