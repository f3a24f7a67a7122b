"""What the shell says after reading, trying or storing a file of answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from flows.model.answer_file import (
    AnswerFile,
    FileColumn,
    FileState,
    ProposedMap,
    RefusedRow,
    Tried,
)
from flows.model.outcome import Message
from flows.model.roster_draft import Wrong
from flows.staff import answer_import

WHERE = {"region": "Jakarta Pusat", "text": "Puskesmas", "near": "Sudinkes"}
CODES = (
    "answered", "sent", "over", "not_asked", "not_owed", "twice", "both", "empty", "missing", "unclear",
    "unknown_absence", "reason_missing", "reason", "unknown_option", "number_pair", "number_percent",
    "part_above_whole", "no_region", "no_office", "no_region_code", "no_office_code", "no_question", "no_owner",
    "number_text",
)  # fmt: skip
PARAMS = {
    **WHERE,
    "no": "3",
    "first": "B2",
    "input": "bayi lahir hidup",
    "typed": "1.5",
    "word": "lupa",
}
COLUMN = FileColumn("Berapa kematian ibu?", 1, "Angka kematian ibu", "jumlah kematian ibu")
PROPOSED = {
    "whole": ProposedMap((COLUMN,) * 2, "daerah", "ukpd", (), 0, 40),
    "open": ProposedMap((COLUMN,) * 14, "31.71", "", ("start", "tahun"), 3, 40),
}


def messages(what: str, file: AnswerFile, seat: int, now: datetime) -> tuple[Message, ...]:
    """`proposes MAP`, `tries N`, `tries again N`, `tries kept N`, `stores N`, `stands at N`, `refuses WHY`, `faults`,
    `faults map`, `alone`, `gone`; N is how many answers are refused.
    """
    verb, _, rest = what.partition(" ")
    count = int(rest.split()[-1]) if rest.split()[-1:] and rest.split()[-1].isdigit() else 0
    tried = Tried(40, 2, 3, 5, 11, rows(count), max(0, count - len(CODES)))
    match verb:
        case "proposes":
            return answer_import.proposed(seat, file, PROPOSED[rest], "form: table\n")
        case "tries":
            until, kept = now + timedelta(hours=24), now if "kept" in rest else None
            again = "again" in rest
            return answer_import.preview(seat, file, tried, until, kept=kept, again=again)
        case "stores":
            return answer_import.stored(file.name, tried, 7)
        case "stands":
            return (answer_import.storing(file.name, 40, None),)
        case "nothing":
            nothing = Tried(0, 0, 3, 0, 0, rows(count))
            until = now + timedelta(hours=24)
            shown = answer_import.preview(seat, file, nothing, until, kept=None, again=False)
            return (*shown, *answer_import.stored(file.name, nothing, None))
        case "refuses":
            return (answer_import.refused(rest, file.name, ("Jakarta Pusat", "Jakarta Utara")),)
        case "faults":
            fault = Wrong(
                "no_column", "Berkas ini tidak mempunyai kolom “a”.", "Yang ada: b.", 7, nearest="b"
            )
            return (answer_import.problems(file.name, (fault,) * 9, of_map=rest == "map"),)
        case "alone":
            return (answer_import.map_alone(file.name),)
        case _:
            return (answer_import.seat_gone(file.name),)


def rows(count: int) -> tuple[RefusedRow, ...]:
    """Return the first so many refusals, one of each kind."""
    return tuple(
        RefusedRow(
            f"Jawaban!C{place}", why, "Jakarta Pusat, Sudinkes", "Angka kematian bayi", PARAMS
        )
        for place, why in enumerate(CODES[:count], 2)
    )


def state_after(what: str) -> FileState:
    """Return where a file stands after that."""
    states = {"proposes": FileState.ASKED, "tries": FileState.SHOWN, "stores": FileState.APPLIED}
    return states.get(what.partition(" ")[0], FileState.REFUSED)
