"""A meeting, its settings and a proof, as the papers of the tests have them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.papers.minutes import AgreedCriterion, CriteriaMinutes, Participant, PostponedCriterion
from bot.papers.proof import PaperProof, code_of, digest
from flows.model.paper_settings import PaperSettings, Signer, SignerRole
from scoring.provenance import Status

HOSTILE = 'Ani & <Budi> "Citra" {{ 7 * 7 }} #strong[x] $a$ \\ {% raw %}'
PROOF = PaperProof(
    code_of("example"),
    412,
    digest("head"),
    datetime(2017, 3, 8, 10, 0, tzinfo=ZoneInfo("Asia/Jakarta")),
    f"https://t.me/contoh_bot?start={code_of('example')}",
)
SETTINGS = PaperSettings(
    of="31",
    head=("KEMENTERIAN CONTOH", "KANTOR WILAYAH CONTOH", "Jalan Contoh 24"),
    place="Jakarta",
    signers={
        SignerRole.CHAIR: Signer(
            ("Kepala Bidang HAM",), "Budi Contoh, S.H.", "Pembina", "19700101 199503 1 001"
        )
    },
    numbers={"criteria_minutes": "W10.HA.02-12"},
    copies=("Wali Kota Contoh",),
)
MINUTES = CriteriaMinutes(
    day=date(2017, 3, 8),
    venue="Ruang Rapat Wali Kota",
    period="2017",
    data_year=2016,
    province="DKI Jakarta",
    instrument="Peraturan Menteri Contoh Nomor 25 Tahun 2013",
    regions=("Jakarta Pusat", "Jakarta Utara"),
    participants=(
        Participant("Hana", "coordinator", "Bagian Hukum Jakarta Pusat"),
        Participant("Citra", "Narasumber", "Direktorat Jenderal"),
    ),
    agreed=(
        AgreedCriterion(
            "Hak hidup", 1, "Angka kematian ibu", "bands",
            "≤ 100 → 10\n> 100 → 0", "≤ 110 → 10\n111–140 → 5\n> 140 → 0",
            source="Rapat 8 Maret 2017", proposed_by="Sudinkes",
        ),
        AgreedCriterion("Hak hidup", 2, "Angka kematian bayi", "as_is", "≤ 25 → 10", "≤ 25 → 10"),
        AgreedCriterion("", None, "Pembulatan", "setting", "ke atas", "setengah ke atas", Status.CONFIRMED),
    ),
    postponed=(PostponedCriterion("Hak atas rasa aman", 15, "Demonstrasi", "bands", "0 → 10", reason="menunggu data"),),
    comments=14,
    hash_before=digest("a"),
    hash_after=digest("b"),
    entry=411,
    record_hash=digest("entry"),
    indicators=17,
    unsettled=9,
)  # fmt: skip
