"""What Telegram refuses by size: texts, captions, notices, files."""

from __future__ import annotations

import struct

from bot.demo.botapi.api_errors import ApiError, bad
from bot.demo.botapi.entities import units

TEXT, CAPTION, NOTICE, RAW = 4096, 1024, 200, 32_768
PHOTO, UPLOAD, DOWNLOAD = 10 * 2**20, 50 * 2**20, 20 * 2**20
SIDES, RATIO = 10_000, 20


def check_raw(text: str) -> None:
    """Check the length before the markup is read."""
    if not text:
        raise bad("message text is empty")
    if len(text) > RAW // 4 and len(text.encode()) > RAW:
        raise bad("text is too long")


def check_text(text: str) -> None:
    """Check the length after the markup is read: units of UTF-16 count."""
    if not text:
        raise bad("text must be non-empty")
    if len(text) > TEXT // 2 and units(text) > TEXT:
        raise bad("message is too long")


def check_caption(text: str) -> None:
    if len(text) > CAPTION // 2 and units(text) > CAPTION:
        raise bad("message caption is too long")


def too_large() -> ApiError:
    return ApiError(413, "Request Entity Too Large")


def check_photo(content: bytes) -> tuple[int, int]:
    """Return width and height of a picture, once checked that Telegram would take it as a photo."""
    if len(content) > PHOTO:
        size = f"file of size {len(content)} bytes is too big for a photo"
        raise bad(f"{size}; the maximum size is {PHOTO} bytes")
    sides = picture_size(content)
    if sides is None:
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = sides
    if width + height > SIDES or max(sides) > RATIO * max(1, min(sides)):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return sides


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height by the head of a PNG, GIF, WebP or JPEG; None where it is none."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return 512, 512
    return _jpeg(content) if content.startswith(b"\xff\xd8") else None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
