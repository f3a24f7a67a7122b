"""A paper as its layouts take it: every cell printed, every place to sign with its lines."""

from __future__ import annotations

from typing import Any

from bot.papers.frame import (
    Block,
    ColumnLook,
    Heading,
    Items,
    Paper,
    PaperFields,
    PaperTable,
    PaperText,
    Signature,
)
from bot.papers.proof import PaperProof
from messages.paper_words import printed, wording


def view(paper: Paper, proof: PaperProof) -> dict[str, Any]:
    """Return everything that stands on a paper, in texts."""
    words = wording("frame")
    return {
        "name": paper.name,
        "author": " · ".join(paper.head[:2]),
        "across": paper.across,
        "head": list(paper.head),
        "no_head": words.text("no_head"),
        "titles": list(paper.titles),
        "number": paper.number,
        "mark": words.text("trial_mark" if paper.trial else "mark"),
        "notice": paper.notice,
        "blocks": [block_view(block) for block in paper.blocks],
        "closing": paper.closing,
        "dated": paper.dated,
        "signatures": [signature_view(signature) for signature in paper.signatures],
        "copies_title": words.text("copies"),
        "copies": list(paper.copies),
        "proof": _proof(proof),
    }


def block_view(block: Block) -> dict[str, Any]:
    """Return a block in texts, with its kind."""
    match block:
        case PaperText(text, right):
            return {"kind": "text", "text": text, "right": right}
        case Heading(text):
            return {"kind": "heading", "text": text}
        case Items(texts):
            return {"kind": "items", "texts": list(texts)}
        case PaperFields(rows):
            return {"kind": "fields", "rows": [[name, printed(cell)] for name, cell in rows]}
        case PaperTable():
            return {"kind": "table", **_table(block)}


def _table(block: PaperTable) -> dict[str, Any]:
    two_decimals = [column.look is ColumnLook.TOTAL for column in block.columns]
    return {
        "tall": block.tall,
        "columns": [
            {"title": column.title, "width": column.width, "look": str(column.look)}
            for column in block.columns
        ],
        "rows": [
            {
                "weight": str(row.weight),
                "cells": [
                    printed(cell, two_decimals=two_decimals[place])
                    for place, cell in enumerate(row.cells)
                ],
            }
            for row in block.rows
        ],
    }


def signature_view(signature: Signature) -> dict[str, Any]:
    """Return a place to sign: what stands above the name, the name, and what stands below it."""
    words, signer = wording("frame"), signature.signer
    lines = [*([signature.caption] if signature.caption else []), *signer.lines]
    if lines and not lines[-1].endswith(","):
        lines[-1] += ","
    below = [signer.rank] if signer.rank else []
    return {
        "lines": lines,
        "named": signer.name is not None,
        "name": signer.name or words.text("no_name"),
        "below": [*below, words.text("nip", number=signer.number)],
    }


def _proof(proof: PaperProof) -> dict[str, Any]:
    words = wording("frame")
    moment = {"made_at": proof.made_at, "zone": _zone(proof)}
    return {
        "code": proof.code,
        "record": words.text("record", **moment, entry=proof.entry, head=proof.short_head),
        "how": words.text("how", code=proof.code, bot=proof.bot),
        "page": words.text("page"),
        "whole": words.text("whole", head=proof.head),
    }


def _zone(proof: PaperProof) -> str:
    name = proof.made_at.tzname()
    return f" {name}" if name else ""
