"""Who signs the letters of a region or of the Kanwil, as a roster may say under `letters`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict

from flows.model.letterheads import Letterhead
from scoring.fields import Fields

LETTER = ("of", "place", "signer", "name", "number", "copies")


def letterheads(root: Fields, places: Sequence[str]) -> tuple[Letterhead, ...] | None:
    """Read the letterheads, each of one of these places; None where the roster has no letters."""
    if "letters" not in root:
        return None
    heads: list[Letterhead] = []
    for node in root.items("letters"):
        head = _letterhead(Fields(node, root.problems, LETTER, "a letter"), places)
        if head.of in {other.of for other in heads}:
            root.problems.add("duplicate_code", node, code=head.of, what="the letters")
        heads.append(head)
    return tuple(heads)


def _letterhead(fields: Fields, places: Sequence[str]) -> Letterhead:
    of = fields.text("of")
    if of and of not in places:
        params = {"text": of, "what": "the region codes", "allowed": ", ".join(places)}
        fields.problems.add("unknown_reference", fields.at("of"), None, **params)
    values: dict[str, Any] = {
        key: fields.text(key) for key in ("place", "name", "number") if key in fields
    }
    values |= {key: fields.texts(key) for key in ("signer", "copies") if key in fields}
    return Letterhead(of, **values)


def stored(heads: Sequence[Letterhead]) -> str:
    """Return the letterheads as the database stores them."""
    return json.dumps([asdict(head) for head in heads], ensure_ascii=False)
