"""A PDF of which somebody has changed one digit, as an editor of PDFs would: in the drawing of its page."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import ByteStringObject, ContentStream, NameObject, TextStringObject


def with_other_digit(content: bytes, before: str, after: str) -> bytes:
    """The file with the first `before` on its first page drawn as `after`, which differs in one sign."""
    writer = PdfWriter(clone_from=BytesIO(content))
    page = writer.pages[0]
    drawn = ContentStream(page["/Contents"].get_object(), writer)
    signs: dict[str, str] = {}
    changed = 0
    for operands, operator in drawn.operations:
        if operator == b"Tf":
            signs = _signs(page["/Resources"]["/Font"][operands[0]])  # type: ignore[index]
        if operator == b"TJ" and not changed:
            changed += _change(operands[0], signs, before, after)
    assert changed == 1, f"{before} is not drawn there"
    page[NameObject("/Contents")] = drawn
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _signs(font: Any) -> dict[str, str]:
    """What each glyph of a font stands for, by its number as hexadecimal digits."""
    table = font.get_object()["/ToUnicode"].get_object().get_data().decode("latin-1")
    pairs = re.findall(r"<([0-9A-Fa-f]{4})>\s+<([0-9A-Fa-f]{4,})>", table)
    return {glyph.lower(): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}


def _change(array: Any, signs: dict[str, str], before: str, after: str) -> int:
    glyphs = [
        (place, at)
        for place, part in enumerate(array)
        if isinstance(part, TextStringObject | ByteStringObject)
        for at in range(0, len(_bytes(part)), 2)
    ]
    codes = [_bytes(array[place])[at : at + 2].hex() for place, at in glyphs]
    text = "".join(signs.get(code, "\0") for code in codes)
    start = text.find(before)
    if start < 0:
        return 0
    index = next(i for i, pair in enumerate(zip(before, after, strict=True)) if len(set(pair)) == 2)
    other = next(code for code, sign in signs.items() if sign == after[index])
    place, at = glyphs[start + index]
    whole = _bytes(array[place])
    array[place] = ByteStringObject(whole[:at] + bytes.fromhex(other) + whole[at + 2 :])
    return 1


def _bytes(part: Any) -> bytes:
    return bytes(part) if isinstance(part, ByteStringObject) else bytes(part.original_bytes)
