"""What stands on a paper that was made, read from its file: pages of a PDF, paragraphs and tables of Word."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp
from docx import Document
from PIL import Image

from bot.clock import parse
from bot.papers import paper_kinds, pdf
from bot.papers.frame import Paper
from bot.papers.making import PaperSource, subject_of
from bot.papers.proof import PaperProof
from bot.storage import paper_rows
from bot.storage.database import connect
from bot.storage.roster import read_roster


def page_texts(content: bytes) -> list[str]:
    """The text of each page, with its blanks made one."""
    with closing(pypdfium2.PdfDocument(content)) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    # a hyphen at which a line ends comes as a sign of its own
    return [" ".join(text.replace("\x02", "-").replace("\u200b", "").split()) for text in texts]


def scanned(paper: Paper, proof: PaperProof) -> list[str]:
    """What a decoder reads from the picture of each page."""
    texts = []
    for page in pdf.pages(paper, proof):
        [code] = zxingcpp.read_barcodes(Image.open(BytesIO(page)))
        texts.append(code.text)
    return texts


def word_text(content: bytes) -> str:
    """All paragraphs of a Word document."""
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)


def word_tables(content: bytes) -> list[list[list[str]]]:
    """All tables of a Word document, cell by cell."""
    tables = Document(BytesIO(content)).tables
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]


def word_foot(content: bytes) -> Any:
    """The foot of every page of a Word document."""
    return Document(BytesIO(content)).sections[0].footer


def photographed(database: Path, code: str) -> bytes:
    """The first page of a paper that was printed, signed, and taken a photo of: turned, grey, compressed."""
    with closing(connect(database)) as connection:
        row = paper_rows.by_code(connection, code)
        assert row is not None
        roster = read_roster(connection)
        assert roster is not None
        source = PaperSource(connection, roster, subject_of(row), parse(row.made_at), UTC)
        proof = PaperProof(code, row.entry, row.head, parse(row.made_at))
        first = pdf.pages(paper_kinds.draw(source).paper, proof)[0]
    page = Image.open(BytesIO(first)).convert("L")
    taken = page.rotate(3, expand=True, fillcolor=120, resample=Image.Resampling.BILINEAR)
    written = BytesIO()
    taken.save(written, "JPEG", quality=60)
    return written.getvalue()


def scan(photo: bytes) -> bytes:
    """The same as a scanner writes it: a PDF of pictures."""
    written = BytesIO()
    Image.open(BytesIO(photo)).save(written, "PDF")
    return written.getvalue()
