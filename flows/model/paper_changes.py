"""Changes about papers: one that is to be compared with the record, and what stands on those of a place."""

from __future__ import annotations

from msgspec import Struct

from flows.model.events import Upload
from flows.model.paper_settings import PaperSettings


class CheckPaper(Struct, frozen=True):
    """A paper is compared with the record afterwards, by its code or by its file; the chat is told.

    `quiet`: the file came for something else, so that only a paper of ours is spoken of.
    """

    code: str | None = None
    upload: Upload | None = None
    quiet: bool = False


class SetPaperSettings(Struct, frozen=True):
    """The papers of a region or a Kanwil get this letterhead, these signers and numbers."""

    settings: PaperSettings


class OrderExport(Struct, frozen=True):
    """Answers or totals as a workbook, made afterwards: of a province, or of what of it is named by its code.

    `what` and `state` are those of `peduli-ham export`, as are the days `since` and `until`.
    """

    what: str
    province: str | None = None
    region: str | None = None
    unit: str | None = None
    right: str | None = None
    state: str | None = None
    since: str | None = None
    until: str | None = None


PaperChange = CheckPaper | SetPaperSettings | OrderExport
"""What concerns papers, beside `OrderPaper`."""
