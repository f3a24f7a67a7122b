"""Letters as Word documents, made when they go out: A4, in the order of Indonesian official letters.

The template is data: `python -m bot.telegram.word_letters` makes it anew from its wording, and anybody may
lay it out otherwise in Word, as long as its tags stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from messages import documents

if TYPE_CHECKING:  # a bot that sends no letter need not load what makes them
    from docx.text.paragraph import Paragraph

LETTERS = {f"{name.rsplit('/')[-1]}_letter": name for name in documents.letters()}
"""What a walk calls `made`, and the wording under `messages/id` that it is made from."""
FONT, SIZE = "Arial", 11
MIDDLE = 1
"""How Word numbers what stands in the middle."""
TAG = "jika"
"""The kind of a line that is a tag of its own paragraph, which leaves no paragraph behind."""
PLAIN = ("rapat", "kosong", TAG)
"""The kinds of lines that stand as any text does: close together, empty, and not at all."""


def filled(name: str, figures: Mapping[str, Any]) -> bytes:
    """Return the template `name` with these figures in it; `over` stands at the head of each page."""
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]

    made = DocxTemplate(documents.template(name))
    made.render(dict(figures), documents.filling(), autoescape=True)
    if over := figures.get("over"):
        head = made.docx.sections[0].header.paragraphs[0]
        head.alignment = MIDDLE
        head.add_run(over).bold = True
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def template(wording: str) -> bytes:
    """Make the Word template of a wording, one paragraph for each line.

    Raises ValueError for a line of a kind that there is not.
    """
    from docx import Document
    from docx.shared import Cm, Pt

    made = Document()
    page, normal = made.sections[0], made.styles["Normal"]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(3), Cm(2)
    page.top_margin, page.bottom_margin = Cm(2), Cm(2)
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    normal.paragraph_format.space_after = Pt(0)
    for line in filter(None, wording.splitlines()):
        kind, _, text = (part.strip() for part in line.partition("|"))
        text = f"{{%p {text} %}}" if kind == TAG else text.replace(" > ", "\t")
        _laid_out(made.add_paragraph(text), kind)
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def _laid_out(paragraph: Paragraph, kind: str) -> None:
    """Set how a line of this kind stands on the page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    shape = paragraph.paragraph_format
    match kind:
        case "kop":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            shape.space_after = Pt(48)
        case "kanan":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        case "baris":
            shape.left_indent, shape.first_line_indent = Cm(2.4), Cm(-2.4)
            shape.tab_stops.add_tab_stop(Cm(2.2))
        case "isi":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            shape.space_before = Pt(6)
        case "butir":
            shape.left_indent, shape.first_line_indent = Cm(1.4), Cm(-0.8)
            shape.tab_stops.add_tab_stop(Cm(1.4))
        case "ttd":
            shape.left_indent, shape.keep_with_next = Cm(8.5), True
        case _ if kind not in PLAIN:
            raise ValueError(f"{kind} is no kind of a line of a letter: {paragraph.text}")


def parts(content: bytes) -> dict[str, bytes]:
    """Return the files that a Word document consists of, without the times at which each was packed."""
    with ZipFile(BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


if __name__ == "__main__":
    for letter in LETTERS.values():
        path, content = documents.template(letter), template(documents.wording(letter))
        if not path.exists() or parts(path.read_bytes()) != parts(content):
            path.write_bytes(content)
