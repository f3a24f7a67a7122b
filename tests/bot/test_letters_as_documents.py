"""The letter of `/telepon` as a Word document: what it says is true, signed and copied as the roster says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from docx import Document as WordDocument
from docx.shared import Cm

from bot.telegram.calls import MADE
from bot.telegram.rendering import letters
from bot.telegram.word_letters import LETTERS, parts, template
from flows.model.answer_state import State
from flows.model.buttons import Pressed
from flows.model.events import Tap
from flows.model.facts import StaffFacts
from flows.model.letterheads import Letterhead
from flows.model.outcome import Notice, SentDocument
from flows.model.outreach import Outreach
from flows.model.roles import Role
from flows.staff import call_list
from messages import documents, environment
from messages.languages import LETTER
from scoring.replacing import replace
from tests.flows.ground import START
from tests.flows.world import World

HOSTILE = 'Ani & <Budi> "Citra" {{ 7 * 7 }} {% raw %}'


@pytest.fixture
def world() -> World:
    world = World({"kesehatan": [1, 2, 13]})
    world.now = START - timedelta(days=8)
    world.link("A", "kesehatan")
    world.link("K", None, Role.COORDINATOR)
    world.link("B", None, Role.KANWIL)
    for name, token in (("Siti", "A"), ("Hana", "K"), ("Budi", "B")):
        world.type(name, f"/start {token}")
    return world


def fill(world: World, *numbers: int, words: str = "tidak ada di wilayah kami") -> None:
    for number in numbers:
        world.do("Siti", f"forges e.1.{number}")
        world.press("Siti", "Tidak dapat mengisi…")
        world.press("Siti", "Tidak berlaku…")
        world.type("Siti", words)


def moved(world: World, number: int, state: State, reason: str | None = None) -> None:
    world.move(("kesehatan", number), state, Role.KANWIL, reason)


def facts_of(world: World, who: str, reminders: int = 3) -> StaffFacts:
    """What is known a week later, after so many reminders."""
    world.now = max(world.now, START)
    world.do("Budi", f"reminds Siti {reminders}")
    seat = world.seats[who][0].id
    return world.staff(who, Tap(f"ct.{seat}.1", 5, "q"))


def document(facts: StaffFacts) -> SentDocument:
    pressed = Pressed(call_list.LETTER, facts.seat.id, ("1",))
    [made] = call_list.on_tap(facts, Tap("", 5, "q"), pressed, facts.gathered.of(Outreach)).messages
    assert isinstance(made, SentDocument)
    return made


def content(made: SentDocument, *, trial: bool = False) -> tuple[str, bytes]:
    """Its text, by way of the outbox as JSON; and the caption beside it."""
    [letter] = letters(made, 7, trial=trial)
    payload = orjson.loads(orjson.dumps(letter.payload))
    content = MADE[payload["made"]](payload["figures"])
    return payload["caption"], content


def text_of(content: bytes) -> str:
    return "\n".join(one.text for one in WordDocument(BytesIO(content)).paragraphs)


def read(world: World, who: str = "Hana", reminders: int = 3) -> tuple[str, str]:
    caption, made = content(document(facts_of(world, who, reminders)))
    return caption, text_of(made)


def test_what_was_never_filled(world: World) -> None:
    caption, text = read(world)
    assert "data tersebut belum kami terima" in caption
    assert "3 kali pengingat melalui Telegram kepada Siti, namun data tersebut belum" in text
    assert "1.\tAngka kematian ibu" in text
    assert "paling lambat tanggal 31 Maret 2017" in text
    assert "sebelum batas akhir tersebut" in text
    assert "dikembalikan" not in text
    assert "{'" not in text


def test_of_a_trial_each_page_says_so(world: World) -> None:
    letter = document(facts_of(world, "Hana"))
    head = {
        trial: WordDocument(BytesIO(content(letter, trial=trial)[1])).sections[0].header.paragraphs
        for trial in (True, False)
    }
    assert [one.text for one in head[True]] == ["UJI COBA · latihan, bukan penilaian sebenarnya"]
    assert not "".join(one.text for one in head[False])


def test_what_is_filled_and_not_sent(world: World) -> None:
    fill(world, 1, 2, 13)
    caption, text = read(world)
    assert "data tersebut sudah diisi tetapi belum dikirim" in caption
    assert "Data yang sudah diisi tetapi belum dikirim:" in text
    assert "Hal\t: Permintaan pengiriman data penilaian" in text
    assert "belum kami terima" not in text


def test_what_was_returned_is_told_with_its_reason(world: World) -> None:
    fill(world, 1, 2, 13)
    for number in (1, 2):
        moved(world, number, State.VERIFIED)
    moved(world, 13, State.RETURNED, "Laporan belum ditandatangani.")
    caption, text = read(world)
    assert "perbaikannya belum kami terima" in caption
    assert "namun perbaikannya belum kami terima" in text
    assert "dengan alasan: “Laporan belum ditandatangani.”" in text
    assert "data tersebut belum" not in text
    assert "Hal\t: Permintaan perbaikan data penilaian" in text


def test_the_words_of_the_instrument_stand_before_the_reviewers_own(world: World) -> None:
    fill(world, 1, 2, 13)
    code = world.period.instrument.return_reasons[0]
    returned = State.RETURNED_BY_CITY
    world.move(("kesehatan", 13), returned, Role.KANWIL, "Tahunnya 2015.", code.code)
    assert f"dengan alasan: “{code.text}; Tahunnya 2015.”" in read(world)[1]


def test_everything_at_once(world: World) -> None:
    world.owe("kesehatan", [1, 2, 13, 16])
    fill(world, 1, 2, 13)
    moved(world, 2, State.RETURNED, "Salah tahun.")
    moved(world, 13, State.RETURNED, "Salah tahun.")
    fill(world, 13, words="tahun 2016 juga tidak ada di wilayah kami")
    assert len(world.answers["kesehatan", 13]) == 2
    caption, text = read(world)
    sentence = (
        "sebagian data belum kami terima, sebagian data sudah diisi tetapi belum dikirim, perbaikan"
        " atas jawaban yang dikembalikan belum kami terima dan sebagian perbaikan sudah diisi"
        " tetapi belum dikirim kembali"
    )
    assert sentence in caption
    assert sentence in text
    assert "Hal\t: Permintaan data dan perbaikan data penilaian" in text


def test_nobody_was_reminded_and_the_deadline_is_past(world: World) -> None:
    world.now = datetime(2017, 4, 3, 3, 0, tzinfo=UTC)
    text = read(world, reminders=0)[1]
    assert "Telegram" not in text
    assert "Sampai dengan tanggal surat ini, data tersebut belum kami terima." in text
    assert "telah lewat 3 hari" in text
    assert "hubungi Bidang HAM Kanwil DKI Jakarta." in text


def test_without_settings_the_signature_is_left_to_be_filled_in(world: World) -> None:
    text = read(world)[1]
    assert "Jakarta Pusat, 10 Maret 2017" in text
    assert "a.n. Sekretaris ……………… Jakarta Pusat,\nKepala Bagian Hukum Jakarta Pusat," in text
    assert "Tembusan:\n1.\t………" in text
    kanwil = read(world, "Budi")[1]
    assert "Kepala Kanwil DKI Jakarta," in kanwil
    assert "Sekretaris" not in kanwil
    assert "………………………, 10 Maret 2017" in kanwil


def test_the_roster_says_who_signs_and_who_gets_a_copy(world: World) -> None:
    city = Letterhead(
        "31.71", "Jakarta", ("a.n. Sekretaris Kota X", "Kepala Bagian Hukum"), "Hana, S.H.", "1975",
        ("Wali Kota X", "Inspektur & Pembantu"),
    )  # fmt: skip
    facts = facts_of(world, "Hana")
    period = replace(facts.period, letters=(Letterhead("31"), city))
    text = text_of(content(document(replace(facts, period=period)))[1])
    assert "Jakarta, 10 Maret 2017" in text
    assert "a.n. Sekretaris Kota X,\nKepala Bagian Hukum," in text
    assert "Hana, S.H.\nNIP 1975" in text
    assert "Tembusan:\n1.\tWali Kota X\n2.\tInspektur & Pembantu" in text


def test_names_are_words_and_never_tags(world: World) -> None:
    facts = facts_of(world, "Hana")
    office = facts.board.offices[0]
    office = replace(
        office,
        unit=replace(office.unit, name=HOSTILE, short="Sudin/Kes & <Ko>"),
        contacts=(replace(office.contacts[0], name=HOSTILE),),
    )
    facts = replace(facts, board=replace(facts.board, offices=(office,)))
    made = document(facts)
    assert made.filename == "Surat-Sudin-Kes-Ko.docx"
    caption, written = content(made)
    assert text_of(written).count(HOSTILE) == 3
    assert "&lt;Budi&gt;" in caption


def test_an_office_that_is_done_needs_no_letter(world: World) -> None:
    fill(world, 1, 2, 13)
    for number in (1, 2, 13):
        moved(world, number, State.SENT)
    facts, pressed = facts_of(world, "Hana"), Pressed(call_list.LETTER, 2, ("1",))
    outcome = call_list.on_tap(facts, Tap("", 5, "q"), pressed, facts.gathered.of(Outreach))
    [message] = outcome.messages
    assert isinstance(message, Notice)
    assert message.name == "notice/letter_not_needed"


def test_what_lies_in_an_outbox_keeps_its_name() -> None:
    assert LETTERS["reminder_letter"] == "letter/reminder"
    assert LETTERS.keys() <= MADE.keys()


@pytest.mark.parametrize("name", LETTERS.values())
def test_the_letter_is_no_part_of_what_is_said_beside_it(name: str) -> None:
    loader = environment().loader
    assert loader is not None
    beside = loader.get_source(environment(), f"{name}.j2")[0]
    assert LETTER not in beside
    assert documents.wording(name).splitlines()[1] not in beside


@pytest.mark.parametrize("name", LETTERS.values())
def test_the_template_that_ships_is_the_one_that_its_wording_makes(name: str) -> None:
    shipped = Path(documents.template(name)).read_bytes()
    assert parts(shipped) == parts(template(documents.wording(name)))
    page: Any = WordDocument(BytesIO(shipped)).sections[0]
    assert abs(page.page_width - Cm(21)) < 1000
    assert abs(page.page_height - Cm(29.7)) < 1000


def test_a_line_of_no_kind_is_refused_where_the_template_is_made() -> None:
    assert template("isi | Dengan hormat\n")[:2] == b"PK"
    with pytest.raises(ValueError, match="judul is no kind of a line of a letter: Laporan"):
        template("judul | Laporan\n")
