"""Pictures of evidence for whoever checks it: photos of iPhones, first pages; what cannot be drawn is left out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter

from bot.media.preview import LONGEST
from bot.storage.evidence_files import keep
from bot.telegram.previews import NoPreview, preview
from tests.support.pictures import HEIC

PDF, PHOTO = "application/pdf", "image/heic"


def pdf(width: float, height: float, password: str | None = None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width, height)
    writer.add_blank_page(50, 50)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def drawn(folder: Path, content: bytes, mime: str) -> Image.Image:
    picture = Image.open(
        io.BytesIO(preview(folder, {"digest": keep(folder, content), "mime": mime}))
    )
    assert picture.format == "JPEG"
    return picture


def test_a_photo_of_an_iphone_is_drawn(tmp_path: Path) -> None:
    picture = drawn(tmp_path, HEIC, PHOTO)
    assert picture.size == (64, 48)
    left, right = picture.getpixel((8, 24)), picture.getpixel((56, 24))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 150 > left[2]
    assert right[2] > 150 > right[0]


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [(595, 842, 595 / 842), (842, 595, 842 / 595), (14400, 200, 72), (100, 100, 1)],
)
def test_the_first_page_is_drawn_whatever_its_size(
    tmp_path: Path, width: float, height: float, shape: float
) -> None:
    picture = drawn(tmp_path, pdf(width, height), PDF)
    assert max(picture.size) <= LONGEST
    assert picture.width / picture.height == pytest.approx(shape, rel=0.05)


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (b"%PDF-1.4\nbroken", PDF),
        (pdf(100, 100, "rahasia"), PDF),
        (HEIC[:200], PHOTO),
        (b"", PHOTO),
        (b"%PDF-1.4\n" * 100_000, PDF),
    ],
)
def test_what_cannot_be_drawn_has_none(tmp_path: Path, content: bytes, mime: str) -> None:
    with pytest.raises(NoPreview):
        drawn(tmp_path, content, mime)


def test_a_file_that_is_gone_has_none(tmp_path: Path) -> None:
    with pytest.raises(NoPreview):
        preview(tmp_path, {"digest": "ab" * 32, "mime": PDF})
