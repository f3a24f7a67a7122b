"""Which words may stand beside a figure, and what each says of it.

A word that is not here, no unit and none of the question's own words, is never read over: it is asked back.
"""

from __future__ import annotations

from enum import StrEnum


class Class(StrEnum):
    """What a word or a sign does to the figure beside it."""

    FIGURE = "F"
    PERCENT = "p"
    PERMIL = "m"
    FILLER = "l"
    NAME = "n"
    NOT = "-"
    ABOUT = "a"
    PROVISIONAL = "v"
    SOURCE = "s"
    UNIT = "u"
    YEAR = "y"
    PER = "/"
    OF = "L"
    AND = "C"
    COLON = "K"
    EQUAL = "E"
    RANGE = "R"
    OPERATOR = "O"
    BOUND = "B"
    COMMA = "."
    FRACTION = "f"
    LETTERS = "G"
    ASKED = "Q"
    OPEN = "("
    CLOSE = ")"
    MONTH = "M"
    OTHER = "X"


def _phrases(kind: Class, text: str) -> dict[tuple[str, ...], Class]:
    return {
        tuple(phrase.split()): kind
        for phrase in text.replace("\n", ",").split(",")
        if phrase.strip()
    }


PHRASES: dict[tuple[str, ...], Class] = {
    **_phrases(
        Class.FILLER,
        """
        jumlah, jumlahnya, jml, jmlh, jlh, berjumlah, total, totalnya, tot, ttl, sebanyak, sejumlah,
        ada, adalah, yaitu, yakni, ialah, tercatat, terdata, dilaporkan, menjadi, hanya, cuma,
        cuman, saja, aja, sebesar, seluruhnya, semuanya, smuanya, semua, keseluruhan, jadi, angka,
        angkanya, jawab, jawaban, jawabannya, jawabnya, isian, hasilnya, data, datanya, nilai,
        nilainya, untuk, utk, yang, yg, di, pada, selama, ini, dlm, itu, tersebut, dalam, nya,
        sekian, banyaknya, pak, pa, bapak, bpk, bu, ibu, buk, mas, mbak, mba, kak, bang, min, admin,
        bos, gan, bapak / ibu, bpk / ibu, pak / bu, terima kasih, terima kasih banyak, terimakasih,
        makasih, trims, trm ksh, thanks, thx, tq, tks, tksh, mksh,
        trmksh, trmkasih, matur nuwun, maturnuwun, suwun, nuhun, mohon maaf, maaf,
        mohon izin, mohon ijin, izin, ijin, izin menjawab, izin melaporkan, lapor, siap, baik, oke,
        ok, ya, iya, yaa, nggih, dong, ya pak, kok, sih, nih, deh, selamat pagi, selamat siang,
        selamat sore, selamat malam, pagi, siang, sore, malam, assalamualaikum, assalamu'alaikum, wr
        wb, wr . wb, wassalam, salam, halo, hai, hormat kami, salam hormat, demikian, mohon dicatat,
        mohon diterima, mohon dicek, mohon diperiksa, mohon periksa, kami laporkan, kami sampaikan,
        valid, sudah valid, sudah diverifikasi, berikut, sudah final, final, fix, pasti, betul,
        benar, tepatnya,
        persis, luas, luasnya, seluas, setahun, satu tahun, sepanjang, menjawab, melaporkan, kami, kita,
        wilayah, wilayah kami, daerah kami, kota kami, kantor kami, jawaban kami, data kami,
        laki-laki dan perempuan,
        """,
    ),
    **_phrases(
        Class.ABOUT,
        """
        sekitar, skitar, sekitaran, sktr, kira-kira, kira kira, kira2, kr2, kurang lebih, kurlebih,
        kurleb, krg lbh, lebih kurang, hampir, hmpr, kisaran, di kisaran, perkiraan, perkiraannya,
        perkiraan kami, estimasi, diperkirakan, dibulatkan, pembulatan, ±, +/-, +-, ~, ≈, ≃, ∼,
        tidak yakin, kurang yakin, kalau tidak salah, kalo tidak salah, kalau tdk salah,
        kalo gak salah, kalau ga salah, kalau gak salah, klo gak salah, seingat saya,
        """,
    ),
    **_phrases(
        Class.PROVISIONAL,
        """
        belum final, blm final, belum pasti, blm pasti, sementara, smntr, data sementara,
        angka sementara, masih sementara, bersifat sementara, untuk sementara, sementara ini,
        belum fix, blm fix, belum diverifikasi, belum divalidasi, belum valid, belum resmi,
        belum rilis, masih diolah, masih direkap, masih dihitung, masih bisa berubah, bisa berubah,
        dapat berubah, masih dapat berubah, akan diperbarui, draf, draft, provisional,
        """,
    ),
    **_phrases(
        Class.SOURCE,
        """
        sumber, sumbernya, sumber data, menurut, berdasarkan, berdasar, sesuai, bps, dinkes,
        dinas kesehatan, puskesmas, dukcapil, disdukcapil, disdik, dinsos, disnaker, kemenkes,
        profil kesehatan, laporan, laporan tahunan, rekap, rekapitulasi, sensus, susenas, sakernas,
        dapodik, simpus, dtks, profil, kemensos, polres, pln, pdam, pam, bkkbn, kementerian, survei,
        survey, sipd, hasil pendataan, hasil rekap, hasil survei, rumah sakit, rs, rsud,
        """,
    ),
    **_phrases(
        Class.RANGE,
        """
        sampai, sampe, hingga, s/d, s.d, sd, s-d, antara, atau, ato, atw, to, until, rentang, berkisar,
        """,
    ),
    **_phrases(
        Class.OPERATOR,
        """
        plus, tambah, ditambah, minus, kurang, dikurangi, dikurang, kali, dikali, bagi, dibagi, x,
        ralat, koreksi, eh, bukan, tapi, tetapi, namun, tp, kecuali, termasuk, selain, diluar, di luar,
        belum termasuk, tidak termasuk,
        """,
    ),
    **_phrases(
        Class.BOUND,
        """
        lebih dari, lebih, kurang dari, lebihnya, maksimal, maks, max, minimal, min., paling banyak,
        paling sedikit, paling tidak, setidaknya, sedikitnya, di atas, diatas, di bawah, dibawah,
        ke atas, keatas, >, <, ≥, ≤, ≧, ≦,
        """,
    ),
    **_phrases(Class.PERCENT, "persen, prosen, persent, percent, pct, persentase, prosentase, %, ٪"),
    **_phrases(Class.PERMIL, "permil, promil, permille, ‰, ppm"),
    **_phrases(
        Class.OF,
        """
        dari, dr, drpd, dari total, dari jumlah, dari seluruh, banding, berbanding, dibanding,
        """,
    ),
    **_phrases(
        Class.AND,
        r"""
        dan, dn, serta, &, ;, \, |,
        """,
    ),
    **_phrases(
        Class.OTHER,
        "tercatat dua kali, terdata dua kali, terhitung dua kali, dihitung dua kali, dilaporkan dua kali",
    ),  # a fault of a list, and no figure
    **_phrases(Class.COMMA, "koma, titik"),
    **_phrases(Class.FRACTION, "setengah, separuh, seperempat, sepertiga, ½"),
    **_phrases(Class.PER, "per, tiap, setiap, /"),
    **_phrases(Class.NOT, "belum, blm, tidak, tdk, tak, tanpa, gak, ga, nggak, enggak"),
    **_phrases(Class.ASKED, "?, mungkin, barangkali, sepertinya, kayaknya, kayanya, katanya"),
}  # fmt: skip
PHRASES[("\n",)] = PHRASES[(",",)] = Class.AND
LONGEST = max(map(len, PHRASES))
SIGNS = {
    **dict.fromkeys(".!☺*_\"'`†•·◦▪►#", Class.FILLER),
    **dict.fromkeys("([", Class.OPEN),
    **dict.fromkeys(")]", Class.CLOSE),
    ":": Class.COLON,
    "=": Class.EQUAL,
    "+": Class.OPERATOR,
    "-": Class.RANGE,
}
MONTHS = frozenset(
    {
        "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september",
        "oktober", "november", "desember", "jan", "feb", "peb", "mar", "apr", "jun", "jul", "agu",
        "ags", "agt", "sep", "sept", "okt", "nov", "nop", "des", "pebruari", "nopember",
    }
)  # fmt: skip
LAST_MONTH, FIRST_MONTH = frozenset({"des", "desember", "december"}), frozenset({"jan", "januari"})
YEARS = frozenset(
    {
        "tahun",
        "thn",
        "th",
        "thun",
        "selama",
        "pada",
        "data",
        "di",
        "in",
        "sepanjang",
        "periode",
        "ta",
        "untuk",
        "utk",
    }
)
"""Words before a figure that is a year."""
NIL = frozenset({"nihil", "nol", "zero", "nil"})
NO_DATA = frozenset(
    {
        "tidak ada data", "belum ada data", "belum ada", "tidak tahu", "tidak ada", "-", "kosong",
        "tdk ada", "blm ada", "tak ada", "ga ada", "gak ada", "nggak ada", "tidak ada datanya",
        "tidak punya data", "belum punya data", "tidak tau", "ga tau", "gak tau", "tdk tahu", "n/a",
        "na", "n.a", "null", "none", "blm ada data", "tdk ada data", "belum ada datanya",
        "data belum ada", "data tidak ada", "datanya belum ada", "datanya tidak ada",
        "data tidak tersedia", "data belum tersedia", "tidak tersedia", "belum tersedia",
        "belum pernah", "tidak pernah", "belum didata", "tidak didata", "belum terdata",
        "tidak terdata", "--", "---", "belum tahu", "blm tahu",
    }
)  # fmt: skip
KIN = {
    "meninggal": "kematian",
    "wafat": "kematian",
    "dunia": "kematian",
    "lahir": "kelahiran",
    "nganggur": "penganggur",
}
"""Words of everyday speech for a question's own."""
NEGATIONS = frozenset(phrase[0] for phrase, kind in PHRASES.items() if kind is Class.NOT)
