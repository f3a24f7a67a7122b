"""Who may do what, said a second time and without the product's code: each new row of the record is judged.

The rule: the actor spoke in this batch, holds the seat of the row, and the seat's role and place permit it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

OWN_UNIT = frozenset({"answer", "evidence", "withdrawn", "ticked", "asked", "settled"})
WORDS_OF_CRITERIA = frozenset({"criterion_comment", "meeting_attended"})
"""Whoever holds a seat may say something of a criterion, and be at a meeting."""
COORDINATION = frozenset(
    {
        "criterion_proposal",
        "criterion_withdrawn",
        "meeting_opened",
        "criterion_decided",
        "meeting_dropped",
        "agreement",
    }
)
REVIEWERS = frozenset({"coordinator", "kanwil"})
STAFF = REVIEWERS | {"admin"}
NEXT = {
    ("contact", "submit"): {("draft", "sent")},
    ("contact", "answer"): {("returned_by_city", "sent"), ("returned", "fixed")},
    ("contact", "fill"): {("sent", "draft"), ("approved", "draft"), ("fixed", "draft")},
    ("coordinator", "approve"): {("sent", "approved")},
    ("coordinator", "return"): {("sent", "returned_by_city")},
    ("coordinator", "reopen"): {("sent", "draft")},
    ("coordinator", "undo"): {("approved", "sent"), ("returned_by_city", "sent")},
    ("kanwil", "approve"): {("sent", "approved")},
    ("kanwil", "reopen"): {("sent", "draft")},
    ("kanwil", "verify"): {("approved", "verified"), ("fixed", "verified")},
    ("kanwil", "correct"): {("approved", "verified"), ("fixed", "verified")},
    ("kanwil", "return"): {("approved", "returned"), ("fixed", "returned")},
    ("kanwil", "accept"): {("approved", "verified"), ("fixed", "verified")},
    ("kanwil", "refuse"): {("approved", "returned"), ("fixed", "returned")},
    ("kanwil", "undo"): {("returned", "approved"), ("verified", "approved")},
}
"""From where to where, by whom. In figures: what Bagian Hukum and the Kanwil agreed upon."""
WORDLESS = frozenset({"submit", "fill", "verify", "accept"})
BACK = frozenset({"returned", "returned_by_city"})
OPEN = BACK | {"draft"}
"""Where the office has its answer: it may write it, and prove it."""
PROOF = frozenset({"evidence", "withdrawn", "ticked"})
CRITERIA = {
    "criterion_comment": STAFF | {"contact"},
    "criterion_proposal": REVIEWERS,
    "criterion_withdrawn": REVIEWERS,
    "meeting_opened": {"kanwil"},
    "meeting_attended": STAFF | {"contact"},
    "criterion_decided": {"kanwil"},
    "meeting_dropped": {"kanwil"},
    "agreement": {"kanwil"},
    "closed": {"kanwil"},
    "reopened": {"kanwil"},
    "sampled": {"kanwil"},
    "second_look": {"kanwil"},
}
"""What is said and agreed of the criteria, and of the season's end, by whom."""
BELOW = {
    "coordinator": {"contact"},
    "kanwil": {"contact", "coordinator"},
    "admin": {"contact", "coordinator", "kanwil"},
}


@dataclass(frozen=True, slots=True)
class Chair:
    """A seat as its row says, with the region and province that follow from it."""

    id: int
    person: int
    telegram: int
    role: str
    unit: int | None
    region: int | None
    province: str | None
    until: str | None
    suspended: str | None


class Judge:
    """Reads what is new since it last looked, and says what nobody had the right to do."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = connection
        self.seen = 0
        self.states: dict[tuple[int, int], str] = {}
        self.revisions: dict[tuple[int, int], int] = {}
        self.returned: dict[tuple[int, int], int] = {}
        self.absent: set[tuple[int, int]] = set()
        self.undone: set[tuple[int, int]] = set()
        self.asked: dict[int, int | None] = {}
        self.before = self.chairs()

    def chairs(self) -> dict[int, Chair]:
        rows = self.db.execute(
            "SELECT s.id, s.person_id, p.telegram_id, s.role, s.unit_id,"
            " coalesce(s.region_id, u.region_id), coalesce(s.province, r.province, q.province),"
            " s.until, s.suspended_at FROM seats s JOIN persons p ON p.id = s.person_id"
            " LEFT JOIN units u ON u.id = s.unit_id LEFT JOIN regions r ON r.id = u.region_id"
            " LEFT JOIN regions q ON q.id = s.region_id"
        )
        return {row[0]: Chair(*row) for row in rows}

    def news(self, senders: Iterable[int]) -> list[str]:
        """What is wrong with the rows since the last look, sent by these Telegram ids."""
        now, spoke = self.chairs(), set(senders)
        rows = self.db.execute(
            "SELECT id, kind, unit_id, indicator, revision, person_id, seat_id, body FROM record"
            " WHERE id > ? ORDER BY id",
            (self.seen,),
        ).fetchall()
        violations = []
        for number, kind, unit, indicator, revision, person, seat, body in rows:
            self.seen = number
            chair = self.before.get(seat, now.get(seat)) if seat else None
            details = json.loads(body)
            if kind == "extension_asked":
                self.asked[number] = unit
            why = self._why(kind, unit, indicator, revision, person, chair, details, spoke)
            if why:
                violations.append(f"{kind} {number}: {why}")
        violations += [
            f"an answer of {place} over one that was sent" for place in sorted(self.undone)
        ]
        self.undone.clear()
        self.before = now
        return violations

    def _why(  # noqa: C901 a line for each rule
        self, kind: str, unit: int | None, indicator: int | None, revision: int | None,
        person: int | None, chair: Chair | None, details: dict[str, Any], spoke: set[int],
    ) -> str | None:  # fmt: skip
        if kind == "proposed":
            return None if self._guest(details["request"], spoke) else "not the guest of this link"
        if kind == "board" and not details["on"]:
            return None  # whoever throws the bot out of a group
        if chair is None:
            return "nobody's seat"
        if chair.person != person or chair.telegram not in spoke:
            return "the seat is of somebody who did not speak"
        if kind == "joined":
            return self._joined(chair)
        if chair.until is not None or chair.suspended is not None:
            return "the seat had ended or was suspended"
        if unit is not None and indicator is not None and not self._owes(unit, indicator):
            return "the office does not owe this"
        if kind in CRITERIA:
            return None if chair.role in CRITERIA[kind] else f"{chair.role} may not"
        if kind == "paused":
            return None if chair.role == "contact" else "not a contact"
        if kind in OWN_UNIT:
            return self._own(kind, (unit or 0, indicator or 0), revision, chair, details)
        if kind == "move":
            return self._move(unit, indicator, revision, chair, details)
        if kind in WORDS_OF_CRITERIA:
            return None
        if kind in COORDINATION:
            return None if chair.role in STAFF else "not staff"
        if kind == "note" and chair.role == "contact":
            return None if chair.unit == unit else "not the own office"
        if kind in (
            "note",
            "checked",
            "extended",
            "extension_asked",
            "extension_settled",
            "invited",
            "seat",
            "reminded",
            "stopped",
            "resumed",
            "board",
        ):
            return self._staff(kind, unit, chair, details)
        return "an unknown kind"

    def _own(
        self,
        kind: str,
        place: tuple[int, int],
        revision: int | None,
        chair: Chair,
        details: dict[str, Any],
    ) -> str | None:
        if chair.role != "contact" or chair.unit != place[0]:
            return "not the own office"
        state = self.states.get(place, "draft")
        if kind in PROOF and state not in OPEN:
            return f"{kind} while {state}"
        if kind == "evidence" and revision != self.revisions.get(place):
            return "proof of another revision than the last"
        return self._answer(place, state, revision, details) if kind == "answer" else None

    def _answer(
        self, place: tuple[int, int], state: str, revision: int | None, details: dict[str, Any]
    ) -> str | None:
        """Of what was sent only a reason may be written over; the move that undoes the sending follows."""
        if revision != self.revisions.get(place, 0) + 1:
            return f"revision {revision} after {self.revisions.get(place, 0)}"
        if state == "verified" or (state not in OPEN and place not in self.absent):
            return f"an answer while {state}"
        if state not in OPEN:
            self.undone.add(place)
        self.revisions[place] = revision
        self.absent.discard(place)
        if details["answer"].get("absence"):
            self.absent.add(place)
        return None

    def _move(
        self,
        unit: int | None,
        indicator: int | None,
        revision: int | None,
        chair: Chair,
        details: dict[str, Any],
    ) -> str | None:
        place, action, after = (unit or 0, indicator or 0), details["action"], details["next"]
        before = self.states.get(place, "draft")
        self.states[place] = after
        if details["role"] != chair.role:
            return "moved as another role"
        if (before, after) not in NEXT.get((chair.role, action), ()):
            return f"{chair.role} {action}: {before} → {after}"
        if revision != self.revisions.get(place):
            return "moved another revision than the last"
        if action == "fill" and place not in self.undone:
            return "undone without an answer"
        self.undone.discard(place)
        if (
            self._needs_words(place, chair.role, action)
            and not (details.get("reason") or "").strip()
        ):
            return "moved without words"
        if after in BACK:
            self.returned[place] = revision or 0
        return (
            self._within(unit, chair)
            if chair.role == "contact"
            else self._staff("move", unit, chair, details)
        )

    def _needs_words(self, place: tuple[int, int], role: str, action: str) -> bool:
        """What is sent back as it is takes a sentence; what was mended speaks for itself."""
        if action == "answer":
            return self.revisions[place] == self.returned.get(place)
        return action not in WORDLESS and (action, role) != ("approve", "coordinator")

    def _staff(
        self, kind: str, unit: int | None, chair: Chair, details: dict[str, Any]
    ) -> str | None:
        if chair.role not in (REVIEWERS if kind in ("move", "checked") else STAFF):
            return f"{chair.role} may not"
        if kind in ("move", "checked", "note") and self._holds(chair, unit):
            return "judged the own office"
        if kind in ("extended", "extension_settled") and chair.role == "coordinator":
            return "Bagian Hukum may not"
        if kind == "extension_asked" and chair.role != "coordinator":
            return "asked for what the seat may give"
        if kind == "extension_settled" and self.asked.pop(details["request"], None) != unit:
            return "no request of this office waits"
        if kind == "seat":
            return self._seat(chair, details["seat"])
        if kind == "invited":
            return self._invited(chair, details["invitation"])
        if kind in ("reminded", "stopped", "resumed"):
            row = self.db.execute(
                "SELECT seat_id FROM campaigns WHERE id = ?", (details["campaign"],)
            ).fetchone()
            return None if row and row[0] == chair.id else "another's campaign"
        if kind == "board":
            return self._boarded(chair, details)
        return self._within(unit, chair)

    def _within(self, unit: int | None, chair: Chair) -> str | None:
        if chair.role == "contact":
            return None if unit == chair.unit else "not the own office"
        row = self.db.execute(
            "SELECT u.region_id, r.province FROM units u JOIN regions r ON r.id = u.region_id WHERE u.id = ?",
            (unit,),
        ).fetchone()
        inside = row is not None and (
            row[0] == chair.region if chair.role == "coordinator" else row[1] == chair.province
        )
        return None if inside else "an office elsewhere"

    def _seat(self, chair: Chair, number: int) -> str | None:
        other = self.before.get(number) or self.chairs()[number]
        if other.person == chair.person or other.role not in BELOW[chair.role]:
            return f"{chair.role} changed the seat of {other.role}"
        place = (
            (other.region, chair.region)
            if chair.role == "coordinator"
            else (other.province, chair.province)
        )
        return None if place[0] == place[1] else "a seat elsewhere"

    def _invited(self, chair: Chair, number: int) -> str | None:
        role, unit, region, province, replaces = self.db.execute(
            "SELECT role, unit_id, region_id, province, replaces FROM invitations WHERE id = ?",
            (number,),
        ).fetchone()
        if chair.role == "coordinator" and role != "contact":
            return f"Bagian Hukum invited a {role}"
        if role not in ("contact", "coordinator", "kanwil"):
            return f"invited a {role}"
        if replaces is not None and self.chairs()[replaces].unit != unit:
            return "hands over the seat of another office"
        if role == "contact":
            return self._within(unit, chair)
        if role == "kanwil":
            return None if province == chair.province else "the Kanwil of another province"
        row = self.db.execute("SELECT province FROM regions WHERE id = ?", (region,)).fetchone()
        return None if row and row[0] == chair.province else "a city elsewhere"

    def _boarded(self, chair: Chair, details: dict[str, Any]) -> str | None:
        if details["region"] is None:
            same = details["province"] == chair.province and chair.role != "coordinator"
            return None if same else "a board of another province"
        if chair.role == "coordinator":
            return None if details["region"] == chair.region else "a board of another city"
        row = self.db.execute(
            "SELECT province FROM regions WHERE id = ?", (details["region"],)
        ).fetchone()
        return None if row[0] == chair.province else "a board of another province"

    def _joined(self, chair: Chair) -> str | None:
        rows = self.db.execute(
            "SELECT i.role, i.unit_id, i.region_id, i.province, i.revoked_at, s.role, s.unit_id, s.region_id,"
            " s.province FROM invitations i JOIN seats s ON s.id = i.used_seat WHERE i.used_seat = ?",
            (chair.id,),
        ).fetchall()
        if len(rows) != 1:
            return "a seat without its one invitation"
        return (
            None
            if rows[0][:4] == rows[0][5:] and rows[0][4] is None
            else "another seat than invited to"
        )

    def _guest(self, request: int, spoke: set[int]) -> bool:
        row = self.db.execute(
            "SELECT telegram_id FROM requests WHERE id = ?", (request,)
        ).fetchone()
        return row is not None and row[0] in spoke

    def _holds(self, chair: Chair, unit: int | None) -> bool:
        return any(
            one.person == chair.person
            and one.unit == unit
            and one.until is None
            and one.suspended is None
            for one in self.before.values()
        )

    def _owes(self, unit: int, indicator: int) -> bool:
        return (
            self.db.execute(
                "SELECT 1 FROM assignments WHERE unit_id = ? AND indicator = ? AND until IS NULL",
                (unit, indicator),
            ).fetchone()
            is not None
        )
