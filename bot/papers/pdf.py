"""A paper as PDF for the archive (PDF/A), by Typst: without the network and without fonts of the machine."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import Any

import orjson
import typst

from bot.handouts.qr import qr_svg
from bot.papers.frame import Paper
from bot.papers.paper_printing import view
from bot.papers.proof import PaperProof

LAYOUT = resources.files("bot") / "papers" / "frame.typ"
STANDARD = "a-2b"
PPI = 110


def pdf(paper: Paper, proof: PaperProof) -> bytes:
    """Return the paper as one PDF. Raises ValueError where it does not fit its layout."""
    made = _compiled(
        paper, proof, format="pdf", pdf_standards=STANDARD, timestamp=_stamp(proof.made_at)
    )
    assert isinstance(made, bytes)
    return made


def pages(paper: Paper, proof: PaperProof, *, ppi: float = PPI) -> list[bytes]:
    """Return the same as a picture of each page."""
    made = _compiled(paper, proof, format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made)


def _compiled(paper: Paper, proof: PaperProof, **options: Any) -> Any:
    shown = view(paper, proof)
    shown["proof"]["qr"] = qr_svg(proof.scanned)
    try:
        return typst.compile(
            LAYOUT.read_bytes(),
            ignore_system_fonts=True,
            sys_inputs={"view": orjson.dumps(shown).decode()},
            **options,
        )
    except typst.TypstError as error:
        raise ValueError(f"{paper.kind}: {error}") from None


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp())
