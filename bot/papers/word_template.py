"""Makes the Word template of all papers: A4, the tags of a paper's blocks, and a foot with the proof."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
SIZE, SMALL, TINY = 11, 9, 8
MIDDLE, LEFT, BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


def template() -> bytes:
    """Return the template as a file."""
    made = docx.Document()
    _page(made)
    _head(made)
    _blocks(made)
    _end(made)
    _foot(made)
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def _page(made: Document) -> None:
    page, normal = made.sections[0], made.styles["Normal"]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin = Cm(2.5), Cm(2)
    page.top_margin, page.bottom_margin = Cm(2), Cm(3.2)
    page.footer_distance = Cm(0.8)
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    normal.paragraph_format.space_after = Pt(0)


def _head(made: Document) -> None:
    _tag(made, "if head")
    _tag(made, "for row in head")
    _line(made, "{{ row }}", MIDDLE, bold=True)
    _tag(made, "endfor")
    _ruled(_line(made, "", MIDDLE, size=4))
    _tag(made, "else")
    _line(made, "{{ no_head }}", MIDDLE, size=SMALL).paragraph_format.space_after = Pt(48)
    _tag(made, "endif")
    _line(made, "", LEFT)
    _tag(made, "for title in titles")
    _line(made, "{{ title }}", MIDDLE, bold=True)
    _tag(made, "endfor")
    _tag(made, "if number")
    _line(made, "{{ number }}", MIDDLE)
    _tag(made, "endif")
    _tag(made, "if notice")
    notice = _line(made, "{{ mark }} — {{ notice }}", MIDDLE, bold=True)
    notice.paragraph_format.space_before = Pt(8)
    _bordered(notice)
    _tag(made, "endif")
    _line(made, "", LEFT)


def _blocks(made: Document) -> None:
    _tag(made, "for block in blocks")
    _tag(made, "if block.kind == 'text' and block.right")
    _line(made, "{{ block.text }}", WD_ALIGN_PARAGRAPH.RIGHT).paragraph_format.space_after = Pt(6)
    _tag(made, "elif block.kind == 'text'")
    _line(made, "{{ block.text }}", BOTH).paragraph_format.space_after = Pt(6)
    _tag(made, "elif block.kind == 'heading'")
    heading = _line(made, "{{ block.text }}", LEFT, bold=True)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(8), Pt(4)
    heading.paragraph_format.keep_with_next = True
    _tag(made, "elif block.kind == 'items'")
    _tag(made, "for text in block.texts")
    _hanging(_line(made, "{{ loop.index }}.\t{{ text }}", LEFT), 0.8)
    _tag(made, "endfor")
    _tag(made, "elif block.kind == 'fields'")
    _tag(made, "for row in block.rows")
    _hanging(_line(made, "{{ row[0] }}\t: {{ row[1] }}", LEFT), 5)
    _tag(made, "endfor")
    _tag(made, "elif block.kind == 'table'")
    _table(made)
    _line(made, "", LEFT, size=4)
    _tag(made, "endif")
    _tag(made, "endfor")


def _table(made: Document) -> None:
    """Write a table of which both rows and columns are loops."""
    table = made.add_table(4, 3)
    table.style = "Table Grid"
    rows = (
        ("{%tc for column in block.columns %}", "{{ column.title }}", "{%tc endfor %}"),
        ("{%tr for row in block.rows %}", "", ""),
        ("{%tc for cell in row.cells %}", "{% colspan row.span %}{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    )
    for row_no, texts in enumerate(rows):
        for place, text in enumerate(texts):
            paragraph = table.cell(row_no, place).paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size = Pt(SMALL)
            if row_no == 0:
                run.bold, paragraph.alignment = True, MIDDLE


def _end(made: Document) -> None:
    _tag(made, "if closing")
    _line(made, "{{ closing }}", BOTH).paragraph_format.keep_with_next = True
    _tag(made, "endif")
    _line(made, "", LEFT).paragraph_format.keep_with_next = True
    _tag(made, "if dated")
    dated = _line(made, "{{ dated }}", WD_ALIGN_PARAGRAPH.RIGHT)
    dated.paragraph_format.keep_with_next, dated.paragraph_format.space_after = True, Pt(8)
    _tag(made, "endif")
    _tag(made, "if signatures")
    table = made.add_table(1, 3)
    for cell, text in zip(
        table.rows[0].cells,
        ("{%tc for one in signatures %}", "{{ one.text }}", "{%tc endfor %}"),
        strict=True,
    ):
        cell.paragraphs[0].alignment = MIDDLE
        cell.paragraphs[0].add_run(text)
    _tag(made, "endif")
    _tag(made, "if copies")
    _line(made, "{{ copies_title }}", LEFT, size=SMALL)
    _tag(made, "for copy in copies")
    _hanging(_line(made, "{{ loop.index }}.\t{{ copy }}", LEFT, size=SMALL), 0.8)
    _tag(made, "endfor")
    _tag(made, "endif")
    _line(made, "{{ proof.whole }}", LEFT, size=TINY).paragraph_format.space_before = Pt(8)


def _foot(made: Document) -> None:
    footer = made.sections[0].footer
    table = footer.add_table(1, 3, Cm(16.5))
    table.autofit = False
    picture, text, pages = (cell.paragraphs[0] for cell in table.rows[0].cells)
    for place, width in enumerate((2.2, 11.3, 3.0)):
        table.columns[place].width = table.rows[0].cells[place].width = Cm(width)
    picture.add_run("{{ qr }}")
    for place, line in enumerate(("{{ proof.code }}", "{{ proof.record }}", "{{ proof.how }}")):
        run = text.add_run(line)
        run.font.size, run.bold = Pt(TINY), place == 0
        if place < 2:
            run.add_break()
    pages.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for written in (
        "{{ page.before }}",
        "PAGE",
        "{{ page.between }}",
        "NUMPAGES",
        "{{ page.after }}",
    ):
        if written.isupper():
            _counted(pages, written)
        else:
            pages.add_run(written).font.size = Pt(TINY)
    footer.paragraphs[0].text = ""


def _tag(made: Document, tag: str) -> None:
    made.add_paragraph(f"{{%p {tag} %}}")


def _line(
    made: Document, text: str, place: WD_ALIGN_PARAGRAPH, *, size: int = SIZE, bold: bool = False
) -> Paragraph:
    paragraph = made.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold or None, Pt(size)
    paragraph.alignment = place
    return paragraph


def _hanging(paragraph: Paragraph, width: float) -> None:
    shape = paragraph.paragraph_format
    shape.left_indent, shape.first_line_indent = Cm(width), Cm(-width)
    shape.tab_stops.add_tab_stop(Cm(width))


def _ruled(paragraph: Paragraph) -> None:
    _edges(paragraph, ("bottom",), "double")


def _bordered(paragraph: Paragraph) -> None:
    _edges(paragraph, ("top", "left", "bottom", "right"), "single")


def _edges(paragraph: Paragraph, sides: tuple[str, ...], kind: str) -> None:
    edges = OxmlElement("w:pBdr")
    for side in sides:
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", kind), ("sz", "8"), ("space", "4"), ("color", "auto")):
            edge.set(qn(f"w:{name}"), value)
        edges.append(edge)
    behind = (f"w:{name}" for name in ("shd", "tabs", "spacing", "ind", "jc"))
    paragraph._p.get_or_add_pPr().insert_element_before(edges, *behind)  # noqa: SLF001


def _counted(paragraph: Paragraph, field: str) -> None:
    """Put a number into a paragraph that Word counts itself."""
    for kind, text in (
        ("begin", None),
        (None, field),
        ("separate", None),
        (None, None),
        ("end", None),
    ):
        run = paragraph.add_run("" if kind or text else "1")
        run.font.size = Pt(TINY)
        if kind or text:
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)  # noqa: SLF001
