"""Draws a photo of an iPhone, or the first page of a PDF, as a JPEG: `… preview.py MEDIA_TYPE < file`.

Run by `bot.media.apart`, for what strangers send; so it imports nothing of ours.
"""

from __future__ import annotations

import sys
from io import BytesIO

from PIL import Image, ImageOps

LONGEST = 1600
"""Pixels of the longer side: what a phone shows."""
QUALITY = 80


def drawn(content: bytes, mime: str) -> bytes:
    """Return a JPEG; whatever goes wrong is raised."""
    picture = _page(content) if mime == "application/pdf" else _photo(content)
    picture.thumbnail((LONGEST, LONGEST))
    kept = BytesIO()
    picture.convert("RGB").save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()


def _photo(content: bytes) -> Image.Image:
    import pi_heif  # type: ignore[import-untyped]

    pi_heif.register_heif_opener()
    turned: Image.Image = ImageOps.exif_transpose(Image.open(BytesIO(content)))
    return turned


def _page(content: bytes) -> Image.Image:
    import pypdfium2  # type: ignore[import-untyped]

    page = pypdfium2.PdfDocument(content)[0]
    # A page may say that it is as large as a house: it is drawn no larger than it is shown.
    scale = LONGEST / max(1.0, *page.get_size())
    picture: Image.Image = page.render(scale=min(scale, 4.0)).to_pil()
    return picture


if __name__ == "__main__":
    sys.stdout.buffer.write(drawn(sys.stdin.buffer.read(), sys.argv[1]))
