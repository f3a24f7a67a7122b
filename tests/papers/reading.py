"""What stands on a paper that was made, read from its file: pages of a PDF, paragraphs and tables of Word."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import zxingcpp
from docx import Document
from PIL import Image
from pypdf import PdfReader

from bot.papers import pdf
from bot.papers.frame import Paper
from bot.papers.proof import Proof


def page_texts(content: bytes) -> list[str]:
    """The text of each page, with its blanks made one."""
    texts = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return [" ".join(text.replace("\u200b", "").split()) for text in texts]


def scanned(paper: Paper, proof: Proof) -> list[str]:
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
