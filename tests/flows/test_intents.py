"""Everyday words: each phrasing of the table is understood, other texts are left alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.typed_words import intents, vocabulary
from flows.contact import everyday
from flows.model.events import Text
from flows.model.intents import Intent, Intents, Side
from flows.staff import status
from scoring.replacing import replace
from tests.flows.boards import jakarta
from tests.flows.test_status import facts
from tests.support.tables import each_row

TABLE = [
    (is_staff, name, phrasing)
    for is_staff, table in ((False, intents().contact), (True, intents().staff))
    for name, phrasings in table.phrasings.items()
    for phrasing in phrasings
]


@each_row(("is_staff", "name", "phrasing"), TABLE)
def test_each_phrasing_means_one_thing(is_staff: bool, name: str, phrasing: str) -> None:
    assert intents().of(phrasing, is_staff=is_staff) == name


HELD_OUT = {
    False: {
        "thanks": ["Makasih ya Pak", "oke makasih bu", "tks min"],
        "greeting": ["Halo min", "selamat pagi bu", "Assalamualaikum pak"],
        "deadline": [
            "kapan ditutup ya?",
            "masih bisa diisi gak ya",
            "telat gpp?",
            "brp hari lagi ya",
            "kpn batasnya ya?",
            "tgl brp terakhir?",
            "deadline kapan ya pak",
            "batas akhirnya kpn",
            "tenggatnya kapan?",
            "paling lambat tgl brp ya",
        ],
        "ringkasan": [
            "masih kurang apa lagi ya",
            "hasil verifikasi kami gimana?",
            "sudah diverifikasi belum ya",
            "udah sampai mana ya",
            "brp lagi ya?",
            "apa lagi yg belum?",
            "nilai kami brp?",
            "udah berapa persen ya",
        ],
        "lanjut": [
            "kenapa dikembalikan?",
            "apa yg harus diperbaiki?",
            "ayo lanjut",
            "mau mengisi yg mana",
            "mulai dari mana ya",
        ],
        "kategori": [
            "mau revisi angka",
            "salah kirim file pak",
            "saya salah ketik",
            "mau ganti jawaban",
            "salah angka bu",
            "gimana ubah jawaban?",
        ],
        "file": [
            "kirim ke mana berkasnya?",
            "lupa lampirin dokumen",
            "saya mau kirim file",
            "mau upload dokumen",
            "gmn kirim dokumen?",
            "mau kirim bukti",
        ],
        "submit": [
            "mana tombol kirimnya?",
            "sudah terkirim belum ya?",
            "cara ngirim jawaban",
            "sdh selesai isi",
            "sudah mengisi semua",
        ],
        "whom": [
            "siapa yg bisa saya hubungi?",
            "no wa panitia brp?",
            "saya sudah pindah tugas",
            "nomer yg bisa dihubungi?",
            "tlp siapa ya",
            "hubungi siapa?",
        ],
        "tentang": [
            "nomor surat berapa?",
            "dasar suratnya apa ya",
            "apa itu kota ham?",
            "ini untuk apa ya",
            "siapa yg minta data ini?",
        ],
        "jeda": ["jangan ingatkan saya lagi", "stop pengingat"],
        "privasi": ["data saya aman gak?"],
        "tanya": ["bisa diperpanjang gak ya?", "mau minta perpanjangan pak"],
        "bantuan": ["gmn cara isinya?"],
    },
    True: {
        "thanks": ["makasih ya", "terimakasih bu"],
        "terlambat": [
            "siapa yg paling parah?",
            "yang belum gabung siapa?",
            "Siapa yg blm?",
            "siapa yang belum kirim",
            "siapa aja yg telat?",
            "dinas mana yg blm?",
        ],
        "status": [
            "laporan buat pak walikota",
            "bahan untuk rapat besok",
            "udah beres semua?",
            "siapa yg udah",
            "rekap untuk Pak Wakil Walikota",
            "udah brp persen?",
            "gimana progresnya?",
            "laporan untuk pimpinan",
        ],
        "verifikasi": [
            "ada yang baru?",
            "ada yg perlu saya cek?",
            "apa yg perlu diverifikasi?",
            "ada yang menunggu?",
        ],
        "ingatkan": ["tagih yang belum dong", "tolong ingatkan semua", "ingatkan yg belum"],
        "deadline": ["kpn batas akhirnya?"],
        "perpanjang": ["ganti batas akhir gimana?", "perpanjang dong"],
        "undang": ["minta link dong", "kirim undangan"],
        "telepon": ["hubungi siapa ya?"],
    },
}


@each_row(
    ("text", "is_staff", "name"),
    [
        (text, is_staff, name)
        for is_staff, table in HELD_OUT.items()
        for name, texts in table.items()
        for text in texts
    ],
)
def test_short_spellings_and_courtesy(text: str, is_staff: bool, name: str) -> None:
    assert intents().of(text, is_staff=is_staff) == name


def test_the_table_is_large_and_each_phrasing_means_one_thing() -> None:
    assert sum(len(its) for its in intents().contact.phrasings.values()) >= 120
    assert sum(len(its) for its in intents().staff.phrasings.values()) >= 90
    for is_staff in (False, True):
        table = intents().staff if is_staff else intents().contact
        for name, phrasings in table.phrasings.items():
            for phrasing in phrasings:
                assert intents().of(phrasing, is_staff=is_staff) == name, phrasing


NO_INTENT = """12|12 dari 14.250|0|ya|tidak|pak|?||nihil|1,2 juta|14.250|dua belas|belum ada data|tidak berlaku|bukan kewenangan kami
Data masih direkap dinas|Sudin Kesehatan|belum ada laporan sampai kapan pun|terima kasih atas data 45 sekolah|Jumlah: 12 orang
rekap puskesmas belum selesai|menunggu rekap dari dinas kesehatan|siap 10 Desember|Laporannya belum ditandatangani
angka sudah disamakan dengan laporan|Datanya dipegang Polres|tidak ada kawasan hutan lindung|sudah dikirim lewat surat kemarin
kirim 12 berkas|batas akhir 12 Desember sudah kami terima|berapa jumlah 14.250|simpan|ubah|batal|selesai|nanti saja|lanjut 12
kepala dinas belum tanda tangan|dokumen asli ada di kantor|kami masih rapat|besok kami isi|pak camat belum setuju|data BPS tahun 2024
jumlah penduduk 1.056.896|kota administrasi jakarta pusat|siti aminah|nip 19800101|jl. tanah abang no 1|https://contoh.id/berkas
mohon maaf terlambat mengisi karena banjir|berkas nomor 3 salah halaman|rapat koordinasi tanggal 5|siapa kepala dinas kesehatan sekarang
apa|yang mana|oh begitu|hm|nilai|kapan|berapa|siapa yang menandatangani laporan ini|laporan kematian ibu 2025""".replace(
    "\n", "|"
).split("|")


@each_row("text", NO_INTENT)
def test_other_texts_are_no_intent(text: str) -> None:
    assert intents().of(text, is_staff=False) is None


TYPED = list(
    csv.DictReader(
        (Path(__file__).parent / "everyday.tsv").read_text(encoding="utf-8").splitlines(),
        delimiter="\t",
    )
)
"""What contacts of Sudin Kesehatan Jakarta Pusat, and staff, type; "-" where it is for three choices."""
OWN = frozenset(["sudin", "sudinkes", "kesehatan", "jakpus", "jakarta", "pusat"])


def by_staff(text: str) -> str | None:
    """What staff of Jakarta's offices are answered, with a place beside the words or not."""
    whole = intents().of(text, is_staff=True)
    if whole:
        return whole
    board = replace(jakarta(), words=vocabulary())
    asked = replace(facts(board), intents=intents(), words=vocabulary())
    command = everyday.place(asked, text)
    if command:
        return command.name
    about = [one for one in intents().beside_a_place(text) if one.name == "deadline"]
    if about:
        return "deadline"
    return "status" if status.named(asked, Text(text, 5)) else None


@each_row("row", TYPED)
def test_what_people_type_is_understood_or_left_open(row: dict[str, str]) -> None:
    text = row["text"]
    meant = by_staff(text) if row["who"] == "staff" else intents().of(text, is_staff=False, own=OWN)
    assert (meant or "-") == row["intent"]


@each_row("row", TYPED)
def test_what_a_text_may_ask_for_is_known_before_it_is_answered(row: dict[str, str]) -> None:
    """Facts that cost a query are gathered by the names of intents: none may be missing."""
    is_staff = row["who"] == "staff"
    named = intents().named(row["text"], is_staff=is_staff)
    meant = intents().of(row["text"], is_staff=is_staff, own=OWN)
    assert meant is None or meant in named
    if is_staff:
        assert {one.name for one in intents().beside_a_place(row["text"])} <= named


LITTLE = Intents(
    skipped=frozenset({"ya", "bu"}),
    short={"brp": "berapa"},
    beside=frozenset({"tolong"}),
    called=frozenset({"bu"}),
    place=frozenset({"dinas"}),
    contact=Side({"poin": ("berapa poin",)}, {"poin": ("poin",), "nilai": ("nilai akhir",)}),
    staff=Side(
        {"status": ("sampai mana",)}, {"status": ("poin",), "telat": ("dinas telat",)}, {"telat": "siapa"}
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("brp poin ya", "poin"),
        ("poinnya berapa tolong", "poin"),
        ("poin, bu Hana", "poin"),
        ("poin2", "poin"),
        ("poin nilai akhir", None),
        ("poin entah", None),
        ("ya", None),
        ("", None),
    ],
)
def test_a_core_counts_where_each_other_word_goes_with_it(text: str, name: str | None) -> None:
    assert LITTLE.of(text, is_staff=False) == name


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("poin jakpus", [Intent("status", "jakpus")]),
        ("sampai mana sudinkes ya", [Intent("status", "sudinkes")]),
        ("poin siapa jakpus", []),
        ("siapa telat dinas sosial", [Intent("telat", "dinas sosial")]),
        ("poin", []),
    ],
)
def test_a_place_may_stand_beside_a_core(text: str, candidates: list[Intent]) -> None:
    assert list(LITTLE.beside_a_place(text)) == candidates


@each_row("word", sorted({one for words in vocabulary().choices.values() for one in words}))
def test_what_is_typed_for_a_button_is_no_question(word: str) -> None:
    assert intents().of(word, is_staff=False) in (None, everyday.NOTED)
