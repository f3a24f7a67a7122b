"""Berita acara kesepakatan kriteria, as PDF and in Word: all that the meeting said, and nothing it did not."""

from __future__ import annotations

from bot.papers import minutes
from bot.papers.minutes import AgreedCriterion, Participant
from bot.papers.pdf import pdf
from bot.papers.word import docx
from flows.model.paper_settings import PaperSettings
from scoring.replacing import replace
from tests.papers.examples import HOSTILE, MINUTES, PROOF, SETTINGS
from tests.papers.reading import page_texts, scanned, word_tables, word_text

PAPER = minutes.paper(MINUTES, SETTINGS)


def text_of(paper: object = PAPER) -> str:
    assert isinstance(paper, type(PAPER))
    return " ".join(page_texts(pdf(paper, PROOF)))


def test_the_opening_says_when_where_and_what_about() -> None:
    text = text_of()
    assert "BERITA ACARA KESEPAKATAN KRITERIA PENILAIAN" in text
    assert "NOMOR W10.HA.02-12" in text
    assert (
        "Pada hari ini, Rabu, tanggal delapan bulan Maret tahun dua ribu tujuh belas (8 Maret 2017),"
        " bertempat di Ruang Rapat Wali Kota" in text
    )
    assert "Rapat diikuti oleh 2 (dua) orang" in text
    assert "semua daerah yang dinilai: Jakarta Pusat, Jakarta Utara." in text


def test_what_was_agreed_stands_before_and_after_with_its_source() -> None:
    [agreed, postponed, participants, _] = word_tables(docx(PAPER, PROOF))
    assert agreed[0] == ["Indikator", "Hal", "Semula", "Menjadi", "Status dan sumber"]
    assert agreed[1] == ["Hak hidup"] * 5
    assert agreed[2] == [
        "1. Angka kematian ibu", "ambang", "≤ 100 → 10\n> 100 → 0", "≤ 110 → 10\n111–140 → 5\n> 140 → 0",
        "disepakati: Rapat 8 Maret 2017; diusulkan Sudinkes",
    ]  # fmt: skip
    assert agreed[3][1] == "disepakati apa adanya"
    assert agreed[4] == ["Ketentuan umum penilaian"] * 5
    assert agreed[5] == [
        "Pembulatan",
        "cara menghitung",
        "ke atas",
        "setengah ke atas",
        "terkonfirmasi",
    ]
    assert postponed[1] == ["15. Demonstrasi", "ambang", "0 → 10", "usulan: menunggu data"]
    assert participants[1] == ["1", "Hana", "Bagian Hukum", "Bagian Hukum Jakarta Pusat", "1."]
    assert participants[2][2] == "Narasumber"


def test_the_record_and_both_versions_are_named() -> None:
    text = word_text(docx(PAPER, PROOF))
    assert f"catatan nomor 411 dengan sidik {MINUTES.record_hash}" in text
    assert (
        f"sebelum rapat: {MINUTES.hash_before}. Versi instrumen sesudah rapat: {MINUTES.hash_after}."
        in text
    )
    assert "masih ada 9 dari 17 indikator yang dinilai dengan ambang usulan" in text
    assert "14 tanggapan" in text


def test_who_leads_signs_as_the_settings_say() -> None:
    text = text_of()
    assert (
        "Jakarta, 8 Maret 2017 Kepala Bidang HAM, Budi Contoh, S.H. Pembina NIP 19700101 199503 1 001"
        in text
    )
    assert "Tembusan: 1. Wali Kota Contoh" in text
    bare = text_of(minutes.paper(MINUTES, PaperSettings("31")))
    assert "(kop naskah dinas)" in bare
    assert "NOMOR ………" in bare
    assert "………, 8 Maret 2017 Pimpinan rapat, ………" in bare


def test_a_meeting_that_agreed_on_nothing() -> None:
    nothing = replace(
        MINUTES, agreed=(), postponed=(), participants=(), regions=(), comments=0, unsettled=0,
        hash_after=MINUTES.hash_before,
    )  # fmt: skip
    text = text_of(minutes.paper(nothing, SETTINGS))
    for sentence in (
        "Tidak ada kriteria yang diubah atau ditetapkan dalam rapat ini.",
        "Tidak ada kriteria yang ditunda.",
        "Tidak ada tanggapan peserta",
        "Versi instrumen tidak berubah",
        "tidak ada lagi indikator yang dinilai dengan ambang usulan",
        "Tidak ada peserta yang menyatakan hadir.",
    ):
        assert sentence in text, sentence


def test_a_long_meeting_goes_over_pages_and_each_is_marked() -> None:
    many = tuple(
        AgreedCriterion("Hak hidup", place, f"{HOSTILE} {place}", "bands", "a\n" * 5, "b\n" * 5)
        for place in range(1, 30)
    )
    people = tuple(Participant(HOSTILE, "contact", HOSTILE) for _ in range(40))
    paper = minutes.paper(replace(MINUTES, agreed=many, participants=people), SETTINGS)
    texts = page_texts(pdf(paper, PROOF))
    assert len(texts) >= 5
    assert scanned(paper, PROOF) == [PROOF.link] * len(texts)
    assert word_tables(docx(paper, PROOF))[2][40][1] == HOSTILE


def test_its_figures_name_what_changed() -> None:
    drawn = minutes.drawn(MINUTES, SETTINGS)
    assert drawn.filename == "Berita-acara-kesepakatan-kriteria-DKI-Jakarta-2017"
    shown = drawn.figures
    assert shown["agreed.1.1.bands.before"] == "≤ 100 → 10\n> 100 → 0"
    assert shown["agreed.3.general.setting.status"] == "confirmed"
    assert shown["postponed.1.15.bands"] == "0 → 10"
    assert shown["participant.2"] == "Direktorat Jenderal"
    assert "Citra" not in str(shown)
    assert shown["record.hash"] == MINUTES.record_hash
    changed = replace(
        MINUTES, agreed=(replace(MINUTES.agreed[0], after="≤ 120 → 10"), *MINUTES.agreed[1:])
    )
    other = minutes.figures(changed)
    assert {key for key in shown if shown[key] != other[key]} == {"agreed.1.1.bands.after"}
