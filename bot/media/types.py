"""What a file is, by its content: its media type, or why it is not taken.

A name says nothing, except what plain text and plain archives are meant to be.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from pathlib import Path, PurePath

from bot.media import apart
from bot.media.ole import entries
from flows.model.uploads import UNSAFE

OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
TEXT, PDF, ZIP = "text/plain", "application/pdf", "application/zip"
PICTURES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jfif": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
PROGRAMS = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa",
    b"dex\n", b"L\0\0\0\x01\x14\x02\0", b"ITSF",
)  # fmt: skip
"""Windows, Linux, scripts, Java and macOS, Android, a Windows shortcut, a Windows help file."""
HEIC = frozenset(
    (
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"hevm",
        b"hevs",
        b"mif1",
        b"mif2",
        b"msf1",
    )
)
FILMS = (b"isom", b"iso", b"mp4", b"qt  ", b"M4", b"3g", b"avc1", b"dash", b"crx ")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD = {"worddocument": "application/msword", "workbook": "application/vnd.ms-excel"}
OLD |= {"book": "application/vnd.ms-excel", "powerpoint document": "application/vnd.ms-powerpoint"}
PARTS = {
    "word/document.xml": OFFICE + "wordprocessingml.document",
    "xl/workbook.xml": OFFICE + "spreadsheetml.sheet",
    "ppt/presentation.xml": OFFICE + "presentationml.presentation",
}
OPEN_KINDS = ("text", "spreadsheet", "presentation")
MACROS = re.compile(
    r"(.*/)?vbaproject\.bin|basic/.+/(?!script-l[bc]\.xml).+\.xml|scripts/.+", re.ASCII
)
INSTALLERS = re.compile(
    r"androidmanifest\.xml|classes\d*\.dex|payload/.+\.app/.*|appxmanifest\.xml"
)
PACKED = 20 * 2**20
"""Bytes of a document in an archive that are looked at."""
MEMBERS = 2_000
"""Files in an archive that are looked at; one with more is no proof of anything."""
HEAD, CONTROLS = 1024, re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")


class NotTaken(Exception):
    """A file that is refused: empty, unsafe, macros, locked, unreadable, too_big, gone."""


def judged(content: bytes, name: str) -> str:
    """Return the media type of a file by its content. Raises NotTaken."""
    if not content:
        raise NotTaken("empty")
    if content.startswith(PROGRAMS):
        raise NotTaken("unsafe")
    kind = (
        _archive(content, name)
        or _old(content)
        or _heic(content)
        or _picture(content)
        or _pdf(content)
        or _text(content, name)
    )
    if kind is None:
        raise NotTaken("unreadable")
    return kind


def _archive(content: bytes, name: str) -> str | None:
    """Return the kind of an Office document, or of a plain archive that is called so and holds no program."""
    if not content.startswith(b"PK"):
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = {
            member.filename.replace("\\", "/").casefold(): member for member in archive.infolist()
        }
    except Exception:
        raise NotTaken("unreadable") from None
    if len(parts) > MEMBERS:
        raise NotTaken("unreadable")
    if "meta-inf/manifest.mf" in parts or any(INSTALLERS.fullmatch(part) for part in parts):
        raise NotTaken("unsafe")
    kind = next((PARTS[one] for one in PARTS if one in parts), None) or _open(archive, parts)
    if kind is not None:
        if any(MACROS.fullmatch(part) for part in parts):
            raise NotTaken("macros")
        _look_inside(archive)
        return kind
    if PurePath(name.strip().casefold()).suffix != ".zip":
        raise NotTaken("unreadable")
    return _plain_archive(archive)


def _open(archive: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> str | None:
    kind = _head(archive, parts["mimetype"]).decode(errors="replace") if "mimetype" in parts else ""
    plain = kind.strip().removeprefix(OPEN).removesuffix("-template")
    return OPEN + plain if kind.startswith(OPEN) and plain in OPEN_KINDS else None


def _plain_archive(archive: zipfile.ZipFile) -> str:
    files = [member for member in archive.infolist() if not member.is_dir()]
    if any(file.flag_bits & 1 for file in files):
        raise NotTaken("locked")
    _look_inside(archive)
    for entry in files:
        if _head(archive, entry).startswith((b"PK", OLE)):
            _judge_packed(archive, entry)
    if not files:
        raise NotTaken("empty")
    return ZIP


def _look_inside(archive: zipfile.ZipFile) -> None:
    """Refuse programs among the files of an archive, also of one that is a document."""
    for entry in archive.infolist():
        name = entry.filename.casefold().rstrip(" .")
        if name.endswith(UNSAFE) or _head(archive, entry).startswith(PROGRAMS):
            raise NotTaken("unsafe")


def _judge_packed(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Judge an archive or a document that lies in an archive; one that cannot be looked into is not taken."""
    if entry.file_size > PACKED:
        raise NotTaken("unreadable")
    try:
        with archive.open(entry) as file:
            inner = file.read(PACKED)
    except Exception:
        raise NotTaken("unreadable") from None
    if inner.startswith(OLE):
        _old(inner)
        return
    if PurePath(entry.filename.strip().casefold()).suffix == ".zip":
        raise NotTaken(
            "unreadable"
        )  # an archive in an archive proves nothing, and may go on for ever
    _archive(inner, entry.filename)


def _head(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as file:
            return file.read(100)
    except Exception:
        raise NotTaken("unreadable") from None


def _old(content: bytes) -> str | None:
    """Word, Excel and PowerPoint up to 2003; what else is of that make is no document."""
    if not content.startswith(OLE):
        return None
    names = entries(content)
    if "encryptedpackage" in names:
        raise NotTaken("locked")
    kind = next((OLD[one] for one in OLD if one in names), None)
    if kind is None:
        raise NotTaken("unsafe")  # an installer, a mail with what hangs on it
    if names & {"macros", "_vba_project_cur"}:
        raise NotTaken("macros")
    return kind


def _heic(content: bytes) -> str | None:
    """Return the kind of a phone's photo: all brands of HEIF, the file's own or those that it goes with."""
    if content[4:8] != b"ftyp":
        return None
    size = min(int.from_bytes(content[:4], "big"), 256)
    brands = [content[at : at + 4] for at in (8, *range(16, size, 4))]
    if b"avif" in brands[:1] or b"avis" in brands[:1]:
        return "image/avif"
    if brands[0] in HEIC or (HEIC & set(brands) and not brands[0].startswith(FILMS)):
        return "image/heic"
    return None


def _picture(content: bytes) -> str | None:
    import puremagic  # a bot to which nobody sends a file need not hold its table

    try:
        extensions = [one.extension.lower() for one in puremagic.magic_string(content)]
    except (puremagic.PureError, ValueError):
        return None
    return next((PICTURES[suffix] for suffix in extensions if suffix in PICTURES), None)


def _pdf(content: bytes) -> str | None:
    """Return a PDF, also behind what portals and scanners put before it; one with a password is not taken."""
    at = content[:HEAD].find(b"%PDF-")
    if at < 0 or (at > 0 and not (b"%%EOF" in content or b"startxref" in content)):
        return None
    if b"/Encrypt" in content:
        try:
            locked = (
                apart.run(Path(__file__).with_name("locked.py"), content, seconds=15) == b"locked"
            )
        except (apart.Outgrown, apart.Failed):
            locked = False
        if locked:
            raise NotTaken("locked")
    return PDF


def _text(content: bytes, name: str) -> str | None:
    """Return the kind of plain text that is called so: UTF-8, UTF-16 with its mark, or as Excel writes it."""
    if PurePath(name.strip().casefold()).suffix not in (".txt", ".csv", ".tsv"):
        return None
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if CONTROLS.search(text) else TEXT
    return None
