"""Who signs the letters of a region or of the Kanwil, as a roster may say under `letters`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flows.model.letterheads import Letterhead
from scoring.fields import Fields

LETTER = ("of", "place", "signer", "name", "number", "copies")


def letterheads(root: Fields, places: Sequence[str]) -> tuple[Letterhead, ...] | None:
    """Those of the roster, each of one of these places; None where it says nothing of letters."""
    if "letters" not in root:
        return None
    found: list[Letterhead] = []
    for node in root.items("letters"):
        one = _letterhead(Fields(node, root.problems, LETTER, "a letter"), places)
        if one.of in {other.of for other in found}:
            root.problems.add("duplicate_code", node, code=one.of, what="the letters")
        found.append(one)
    return tuple(found)


def _letterhead(fields: Fields, places: Sequence[str]) -> Letterhead:
    of = fields.text("of")
    if of and of not in places:
        told = {"text": of, "what": "the region codes", "allowed": ", ".join(places)}
        fields.problems.add("unknown_reference", fields.at("of"), None, **told)
    said: dict[str, Any] = {
        key: fields.text(key) for key in ("place", "name", "number") if key in fields
    }
    said |= {key: fields.texts(key) for key in ("signer", "copies") if key in fields}
    return Letterhead(of, **said)


def stored(heads: Sequence[Letterhead]) -> str:
    """Their stored form."""
    return json.dumps([asdict(one) for one in heads], ensure_ascii=False)
