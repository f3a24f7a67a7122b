"""A paper as a Word document, to be put on a letterhead and edited.

The template is data, as the letters' is: `python -m bot.papers.word` makes it anew, and anybody may lay
it out otherwise in Word, as long as its tags stay.
"""

from __future__ import annotations

from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.handouts.qr import qr_png
from bot.papers.frame import ColumnLook, Paper, PaperTable, Weight
from bot.papers.paper_printing import view
from bot.papers.proof import PaperProof
from messages import documents

if TYPE_CHECKING:  # whoever makes no such document need not load what makes it
    from docx.document import Document
    from docx.table import Table as WordTable

TEMPLATE = resources.files("bot") / "papers" / "frame.docx"
ALIGNED = {ColumnLook.TEXT: 0, ColumnLook.MIDDLE: 1, ColumnLook.FIGURE: 2, ColumnLook.TOTAL: 2}
"""How Word numbers left, middle and right."""
JUSTIFIED = 3
GAP = 4
"""Empty lines above a name."""
FOOT = (2.2, 11.3, 3.0)
"""The shares of the foot: the QR code, what it stands for, the page."""
TWIP = 635
"""So many of Word's units are a twentieth of a point."""
INSET, HEADING = 70, 8
"""As in the PDF: room beside the text of a cell, in twentieths of a point, and the size above a column."""
GREY, PALE = "E1E1E1", "F0F0F0"


def docx(paper: Paper, proof: PaperProof) -> bytes:
    """Return the paper as a Word document."""
    from docx import Document as OpenDocument
    from docx.shared import Cm
    from docxtpl import DocxTemplate, InlineImage  # type: ignore[import-untyped]

    made = DocxTemplate(BytesIO(TEMPLATE.read_bytes()))
    shown = view(paper, proof)
    before, _, rest = shown["proof"]["page"].partition("{page}")
    between, _, after = rest.partition("{pages}")
    shown |= {
        "qr": InlineImage(made, BytesIO(qr_png(proof.scanned)), width=Cm(1.7)),
        "page": {"before": before, "between": between, "after": after},
    }
    shown["signatures"] = _side_by_side(shown["signatures"])
    for block in shown["blocks"]:
        for row in block["rows"] if block["kind"] == "table" else ():
            row["span"] = len(block["columns"]) // len(row["cells"])
    made.render(shown, documents.filling(), autoescape=True)
    filled, written = BytesIO(), BytesIO()
    made.save(filled)
    # Read back: the foot that was filled in is not the one that the template gives to be laid out.
    document = OpenDocument(filled)
    _lay_out(document, paper)
    document.core_properties.title = paper.name
    document.save(written)
    return written.getvalue()


def _side_by_side(signatures: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the text of each place to sign, with the names on one line; a single one stands on the right."""
    most = max((len(signature["lines"]) for signature in signatures), default=0)
    texts = [
        [
            *signature["lines"],
            *[""] * (most - len(signature["lines"]) + GAP),
            signature["name"],
            *signature["below"],
        ]
        for signature in signatures
    ]
    places = [[], *texts] if len(texts) == 1 else texts
    return [{"text": "\n".join(lines)} for lines in places]


def _lay_out(document: Document, paper: Paper) -> None:
    """Turn the page where the paper is wide, and give the columns of its tables their shares."""
    section: Any = document.sections[0]
    if paper.across:
        section.orientation = 1
        section.page_width, section.page_height = section.page_height, section.page_width
    room = section.page_width - section.left_margin - section.right_margin
    _share(section.footer.tables[0], list(FOOT), room)
    paragraphs: Any = document.paragraphs
    for paragraph in paragraphs:
        if paragraph.alignment == JUSTIFIED and "\n" in paragraph.text:
            paragraph.alignment = ALIGNED[
                ColumnLook.TEXT
            ]  # else a line before a break is drawn apart
    blocks = [block for block in paper.blocks if isinstance(block, PaperTable)]
    for block, table in zip(blocks, document.tables, strict=False):
        _lay_out_table(block, table, room)
    for table in document.tables[len(blocks) :]:
        _share(table, [1.0] * len(table.columns), room)
        for row in table.rows:
            _marked(row, "cantSplit")  # a name stays below what it signs


def _lay_out_table(block: PaperTable, table: WordTable, room: int) -> None:
    from docx.shared import Cm, Pt

    _share(table, [column.width for column in block.columns], room)
    _set_inset(table, INSET)
    _marked(table.rows[0], "tblHeader")
    for cell in table.rows[0].cells:
        _shaded(cell, GREY)
        for run in cell.paragraphs[0].runs:
            run.font.size = Pt(HEADING)
    following = (*block.rows[1:], None)
    for row, below, printed in zip(block.rows, following, table.rows[1:], strict=True):
        _marked(printed, "cantSplit")
        if below is not None and below.weight is Weight.TOTAL:
            printed.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        if block.tall:
            printed.height = Cm(1)
        if row.weight is not Weight.PLAIN:
            for cell in printed.cells:
                _shaded(cell, PALE)
                for run in cell.paragraphs[0].runs:
                    run.bold = True
        if row.weight is Weight.GROUP:
            printed.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
        else:
            for column, cell in zip(block.columns, printed.cells, strict=True):
                cell.paragraphs[0].alignment = ALIGNED[column.look]


def _share(table: WordTable, widths: list[float], room: int) -> None:
    """Give each column its part of the page, in the grid and in every cell, as Word and others want it."""
    lengths = [int(room * width / sum(widths)) for width in widths]
    table.autofit = False
    _as_wide(table, room)
    for column, length in zip(table.columns, lengths, strict=True):
        column.width = length
    for row in table.rows:
        cells = row._tr.tc_lst  # noqa: SLF001  # `row.cells` repeats a cell that spans
        if len(cells) == len(lengths):
            for cell, length in zip(cells, lengths, strict=True):
                cell.width = length


def _as_wide(table: WordTable, room: int) -> None:
    """Make the whole as wide as its columns: where it says otherwise, that is what is shown."""
    from docx.oxml.ns import qn

    width: Any = table._tbl.tblPr.find(qn("w:tblW"))  # noqa: SLF001
    if width is not None:
        width.set(qn("w:w"), str(room // TWIP))
        width.set(qn("w:type"), "dxa")


def _set_inset(table: WordTable, twips: int) -> None:
    """Set how far the text of a cell stands from the lines beside it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    insets: Any = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        inset: Any = OxmlElement(f"w:{side}")
        inset.set(qn("w:w"), str(twips))
        inset.set(qn("w:type"), "dxa")
        insets.append(inset)
    look = table._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001
    look.addprevious(insets)


def _marked(row: Any, mark: str) -> None:
    """Mark a row: as one that stands on each page, or that is not torn apart."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(f"w:{mark}"))  # noqa: SLF001


def _shaded(cell: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001


if __name__ == "__main__":
    from pathlib import Path

    from bot.papers.word_template import template

    Path(str(TEMPLATE)).write_bytes(template())
