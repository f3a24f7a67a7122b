"""What a file is, by its content: photos of all phones, documents behind a preamble, programs in any disguise."""

from __future__ import annotations

import io
import struct
import zipfile

import docx
import openpyxl
import pytest
from pypdf import PdfWriter

from bot.media.types import NotTaken, judged
from tests.support.tables import each_row

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def archive(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


def word() -> bytes:
    made = io.BytesIO()
    docx.Document().save(made)
    return made.getvalue()


def excel() -> bytes:
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    return made.getvalue()


def more(content: bytes, name: str, part: bytes = b"x") -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as file:
        file.writestr(name, part)
    return made.getvalue()


def pdf(user: str | None = None, owner: str | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if user is not None:
        writer.encrypt(user, owner, algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def heif(major: bytes, *others: bytes) -> bytes:
    brands = major + b"\0\0\0\0" + b"".join(others)
    return struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + b"\0\0\0\x08meta" + b"\0" * 200


def ole(*names: str, inside: str = "") -> bytes:
    """An OLE file with these streams beside the root, and one below the first."""

    def entry(name: str, kind: int, right: int = -1, child: int = -1) -> bytes:
        encoded = name.encode("utf-16-le") + b"\0\0"
        return (
            encoded.ljust(64, b"\0")
            + struct.pack("<HBBiii", len(encoded), kind, 1, -1, right, child)
            + b"\0" * 48
        )

    made = entry("Root Entry", 5, child=1)
    for number, name in enumerate(names, 1):
        below = len(names) + 1 if inside and number == 1 else -1
        made += entry(name, 2, right=number + 1 if number < len(names) else -1, child=below)
    made += entry(inside, 2) if inside else b""
    size = -(-len(made) // 512) * 512
    sectors = size // 512
    header = (
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6)
    )
    header = header.ljust(0x2C, b"\0") + struct.pack("<II", 1, 1)
    header = header.ljust(0x4C, b"\0") + struct.pack("<I", 0) + b"\xff" * 432
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    table = b"".join(struct.pack("<I", one) for one in chain).ljust(512, b"\xff")
    return header + table + made.ljust(size, b"\0")


APK = archive(AndroidManifest_dot_xml=b"\3\0\x08\0", classes_dot_dex=b"dex\n035")
JAR = archive(
    **{"META-INF__MANIFEST_dot_MF": b"Manifest-Version: 1.0", "A_dot_class": b"\xca\xfe\xba\xbe"}
)
NAMES = (
    "Surat.pdf",
    "Surat.docx",
    "Surat.xlsx",
    "Surat.zip",
    "Surat.apk ",
    "Surat.jpg",
    "Surat",
    "Surat.apk.",
)

TAKEN = [
    *((heif(brand), "IMG_1.HEIC", "image/heic")
      for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2")),
    (heif(b"mif1", b"mif1", b"heic", b"MiHE", b"MiPr", b"miaf"), "foto", "image/heic"),
    (heif(b"MiHE", b"heic"), "foto.heic", "image/heic"),
    (heif(b"avif", b"mif1"), "foto.avif", "image/avif"),
    (pdf(), "x", "application/pdf"),
    *((before + pdf(), "x.pdf", "application/pdf")
      for before in (b"\xef\xbb\xbf", b" ", b"\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\x1b%-12345X@PJL\r\n", b"\0" * 900)),
    (pdf("", "pemilik"), "boleh-dibaca.pdf", "application/pdf"),
    (word(), "Surat.pdf", WORD),
    (excel(), "Rekap", EXCEL),
    (archive(mimetype=b"application/vnd.oasis.opendocument.text"), "x.odt", "application/vnd.oasis.opendocument.text"),
    (archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "x", "application/vnd.oasis.opendocument.spreadsheet"),
    (archive(a_dot_pdf=pdf(), b_dot_jpg=b"\xff\xd8\xff"), "bukti.ZIP ", "application/zip"),
    (archive(a_dot_docx=word(), b_dot_xls=ole("Workbook")), "bukti.zip", "application/zip"),
    (ole("WordDocument", "1Table"), "surat.doc", "application/msword"),
    (ole("Workbook"), "rekap.xls", "application/vnd.ms-excel"),
    (ole("Book"), "rekap", "application/vnd.ms-excel"),
    (ole("PowerPoint Document"), "x.ppt", "application/vnd.ms-powerpoint"),
    (b"tahun;jumlah\r\n2017;12\r\n", "rekap.csv", "text/plain"),
    ("tahun;jumlah\xa0jiwa é\r\n".encode("cp1252"), "rekap.CSV", "text/plain"),
    ("tahun\tjumlah\r\n".encode("utf-16"), "rekap.txt", "text/plain"),
    (b"\xfe\xff" + "tahun\tjumlah".encode("utf-16-be"), "rekap.txt", "text/plain"),
    ("\ufefftahun,jumlah".encode(), "rekap.csv", "text/plain"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 100, "Surat.pdf", "image/jpeg"),
]  # fmt: skip
REFUSED = [
    *((APK, name, "unsafe") for name in NAMES),
    *((JAR, name, "unsafe") for name in NAMES),
    (archive(Payload__x_dot_app__x=b"x"), "x.zip", "unsafe"),
    (more(word(), "AndroidManifest.xml"), "Surat.docx", "unsafe"),
    (archive(a_dot_pdf=b"MZ\x90"), "bukti.zip", "unsafe"),
    (archive(**{"a_dot_exe ": b"x"}), "bukti.zip", "unsafe"),
    (archive(), "bukti.zip", "empty"),
    (more(word(), "setup.exe"), "Surat.docx", "unsafe"),
    (archive(foto_dot_zip=APK), "bukti.zip", "unreadable"),
    (archive(Surat_dot_pdf=APK), "bukti.zip", "unsafe"),
    (archive(Surat_dot_docx=more(word(), "word/vbaProject.bin")), "bukti.zip", "macros"),
    (archive(surat_dot_doc=ole("isi", inside="WordDocument")), "bukti.zip", "unsafe"),
    (archive(surat_dot_docx=b"PK\3\4x"), "bukti.zip", "unreadable"),
    (archive(surat_dot_docx=bytes(20 * 2**20 + 1).replace(b"\0\0", b"PK", 1)), "bukti.zip", "unreadable"),
    (archive(a_dot_txt=b"a"), "Surat.pdf", "unreadable"),
    (archive(doc_dot_kml=b"<kml/>"), "peta.kmz", "unreadable"),
    (archive(xl__workbook_dot_bin=b"x"), "x.xlsx", "unreadable"),
    (archive(mimetype=b"application/epub+zip"), "x.odt", "unreadable"),
    (archive(**{f"f{number}": b"" for number in range(2_001)}), "x.zip", "unreadable"),
    (b"PK\3\4" + b"x" * 100, "x.docx", "unreadable"),
    (more(word(), "word/vbaProject.bin"), "Surat.docx", "macros"),
    (more(excel(), "xl/vbaProject.bin"), "Rekap.xlsm", "macros"),
    (more(archive(mimetype=b"application/vnd.oasis.opendocument.text"), "Basic/Standard/Modul.xml"), "x.odt", "macros"),
    (ole("WordDocument", "Macros"), "surat.doc", "macros"),
    (ole("Workbook", "_VBA_PROJECT_CUR"), "rekap.xls", "macros"),
    (ole("EncryptedPackage", "EncryptionInfo"), "rekap.xlsx", "locked"),
    (pdf("rahasia"), "surat.pdf", "locked"),
    (b"\xef\xbb\xbf" + pdf("rahasia"), "surat.pdf", "locked"),
    (ole("\u4840\u3b3f", "\u4840\u3f7f"), "pasang.doc", "unsafe"),
    (ole("isi", inside="WordDocument"), "pasang.doc", "unsafe"),
    (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2_000, "surat.doc", "unsafe"),
    (bytes.fromhex("d0cf11e0a1b11ae1"), "surat.doc", "unsafe"),
    (b"dex\n035\0", "x.pdf", "unsafe"),
    (b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60, "Surat.pdf", "unsafe"),
    (heif(b"isom", b"mp42"), "film.heic", "unreadable"),
    (heif(b"qt  "), "IMG_1.MOV", "unreadable"),
    (b"OggS\0\x02" + b"\0" * 60, "suara.pdf", "unreadable"),
    (b"%PD", "x.pdf", "unreadable"),
    (b"catatan tentang %PDF-1.4", "x.pdf", "unreadable"),
    (b"a\x00b", "x.csv", "unreadable"),
    (b"\x81\x8d", "x.csv", "unreadable"),
    (b"\xff\xfea", "x.txt", "unreadable"),
    (b"a;b", "x.pdf", "unreadable"),
]  # fmt: skip


@each_row(("content", "name", "kind"), TAKEN)
def test_documents_are_taken_whatever_they_are_called(content: bytes, name: str, kind: str) -> None:
    assert judged(content, name) == kind


@each_row(("content", "name", "why"), REFUSED)
def test_what_is_no_document_is_refused_whatever_it_is_called(
    content: bytes, name: str, why: str
) -> None:
    with pytest.raises(NotTaken, match=f"^{why}$"):
        judged(content, name)


def test_an_archive_with_a_password_is_said_to_be_one() -> None:
    made = bytearray(archive(a_dot_txt=b"a"))
    at = made.index(b"PK\1\2")
    made[6] |= 1
    made[at + 8] |= 1
    with pytest.raises(NotTaken, match="locked"):
        judged(bytes(made), "bukti.zip")
