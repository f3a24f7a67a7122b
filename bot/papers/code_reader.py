"""The code that stands on a file, and the lines of a PDF: bytes on standard input, JSON on the output.

Run by path in a process of its own (`bot.media.apart`); imports nothing of ours. `how` says where the code
was found: in the `text` of the file, or in a `picture` (a photo, a scan), where only the QR code is read.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

CODE = re.compile(r"PH-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
SCANNED = re.compile(rf"(?:https://t\.me/\w+\?start=)?({CODE.pattern})")
LARGEST = 5_000_000
"""Bytes of a part of a document that is looked through."""
PAGES = 40
"""Pages of a PDF that are read as text."""
PICTURES = 6
"""Pages of a PDF whose pictures are looked at."""
PIXELS = 60_000_000


def read_code(content: bytes) -> dict[str, Any]:
    """Return the code, how it was found, and the lines of a PDF's text."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _answer(_in_parts(content), "text")
    if b"%PDF-" in content[:1024]:
        return _in_pdf(content)
    return _answer(_in_picture(content), "picture")


def _answer(code: str | None, how: str, lines: list[str] | None = None) -> dict[str, Any]:
    return {"code": code, "how": how if code else None, "lines": lines or []}


def _in_parts(content: bytes) -> str | None:
    """Look through the parts of a Word document or a workbook: feet first, where the code stands."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [part for part in archive.infolist() if part.filename.endswith(".xml")]
        for part in sorted(parts, key=lambda part: "foot" not in part.filename):
            if part.file_size > LARGEST:
                continue
            if match := CODE.search(archive.read(part).decode(errors="replace")):
                return match[0]
    return None


def _in_pdf(content: bytes) -> dict[str, Any]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content), strict=False)
    code, lines = None, list[str]()
    for page_no, page in enumerate(reader.pages):
        if page_no == PAGES:
            break
        own = [" ".join(line.split()) for line in _text(page).splitlines()]
        lines += [line for line in own if line]
        # In the foot of a page it is a line of its own: a letter that speaks of a paper is none.
        code = code or next((line for line in own if CODE.fullmatch(line)), None)
    if code:
        return _answer(code, "text", lines)
    return _answer(_on_pages(reader), "picture", lines)


def _text(page: Any) -> str:
    try:
        return str(page.extract_text()).replace("\u200b", "")  # where a line may break
    except Exception:  # one page that cannot be read hides no other
        return ""


def _on_pages(reader: Any) -> str | None:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = PIXELS
    for page_no, page in enumerate(reader.pages):
        if page_no == PICTURES:
            break
        for picture in _pictures(page):
            if code := _decoded(picture):
                return code
    return None


def _pictures(page: Any) -> Iterator[Any]:
    try:
        for picture in page.images:
            if picture.image is not None:
                yield picture.image
    except Exception:  # of a kind for which there is no reader here
        return


def _in_picture(content: bytes) -> str | None:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = PIXELS
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return _decoded(picture)
    except OSError:  # no picture, or of a kind for which there is no reader here
        return None


def _decoded(picture: Any) -> str | None:
    """Return the code of the QR codes in a picture, the first that is one."""
    import zxingcpp

    grey = picture.convert("L")
    wanted = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for code in zxingcpp.read_barcodes(grey, formats=wanted):
        if match := SCANNED.fullmatch(code.text):
            return match[1]
    return None


if __name__ == "__main__":
    json.dump(read_code(sys.stdin.buffer.read()), sys.stdout)
