"""A roster into a database: the first time, again, and after it changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import iso
from bot.roster import SetupError, SetupResult, apply_roster, bundled, load_roster
from bot.storage import people, periods, record, roster_content_rows
from bot.storage.database import in_transaction
from bot.storage.roster import read_roster
from flows.model.facts import InvitationState, Seat
from flows.model.roles import Role
from scoring.load import BUNDLED
from scoring.replacing import replace
from tests.setup.rosters import NOW, SMALL, answer, dump, join, unit_id


def apply(db: sqlite3.Connection, text: str = SMALL, **options: Any) -> SetupResult:
    settings: dict[str, Any] = {"now": NOW, "bot_username": "ham_bot", **options}
    return apply_roster(db, load_roster(text), **settings)


def lines_of(items: Iterable[object]) -> list[str]:
    return [str(item) for item in items]


def test_the_first_setup_makes_everything(db: sqlite3.Connection) -> None:
    result = apply(db)
    assert lines_of(result.created) == [
        "period 2017: permenkumham-25-2013, 2017-02-01 to 2017-03-31",
        "province DKI Jakarta",
        "region Jakarta Pusat",
        "unit Sudinkes: owes 1, 2, 3, 4, 5, 6, 7, 8, 9",
        "unit Sudinsos: owes 9, 10, 11, 12, 13, 14, 15, 16, 17",
        "unit Bagkum",
    ]
    assert not result.changed
    assert not result.left
    assert [(link.region, link.office, link.role, link.label) for link in result.links] == [
        ("Jakarta Pusat", "Sudinkes", "contact", "Suku Dinas Kesehatan"),
        ("Jakarta Pusat", "Sudinsos", "contact", "Suku Dinas Sosial"),
        ("Jakarta Pusat", "Bagkum", "coordinator", "Bagian Hukum"),
        ("DKI Jakarta", "", "kanwil", "Rina"),
        ("DKI Jakarta", "", "admin", "Budi"),
    ]


def test_the_bot_reads_what_was_set_up(db: sqlite3.Connection) -> None:
    result = apply_roster(db, bundled("jakarta-pusat"), now=NOW, bot_username="ham_bot")
    roster = read_roster(db)
    assert roster is not None
    assert roster.period.data_year == 2016
    assert roster.period.instrument.hash == bundled("jakarta-pusat").period.instrument.hash
    region = next(iter(roster.regions.values()))
    assert region.aliases == ("jakpus", "jakarta pusat", "kota administrasi jakarta pusat")
    assert len(roster.owners[region.id, 4]) == 2
    roles: dict[Role, list[Seat]] = {}
    for link in result.links:
        invitation = people.invitation(db, roster, link.token, None, NOW)
        assert invitation.state == InvitationState.VALID
        assert invitation.seat is not None
        roles.setdefault(invitation.seat.role, []).append(invitation.seat)
    assert {role: len(seats) for role, seats in roles.items()} == {
        Role.CONTACT: 11,
        Role.COORDINATOR: 1,
        Role.KANWIL: 1,
        Role.ADMIN: 1,
    }
    assert roles[Role.COORDINATOR][0].region == region
    assert roles[Role.KANWIL][0].province == "31"


def test_links_are_kept_hashed_and_expire(db: sqlite3.Connection) -> None:
    link = apply(db, SMALL + "invitation_days: 3\n").links[0]
    assert link.url == f"https://t.me/ham_bot?start={link.token}"
    assert len(link.token) == 32
    assert link.expires == NOW + timedelta(days=3)
    assert link.token not in "\n".join(dump(db))
    assert link.token not in repr(link)
    row = db.execute("SELECT token_hash, expires_at FROM invitations ORDER BY id").fetchone()
    assert row == (people.token_hash(link.token), iso(link.expires))


def test_the_second_run_changes_nothing(db: sqlite3.Connection) -> None:
    apply(db)
    before = dump(db)
    result = apply(db, now=NOW + timedelta(hours=1))
    assert dump(db) == before
    assert not result.is_effective
    assert not result.left
    assert result.same == {
        "period": 1,
        "province": 1,
        "region": 1,
        "unit": 3,
        "open link": 5,
        "seat taken": 0,
    }


def test_each_effective_setup_is_on_record(db: sqlite3.Connection) -> None:
    apply(db)
    apply(db)
    apply(db, SMALL.replace("deadline: 2017-03-31", "deadline: 2017-04-15"))
    rows = db.execute("SELECT kind, body FROM record ORDER BY id").fetchall()
    assert [row[0] for row in rows] == ["setup", "setup"]
    assert '"by":"setup"' in rows[1][1]
    assert "deadline 2017-03-31 → 2017-04-15" in rows[1][1]
    assert load_roster(SMALL).digest in rows[0][1]
    assert record.verify(db).broken is None


def test_changes_of_the_roster_are_followed(db: sqlite3.Connection) -> None:
    apply(db)
    text = (
        SMALL.replace("deadline: 2017-03-31", "deadline: 2017-04-15\n  reminders: [-5, 1]")
        .replace("name: Suku Dinas Sosial", "name: Dinas Sosial")
        .replace("aliases: [dinkes]", "aliases: [dinkes, kesehatan]")
        .replace("owes: [9, 10, 11", "owes: [8, 10, 11")
        .replace("zone: WIB", "zone: WITA")
    )
    result = apply(db, text, now=NOW + timedelta(days=1))
    assert not result.created
    assert lines_of(result.changed) == [
        "period 2017: deadline 2017-03-31 → 2017-04-15; reminders [-14, -7, -3, -1, 1] → [-5, 1]",
        "region Jakarta Pusat: zone WIB → WITA",
        "unit Sudinkes: short names",
        "unit Sudinsos: name Suku Dinas Sosial → Dinas Sosial; now owes 8 too; no longer owes 9",
    ]
    assert not result.links
    ended = db.execute("SELECT indicator, until FROM assignments WHERE until IS NOT NULL")
    assert ended.fetchall() == [(9, iso(NOW + timedelta(days=1)))]
    roster = read_roster(db)
    assert roster is not None
    assert roster.period.reminders == (-5, 1)
    assert roster.owed[unit_id(db, "sudinsos")][0] == 8


def test_an_assignment_can_end_and_return(db: sqlite3.Connection) -> None:
    apply(db)
    without = SMALL.replace("owes: [9, 10,", "owes: [10,")
    for text in (without, SMALL, without, SMALL):  # all within one second
        apply(db, text)
    roster = read_roster(db)
    assert roster is not None
    assert 9 in roster.owed[unit_id(db, "sudinsos")]


def test_answers_of_an_ended_assignment_are_mentioned(db: sqlite3.Connection) -> None:
    apply(db)
    answer(db, "sudinsos", 9)
    result = apply(db, SMALL.replace("owes: [9, 10,", "owes: [10,"))
    assert lines_of(result.changed) == [
        "unit Sudinsos: no longer owes 9; its answers to 9 stay on record and no longer count"
    ]


def test_a_new_unit_gets_its_link(db: sqlite3.Connection) -> None:
    apply(db)
    unit = "      - code: sudin-x\n        name: Sudin X\n        short: X\n        owes: [3]\n"
    result = apply(db, SMALL.replace("      - code: bagkum", unit + "      - code: bagkum"))
    assert lines_of(result.created) == ["unit X: owes 3"]
    assert [link.office for link in result.links] == ["X"]


def test_a_seat_that_is_taken_needs_no_link(db: sqlite3.Connection) -> None:
    links = apply(db).links
    for place, link in enumerate(links):
        join(db, link.token, place)
    before = dump(db)
    result = apply(db, now=NOW + timedelta(days=60))
    assert not result.links
    assert result.same["seat taken"] == 5
    assert dump(db) == before


def test_an_expired_link_is_replaced(db: sqlite3.Connection) -> None:
    join(db, apply(db).links[0].token)
    result = apply(db, now=NOW + timedelta(days=31))
    assert [link.label for link in result.links] == [
        "Suku Dinas Sosial",
        "Bagian Hukum",
        "Rina",
        "Budi",
    ]


def test_several_seats_of_one_office(db: sqlite3.Connection) -> None:
    text = SMALL.replace("short: Sudinkes", "short: Sudinkes\n        seats: 3")
    links = apply(db, text).links
    assert [link.office for link in links].count("Sudinkes") == 3
    join(db, links[0].token)
    assert not apply(db, text).links
    assert len(apply(db, text.replace("seats: 3", "seats: 5")).links) == 2


def test_new_links_revoke_the_open_ones(db: sqlite3.Connection) -> None:
    first = apply(db).links
    join(db, first[0].token)
    people.create_invitation(  # one that a member of staff gave out stays good
        db, "by-hand", iso(NOW + timedelta(days=9)), iso(NOW),
        {"role": "contact", "unit_id": unit_id(db, "sudinkes"), "label": "x", "created_by": 1},
    )  # fmt: skip
    result = apply(db, new_links=True)
    assert [link.label for link in result.links] == [
        "Suku Dinas Sosial",
        "Bagian Hukum",
        "Rina",
        "Budi",
    ]
    assert lines_of(result.changed) == [
        "links Sudinsos: 1 revoked", "links Bagkum: 1 revoked", "links Rina: 1 revoked", "links Budi: 1 revoked",
    ]  # fmt: skip
    roster = read_roster(db)
    assert roster is not None
    states = [people.invitation(db, roster, link.token, None, NOW).state for link in first]
    assert states == [InvitationState.USED, *[InvitationState.REVOKED] * 4]
    assert people.invitation(db, roster, "by-hand", None, NOW).state == InvitationState.VALID


def test_a_unit_that_disappears_ends(db: sqlite3.Connection) -> None:
    links = apply(db).links
    text = without_sudinsos()
    result = apply(db, text)
    assert lines_of(result.changed) == [
        "unit Sudinsos: not in the roster; owes nothing any more, its links are void"
    ]
    roster = read_roster(db)
    assert roster is not None
    assert unit_id(db, "sudinsos") not in roster.owed
    assert people.invitation(db, roster, links[1].token, None, NOW).state == InvitationState.REVOKED
    assert not apply(db, text).is_effective


@pytest.mark.parametrize(("what", "detail"), [("answers", "answers"), ("people", "people")])
def test_a_unit_that_disappears_with_content_is_left(
    db: sqlite3.Connection, what: str, detail: str
) -> None:
    links = apply(db).links
    if what == "answers":
        answer(db, "sudinsos", 9)
    else:
        join(db, links[1].token)
    before = dump(db)
    result = apply(db, without_sudinsos())
    assert lines_of(result.left) == [
        f"unit Sudinsos: not in the roster, but has {detail}; stays as it is"
    ]
    assert dump(db) == before


def without_sudinsos() -> str:
    start, end = SMALL.index("      - code: sudinsos"), SMALL.index("      - code: bagkum")
    return SMALL[:start] + SMALL[end:]


def test_staff_that_left_the_roster_is_reported(db: sqlite3.Connection) -> None:
    links = apply(db).links
    join(db, links[4].token)
    result = apply(db, SMALL.replace("Rina", "Sari").replace("Budi", "Tono"))
    assert lines_of(result.left) == [
        "staff Rina: not in the roster, but has an open link as kanwil; stays as it is",
        "staff Budi: not in the roster, but holds a seat as admin; stays as it is",
    ]
    assert [link.label for link in result.links] == ["Sari", "Tono"]


def test_regions_may_come_from_several_files(db: sqlite3.Connection) -> None:
    apply(db)
    other = SMALL.replace("31.71", "31.72").replace("Jakarta Pusat", "Jakarta Utara")
    result = apply(db, other.replace("jakpus", "jakut"))
    assert lines_of(result.created)[0] == "region Jakarta Utara"
    assert lines_of(result.left) == ["region Jakarta Pusat: not in this roster; stays as it is"]
    roster = read_roster(db)
    assert roster is not None
    assert len(roster.owed) == 4


def other_instrument(tmp_path: Path, **replaced: str) -> str:
    own = tmp_path / "ours"
    own.mkdir()
    for file in (BUNDLED / "permenkumham-25-2013").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        for before, after in replaced.items():
            text = text.replace(before, after) if file.name == "instrument.yaml" else text
        (own / file.name).write_text(text + "\n# ours\n", encoding="utf-8")
    return SMALL.replace("instrument: permenkumham-25-2013", f"instrument: {own}")


def test_before_any_answer_the_instrument_may_change(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    apply(db)
    text = other_instrument(tmp_path)
    assert lines_of(apply(db, text).changed)[0].startswith("period 2017: instrument ")
    roster = read_roster(db)
    assert roster is not None
    assert roster.period.instrument.hash == load_roster(text).period.instrument.hash


def test_with_answers_another_instrument_is_refused(db: sqlite3.Connection, tmp_path: Path) -> None:
    apply(db)
    answer(db, "sudinkes", 1)
    before = dump(db)
    text = other_instrument(tmp_path, permenkumham="kota")
    with pytest.raises(
        SetupError,
        match=r"has answers under permenkumham-25-2013; it cannot change to kota-25-2013",
    ):
        apply(db, text)
    assert dump(db) == before


def test_with_answers_other_texts_of_it_are_left_aside(
    db: sqlite3.Connection, tmp_path: Path
) -> None:
    apply(db)
    answer(db, "sudinkes", 1)
    before = dump(db)
    result = apply(db, other_instrument(tmp_path))
    assert lines_of(result.left) == [
        "period 2017: has answers, so it keeps the texts of the instrument that it was opened with"
    ]
    assert dump(db) == before


def test_with_answers_the_data_year_stays(db: sqlite3.Connection) -> None:
    apply(db)
    answer(db, "sudinkes", 1)
    with pytest.raises(SetupError, match="has answers for 2016; data_year cannot become 2015"):
        apply(db, SMALL.replace("data_year: 2016", "data_year: 2015"))


def test_a_closed_period_is_refused(db: sqlite3.Connection) -> None:
    apply(db)
    db.execute("UPDATE periods SET state = 'closed'")
    with pytest.raises(SetupError, match="The period 2017 is closed"):
        apply(db)


def test_a_period_that_was_closed_in_its_province_is_refused(db: sqlite3.Connection) -> None:
    apply(db)
    record = "INSERT INTO record (id, period_id, kind, at, body, previous, hash)"
    db.execute(f"{record} SELECT 99, id, 'closed', '2017-06-01', '{{}}', '', '' FROM periods")
    db.execute("INSERT INTO season_steps VALUES (99, 1, '31', 'closed', NULL, '2017-06-01')")
    with pytest.raises(SetupError, match="The period 2017 is closed"):
        apply(db)


def test_the_days_of_grace_are_stored_and_told(db: sqlite3.Connection) -> None:
    apply(db)
    graced = SMALL.replace("  verification_deadline", "  grace_days: 7\n  verification_deadline")
    assert any("grace" in str(one) for one in lines_of(apply(db, graced).changed))
    assert db.execute("SELECT grace FROM periods").fetchone() == (7,)


def test_an_older_period_says_which_one_is_at_work(db: sqlite3.Connection) -> None:
    apply(db)
    apply(db, SMALL.replace('code: "2017"', 'code: "2018"'))
    assert lines_of(apply(db).left) == ["period 2018: newer: the bot works with this one"]


def test_it_joins_a_transaction_that_is_open(db: sqlite3.Connection) -> None:
    roster = replace(load_roster(SMALL), help_contact="Lain")

    def work(connection: sqlite3.Connection) -> None:
        apply_roster(connection, roster, now=NOW, bot_username=None)
        raise KeyError

    with pytest.raises(KeyError):
        in_transaction(db, work)
    assert read_roster(db) is None


PRACTICE = SMALL.replace("  verification_deadline", "  trial: true\n  verification_deadline")


def test_a_trial_may_become_real_until_it_has_answers(db: sqlite3.Connection) -> None:
    apply(db)
    assert any("trial 0 → 1" in str(one) for one in lines_of(apply(db, PRACTICE).changed))
    assert not apply(db, SMALL).is_effective, "a roster that does not say it leaves it"
    real = PRACTICE.replace("trial: true", "trial: false")
    apply(db, real)
    answer(db, "sudinkes", 1)
    with pytest.raises(SetupError, match="has answers that count"):
        apply(db, PRACTICE)
    db.execute("UPDATE periods SET trial = 1")
    with pytest.raises(SetupError, match="is a trial and has answers"):
        apply(db, real)
    assert not apply(db, PRACTICE).is_effective
    db.execute("UPDATE periods SET trial = 0")
    assert periods.make_trials(db, NOW.date()) == ["2017"]
    assert periods.make_trials(db, date(2018, 1, 1)) == [], "what is over is left alone"


def test_what_is_prepared_becomes_a_trial(db: sqlite3.Connection) -> None:
    apply(db)
    assert periods.make_trials(db, NOW.date()) == []
    assert periods.is_trial(db, 1)


def test_the_year_of_a_trial_is_no_year_before(db: sqlite3.Connection) -> None:
    apply(db, PRACTICE)
    later = SMALL.replace("2017", "2018").replace("data_year: 2016", "data_year: 2017")
    apply(db, later)
    assert periods.codes(db) == {2017: "2018"}


LEVELS = (
    SMALL.replace("data_year: 2016", "data_year: 2016\n  levels: [secretary, bureau, reader]")
    + """  - {name: Sekretaris Kota, role: secretary, region: "31.71"}
  - {name: Biro Hukum, role: bureau}
  - {name: Wali Kota, role: reader, region: "31.71"}
  - {name: Ditjen HAM, role: reader}
"""
)


def test_levels_are_switched_on_and_off_and_their_seats_invited_once(
    db: sqlite3.Connection,
) -> None:
    apply(db)
    result = apply(db, LEVELS)
    assert lines_of(result.changed) == ["period 2017: levels (empty) → secretary, bureau, reader"]
    assert [(link.region, link.role, link.label) for link in result.links] == [
        ("Jakarta Pusat", "secretary", "Sekretaris Kota"),
        ("DKI Jakarta", "bureau", "Biro Hukum"),
        ("Jakarta Pusat", "reader", "Wali Kota"),
        ("DKI Jakarta", "reader", "Ditjen HAM"),
    ]
    roster = read_roster(db)
    assert roster is not None
    assert roster.period.levels == (Role.SECRETARY, Role.BUREAU, Role.READER)
    assert not apply(db, LEVELS).is_effective
    for link in result.links:
        join(db, link.token)
    assert not apply(db, LEVELS).is_effective
    kept = roster_content_rows.contents(db, roster, "31")
    assert kept.staff[2:] == (
        ("Sekretaris Kota", "secretary", "31.71"), ("Biro Hukum", "bureau", ""),
        ("Wali Kota", "reader", "31.71"), ("Ditjen HAM", "reader", ""),
    )  # fmt: skip
    off = apply(db, SMALL)
    assert lines_of(off.changed) == ["period 2017: levels secretary, bureau, reader → (empty)"]
    assert [str(one) for one in off.left] == [
        f"staff {name}: not in the roster, but holds a seat as {role}; stays as it is"
        for name, role in (
            ("Biro Hukum", "bureau"), ("Ditjen HAM", "reader"), ("Sekretaris Kota", "secretary"),
            ("Wali Kota", "reader"),
        )
    ]  # fmt: skip
    assert not apply(db, LEVELS.replace("\n  levels: [secretary, bureau, reader]", "")).links
