"""Makes the JSON Schemas of docs/schema: what each export and each page of the feed is made of, and no more.

Codes come from the code itself, so none is forgotten; what a column is called comes from the exports' words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from bot.export import answers_table, log_table, reminders_table, results_table
from bot.export.export_catalogue import What
from flows.model.record_kinds import EntryKind
from flows.model.roles import STAFF, Role
from flows.model.workflow import Action
from messages.export_words import words
from scoring import Absence, Status

Shape = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
FIGURE: Shape = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
MOMENT: Shape = {"type": "string", "format": "date-time"}
DAY: Shape = {"type": "string", "format": "date"}
HASH: Shape = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
RECEIPT: Shape = {"type": "string", "pattern": "^R-[0-9]{4,}$"}
TEXT: Shape = {"type": "string"}
WHOLE: Shape = {"type": "integer"}
YES_NO: Shape = {"type": "boolean"}
GIVEN: Shape = {
    "type": "object",
    "description": "What was given by the code of the input: a figure as text, yes or no, codes of options.",
    "additionalProperties": {
        "anyOf": [TEXT, YES_NO, {"type": "array", "items": TEXT}],
    },
}
ANSWER: Shape = {
    "type": "object",
    "description": "An answer as the record holds it: its inputs, a ready value, or why there is none.",
    "properties": {
        "inputs": GIVEN,
        "value": FIGURE,
        "absence": {"enum": [one.value for one in Absence]},
        "accepted": YES_NO,
    },
    "additionalProperties": False,
}


def codes(given: Iterable[str]) -> Shape:
    """Return the shape of a text that is one of some codes."""
    return {"enum": list(given)}


STATES = codes(words()["states"])
STATUS = codes(one.value for one in Status)
KINDS: dict[str, Shape] = {
    "absence_code": codes(one.value for one in Absence),
    "answer": ANSWER,
    "answered": WHOLE,
    "answered_at": MOMENT,
    "at": MOMENT,
    "campaign": WHOLE,
    "claimed": FIGURE,
    "corrected": ANSWER,
    "counted": WHOLE,
    "criteria": HASH,
    "day": DAY,
    "entry": WHOLE,
    "evidence": WHOLE,
    "filled": WHOLE,
    "final": YES_NO,
    "hash": HASH,
    "indicator": WHOLE,
    "inputs": GIVEN,
    "judge_role_code": codes(one.value for one in Role if one in STAFF),
    "judged_at": MOMENT,
    "kind_code": {"type": "string", "pattern": "^(d[+-][0-9]+|nudge|promise|manual)$"},
    "late": YES_NO,
    "line": WHOLE,
    "max": FIGURE,
    "minimum": FIGURE,
    "outcome_code": codes(words()["outcomes"]),
    "points": FIGURE,
    "receipt": RECEIPT,
    "recipients": WHOLE,
    "result": FIGURE,
    "revision": WHOLE,
    "role_code": codes(words()["roles"]),
    "seat": WHOLE,
    "sent": WHOLE,
    "sent_at": MOMENT,
    "state_code": STATES,
    "status": STATUS,
    "total": WHOLE,
    "unconfirmed": WHOLE,
    "value": FIGURE,
    "verified": FIGURE,
    "verified_inputs": GIVEN,
    "verified_points": FIGURE,
    "verified_status": STATUS,
    "verified_value": FIGURE,
}
"""What is no plain text, by its key."""
OWN: dict[What, dict[str, Shape]] = {
    What.LOG: {
        "kind": codes(one.value for one in EntryKind),
        "move": codes([*(one.value for one in Action), "suspend", "resume", "end"]),
    },
    What.ANSWERS: {},
    What.REMINDERS: {},
    What.RESULTS: {"verified": WHOLE},
    What.RIGHTS: {},
    What.RATINGS: {"claimed": WHOLE, "result": WHOLE},
}
"""Keys that mean something else in one table."""
ALWAYS: dict[What, str] = {
    What.LOG: "entry at zone action role text kind hash receipt period instrument role_code",
    What.ANSWERS: "region region_code unit unit_code indicator name right state measured max evidence zone "
    "instrument criteria indicator_code right_code state_code",
    What.REMINDERS: "line at zone region unit kind day outcome period region_code unit_code kind_code "
    "outcome_code",
    What.RESULTS: "region region_code total filled sent verified claimed final unconfirmed instrument period "
    "criteria",
    What.RIGHTS: "region region_code right counted answered max points claimed period instrument criteria "
    "right_code",
    What.RATINGS: "rating minimum claimed result period instrument rating_code",
}  # fmt: skip
"""What is there in every row; all else may be null."""
KEYS: dict[What, tuple[str, ...]] = {
    What.LOG: (*log_table.COLUMNS, *log_table.CODES),
    What.ANSWERS: (*answers_table.BEFORE, *answers_table.AFTER, *answers_table.CODES),
    What.REMINDERS: (*reminders_table.COLUMNS, *reminders_table.CODES),
    What.RESULTS: (*results_table.COLUMNS, *results_table.CODES),
    What.RIGHTS: (*results_table.OF_RIGHT, *results_table.CODES_OF_RIGHT),
    What.RATINGS: (*results_table.OF_RATING, *results_table.CODES_OF_RATING),
}
INPUTS: Shape = {
    "^input_[0-9]+$": {"anyOf": [TEXT, YES_NO, {"type": "null"}]},
    "^input_[0-9]+_name$": {"anyOf": [TEXT, {"type": "null"}]},
}


def schemas() -> dict[str, str]:
    """Return the text of each schema by the name of its file."""
    made = {f"{what}.schema.json": row(what) for what in What}
    made |= {f"{what}-document.schema.json": whole(what) for what in What}
    made["record-page.schema.json"] = page()
    return {
        name: json.dumps(body, ensure_ascii=False, indent=2) + "\n" for name, body in made.items()
    }


def row(what: What) -> Shape:
    """Return the schema of one row: a line of `--format jsonl`."""
    titles = words()["columns"][what]
    properties: dict[str, Shape] = {}
    for key in KEYS[what]:
        shape = OWN[what].get(key, KINDS.get(key, TEXT))
        if key not in ALWAYS[what].split():
            shape = {"anyOf": [shape, {"type": "null"}]}
        if key in titles:
            shape = {"title": titles[key], **shape}
        properties[key] = shape
    body: Shape = {
        "$schema": DRAFT,
        "title": f"One row of `peduli-ham export --what {what} --format jsonl`",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return body | ({"patternProperties": INPUTS} if what is What.ANSWERS else {})


def whole(what: What) -> Shape:
    """Return the schema of a document: `--format json`."""
    code: Shape = {"anyOf": [TEXT, {"type": "null"}]}
    day: Shape = {"anyOf": [DAY, {"type": "null"}]}
    properties: dict[str, Shape] = {
        "what": {"const": what.value},
        "period": TEXT,
        "trial": {"description": "Whether it is a trial, which counts nowhere.", **YES_NO},
        "data_year": WHOLE,
        "institution": TEXT,
        "instrument": TEXT,
        "instrument_hash": HASH,
        "region_code": code,
        "unit_code": code,
        "right_code": code,
        "state_code": {"anyOf": [STATES, {"type": "null"}]},
        "since": day,
        "until": day,
        "names": {"description": "Whether persons are named in it.", **YES_NO},
        "made_at": MOMENT,
        "rows": {"type": "array", "items": {"$ref": f"{what}.schema.json"}},
    }
    return _closed(f"`peduli-ham export --what {what} --format json`", properties)


def page() -> Shape:
    """Return the schema of one page of the feed."""
    properties: dict[str, Shape] = {
        "period": TEXT,
        "trial": {"description": "Whether it is a trial, which counts nowhere.", **YES_NO},
        "instrument": TEXT,
        "after": {"description": "The entry behind which it was asked for.", **WHOLE},
        "next": {"description": "What to give as `after` for the next page.", **WHOLE},
        "more": {"description": "Whether there is more already.", **YES_NO},
        "rows": {"type": "array", "items": {"$ref": f"{What.LOG}.schema.json"}},
    }
    return _closed("One page of `GET /record` at FEED_LISTEN", properties)


def _closed(title: str, properties: dict[str, Shape]) -> Shape:
    return {
        "$schema": DRAFT,
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
