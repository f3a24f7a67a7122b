"""Links on a real file: who loses a seat loses them, no province reaches another's, one opener each."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from bot.clock import iso
from bot.storage import people, record
from bot.storage.migrations import STEPS, migrate
from flows.model.events import Command, Tap
from tests.storage.test_dispatch import ANI, BUDI, RINA, SITI, Desk, desk
from tests.storage.test_requests import link as question
from tests.support import START, dump, small_roster, update

__all__ = ["desk"]
ZUL, HANA, JABAR, THIEF = 41, 51, 61, 71


def text_of(letters: list) -> str:  # type: ignore[type-arg]
    return "\n".join(str(letter.payload.get("text", "")) for letter in letters)


def to(letters: list, chat: int) -> str:  # type: ignore[type-arg]
    return text_of([letter for letter in letters if letter.chat_id == chat])


def token(letters: list) -> str:  # type: ignore[type-arg]
    found = re.search(r"\?start=(\S+)", text_of(letters))
    assert found
    return found[1]


def scene(desk: Desk, *more: tuple[str, str, dict[str, object]]) -> None:
    """Links of the operator's beside those of the roster."""
    with closing(sqlite3.connect(desk.path, isolation_level=None)) as connection:
        for name, role, place in (("ADMIN", "admin", {"province": "31"}), *more):
            fields = {"role": role, "label": name, **place}
            until = iso(START.replace(year=2018))
            people.create_invitation(connection, name, until, iso(START), fields)


def seats(desk: Desk) -> list[tuple[object, ...]]:
    return [row[1:7] for row in dump(desk.path, "seats") if row[8] is None]


async def invited(desk: Desk, who: int, place: str) -> str:
    return token(await desk.walk(who, f"/undang {place}"))


@pytest.mark.parametrize("action", ["end", "suspend"])
async def test_a_kanwil_that_loses_the_seat_does_not_come_back(desk: Desk, action: str) -> None:
    scene(desk)
    await desk.walk(ZUL, "/start ADMIN")
    await desk.walk(BUDI, "/start KANWIL")
    own = await invited(desk, ZUL, "kanwil")
    hukum, kes = (
        await invited(desk, BUDI, "bagian hukum jakpus"),
        await invited(desk, BUDI, "dik1"),
    )
    said = await desk.send(ZUL, Tap(f"S.1.2.{action}", 9, "q"))
    assert "2 tautan undangan" in to(said, ZUL)
    before = seats(desk)
    for link, words in ((hukum, "dicabut"), (kes, "dicabut"), (own, ""), ("KES", "")):
        assert words in text_of(await desk.walk(BUDI, f"/start {link}"))
    assert seats(desk) == before
    assert "dicabut" in text_of(await desk.walk(THIEF, f"/start {kes}"))
    assert "sudah diakhiri" not in text_of(await desk.walk(RINA, f"/start {own}"))
    assert len(seats(desk)) == len(before) + 1
    with closing(sqlite3.connect(desk.path)) as connection:
        assert record.verify(connection).broken is None


async def test_a_new_link_brings_back_who_was_removed(desk: Desk) -> None:
    scene(desk)
    await desk.walk(ZUL, "/start ADMIN")
    await desk.walk(BUDI, "/start KANWIL")
    await desk.send(ZUL, Tap("S.1.2.end", 9, "q"))
    again = await invited(desk, ZUL, "kanwil")
    assert "Peran Anda" in text_of(await desk.walk(BUDI, f"/start {again}"))
    assert [row[2] for row in seats(desk)] == ["admin", "kanwil"]


async def test_links_for_the_kanwil_are_the_administrators_alone(desk: Desk) -> None:
    scene(desk)
    await desk.walk(ZUL, "/start ADMIN")
    await desk.walk(BUDI, "/start KANWIL")
    await desk.walk(HANA, "/start HUKUM")
    count = len(dump(desk.path, "invitations"))
    assert "hanya dapat dibuat oleh administrator" in text_of(
        await desk.walk(BUDI, "/undang kanwil")
    )
    await desk.walk(HANA, "/undang kanwil")
    await desk.walk(HANA, "/undang bagian hukum")
    await desk.send(HANA, Tap("v.3.1.1", 9, "q"))
    assert len(dump(desk.path, "invitations")) == count
    await desk.walk(ZUL, "/undang kanwil")
    assert len(dump(desk.path, "invitations")) == count + 1


async def test_staff_of_the_province_hear_who_joined_and_nobody_else(desk: Desk) -> None:
    scene(desk)
    await desk.walk(ZUL, "/start ADMIN")
    said = await desk.walk(BUDI, "/start KANWIL")
    assert "bergabung sebagai staf Kanwil" in to(said, ZUL)
    await desk.walk(JABAR, "/start JABAR")
    said = await desk.walk(HANA, "/start HUKUM")
    assert "bergabung sebagai Bagian Hukum" in to(said, ZUL)
    assert "bergabung" in to(said, BUDI)
    assert not to(said, JABAR)
    link = await invited(desk, HANA, "sudinkes")
    said = await desk.send(SITI, Command("start", link), "Siti")
    assert all("Siti" in to(said, who) for who in (ZUL, BUDI, HANA))
    assert not to(said, JABAR)
    quiet = [letter for letter in said if letter.chat_id != SITI]
    assert all(letter.payload["disable_notification"] for letter in quiet)
    data = quiet[0].payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert "Siti" in text_of(await desk.send(ZUL, Tap(data, 9, "q")))
    assert "bergabung" in to(await desk.walk(ANI, "/start BDG"), JABAR)
    assert not to(await desk.walk(ANI, "/start BDG"), BUDI)


async def test_no_province_sees_or_revokes_the_links_of_another(desk: Desk) -> None:
    await desk.walk(BUDI, "/start KANWIL")
    await desk.walk(JABAR, "/start JABAR")
    theirs = await desk.walk(JABAR, "/peran tautan")
    assert "Dinkes" in text_of(theirs)
    assert "Sudinkes" not in text_of(theirs)
    own = await desk.walk(BUDI, "/peran tautan")
    assert "Sudinkes" in text_of(own)
    assert "Dinkes" not in text_of(own).replace("Sudinkes", "")
    before = dump(desk.path, "invitations", "record", "seats")
    for number in range(1, 12):
        if number != 6:  # BDG, the one of its province
            await desk.send(JABAR, Tap(f"lk.2.{number}.x", 9, "q"))
            await desk.send(JABAR, Tap(f"v.2.{number}", 9, "q"))
            await desk.send(JABAR, Tap(f"v.2.{number}.1", 9, "q"))
    after = dump(desk.path, "invitations", "record", "seats")
    made = [row for row in after if row not in before]
    # What a number of its own province is, it may be: Bandung's office (5) and its Bagian Hukum (region 3).
    assert {row[4:6] for row in made if row[0] == "invitations"} == {(5, None), (None, 3)}
    assert [row for row in before if row not in after] == []


async def test_a_region_does_not_revoke_beyond_itself_nor_above(desk: Desk) -> None:
    await desk.walk(HANA, "/start HUKUM")
    listed = text_of(await desk.walk(HANA, "/peran tautan"))
    assert "Sudindik" in listed
    assert "Kanwil" not in listed
    before = dump(desk.path, "invitations")
    for number in (5, 6, 8, 9):  # Jakarta Utara, Bandung, and both Kanwils
        await desk.send(HANA, Tap(f"lk.1.{number}.x", 9, "q"))
    assert dump(desk.path, "invitations") == before
    await desk.send(HANA, Tap("lk.1.3.x", 9, "q"))
    assert "dicabut" in text_of(await desk.walk(ANI, "/start DIK1"))
    assert [row[3] for row in dump(desk.path, "record")].count("revoked") == 1


async def test_two_open_one_link_in_one_batch(desk: Desk) -> None:
    batch = [
        update(501, SITI, Command("start", "KES"), "Siti"),
        update(502, RINA, Command("start", "KES"), "Rina"),
    ]
    said = await desk.dispatcher.handle(batch)
    assert "Selamat datang" in to(said, SITI)
    assert "sudah dipakai" in to(said, RINA)
    assert len(seats(desk)) == 1
    again = [update(503, SITI, Command("start", "KES")), update(504, SITI, Command("start", "KES"))]
    await desk.dispatcher.handle(again)
    assert len(seats(desk)) == 1


async def handover(desk: Desk) -> str:
    """The link with which Siti's seat (the second) goes to somebody else."""
    await desk.walk(BUDI, "/start KANWIL")
    await desk.walk(SITI, "/start KES")
    return token(await desk.send(BUDI, Tap("H.1.2", 9, "q")))


async def test_two_open_one_handover_in_one_batch(desk: Desk) -> None:
    link = await handover(desk)
    batch = [
        update(501, RINA, Command("start", link), "Rina"),
        update(502, ANI, Command("start", link), "Ani"),
    ]
    said = await desk.dispatcher.handle(batch)
    assert "melanjutkan pekerjaan" in to(said, RINA)
    assert "sudah dipakai" in to(said, ANI)
    assert [row[0] for row in seats(desk)] == [1, 3]


@pytest.mark.parametrize("action", ["end", "suspend"])
@pytest.mark.parametrize("first", ["opened", "ended"])
async def test_a_handover_races_with_the_end_of_its_seat(
    desk: Desk, action: str, first: str
) -> None:
    link = await handover(desk)
    opens = (RINA, Command("start", link))
    ends = (BUDI, Tap(f"S.1.2.{action}", 9, "q"))
    order = (opens, ends) if first == "opened" else (ends, opens)
    batch = [update(501 + n, who, event) for n, (who, event) in enumerate(order)]
    said = await desk.dispatcher.handle(batch)
    held = [row for row in dump(desk.path, "seats") if row[8] is None and row[9] is None]
    if first == "opened":
        assert "melanjutkan pekerjaan" in to(said, RINA)
        assert [row[1] for row in held if row[3] == "contact"] == [3]
    else:
        assert "dicabut" in to(said, RINA)
        assert [row for row in held if row[3] == "contact"] == []


async def test_of_two_handovers_of_one_seat_the_first_counts(desk: Desk) -> None:
    link = await handover(desk)
    other = token(await desk.send(BUDI, Tap("H.1.2", 9, "q")))
    batch = [
        update(501, RINA, Command("start", other), "Rina"),
        update(502, ANI, Command("start", link), "Ani"),
    ]
    said = await desk.dispatcher.handle(batch)
    assert "melanjutkan pekerjaan" in to(said, RINA)
    assert "dicabut" in to(said, ANI)


async def test_who_handed_over_may_take_another_office_but_not_the_old_one(desk: Desk) -> None:
    await desk.walk(RINA, f"/start {await handover(desk)}")
    assert "sebelum peran Anda diakhiri" in text_of(await desk.walk(SITI, "/start KES2"))
    assert "Selamat datang" in text_of(await desk.walk(SITI, "/start DIK1"))


async def test_a_question_ends_with_the_seat_that_asked_it(desk: Desk) -> None:
    asked = await question(desk)
    await desk.walk(BUDI, "/start KANWIL")
    await desk.walk(901, f"/start {asked}")
    await desk.send(BUDI, Tap("S.2.1.end", 9, "q"))
    assert "tidak berlaku lagi" in text_of(await desk.walk(901, "12"))
    assert "tidak berlaku lagi" in text_of(await desk.walk(901, f"/start {asked}"))
    assert [row[3] for row in dump(desk.path, "record")].count("proposed") == 0


async def test_a_seat_that_goes_on_does_not_bring_its_links_back(desk: Desk) -> None:
    scene(desk)
    await desk.walk(ZUL, "/start ADMIN")
    await desk.walk(BUDI, "/start KANWIL")
    link = await invited(desk, BUDI, "dik1")
    await desk.send(ZUL, Tap("S.1.2.suspend", 9, "q"))
    assert "sedang ditangguhkan" in text_of(await desk.walk(BUDI, "/start KES"))
    await desk.send(ZUL, Tap("S.1.2.resume", 9, "q"))
    assert "dicabut" in text_of(await desk.walk(ANI, f"/start {link}"))
    assert "Selamat datang" in text_of(await desk.walk(BUDI, "/start KES"))


def test_the_upgrade_voids_what_hangs_on_lost_seats() -> None:
    """Ended, suspended and Kanwil links as an earlier program left them."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    names = [name for name, _ in STEPS]
    before = STEPS[: names.index("m019_links_end")]
    for name, statements in before:
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO migrations VALUES (?, '2017')", (name,))
    small_roster(connection)
    run = connection.execute
    run("INSERT INTO persons VALUES (1, 11, 'Siti', 'id', '2017', NULL, NULL)")
    for number, until, suspended in ((1, "2018", None), (2, None, "2018"), (3, None, None)):
        run(
            "INSERT INTO seats (id, person_id, role, province, since, until, suspended_at)"
            " VALUES (?, 1, 'kanwil', '31', '2017', ?, ?)",
            (number, until, suspended),
        )
    for number, (role, maker, replaces) in enumerate(
        [("contact", 1, None), ("contact", 2, None), ("contact", 3, None), ("kanwil", 3, None),
         ("contact", 3, 1), ("contact", None, None), ("kanwil", None, None)], 101,
    ):  # fmt: skip
        place = {"province": "31"} if role == "kanwil" else {"unit_id": 1}
        fields = {"role": role, "label": "x", "created_by": maker, "replaces": replaces, **place}
        made = people.create_invitation(connection, f"T{number}", "2019", "2017", fields)
        run("UPDATE invitations SET id = ? WHERE id = ?", (number, made))
    migrate(connection)
    revoked = run("SELECT id FROM invitations WHERE revoked_at IS NOT NULL ORDER BY id").fetchall()
    assert [row[0] for row in revoked] == [101, 102, 104, 105]
    assert run("SELECT last_link FROM seats ORDER BY id").fetchall() == [(107,), (107,), (None,)]
    connection.close()
