"""Cases that failed once, as files: kept small by the run that found them, tried again by the tests."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from benchmarks.fuzz import figures, files, updates
from benchmarks.fuzz.finding import Complaint

CASES = Path(__file__).parent.parent.parent / "tests" / "campaigns" / "cases"


def store(complaint: Complaint, folder: Path = CASES) -> Path:
    """Write a case, after making it smaller where that is known how."""
    if complaint.what == "updates":
        complaint = updates.smaller(complaint)
    elif complaint.what == "numbers":
        complaint = figures.smaller(complaint)
    case = complaint.case
    if isinstance(case, bytes):
        case = {"base64": base64.b64encode(case).decode()}
    payload = {
        "what": complaint.what,
        "rule": complaint.rule,
        "said": complaint.detail[-600:],
        "case": case,
    }
    text = json.dumps(payload, indent=1) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{complaint.what}-{hashlib.sha256(text.encode()).hexdigest()[:8]}.json"
    path.write_text(text, encoding="ascii")
    return path


def again(path: Path) -> list[str]:
    """What is wrong with a kept case today; empty where it has been mended."""
    kept: dict[str, Any] = json.loads(path.read_text(encoding="ascii"))
    case, what = kept["case"], kept["what"]
    if what == "updates":
        return updates.repeats(case["seed"], case["batches"], kept["rule"])
    if what == "numbers":
        why = figures.judged(case)
    else:
        given = base64.b64decode(case["base64"]) if what == "workbooks" else case
        why = files.KINDS[what][1](given)[1]
    return [why] if why else []
