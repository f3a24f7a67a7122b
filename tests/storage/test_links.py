"""Links on a real file: who loses a seat loses them, no province reaches another's, one opener each."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bot.clock import iso
from bot.storage import people, record
from bot.storage.migrations import STEPS, migrate
from flows.model.events import Command, Event, Tap
from tests.storage.test_requests import link as question
from tests.support import START, dump, small_roster, update
from tests.support.talk import ANI, BUDI, RINA, SITI, Talk, text_of, token

ZUL, HANA, JABAR, THIEF = 41, 51, 61, 71


def scene(talk: Talk, *more: tuple[str, str, dict[str, str]]) -> None:
    """Links of the operator's beside those of the roster."""
    with closing(sqlite3.connect(talk.path, isolation_level=None)) as connection:
        for name, role, place in (("ADMIN", "admin", {"province": "31"}), *more):
            fields = {"role": role, "label": name, **place}
            until = iso(START.replace(year=2018))
            people.create_invitation(connection, name, until, iso(START), fields)


def seats(talk: Talk) -> list[tuple[object, ...]]:
    return [row[1:7] for row in dump(talk.path, "seats") if row[8] is None]


async def invited(talk: Talk, who: int, place: str) -> str:
    return token(await talk.types(who, f"/undang {place}"))


@pytest.mark.parametrize("action", ["end", "suspend"])
async def test_a_kanwil_that_loses_the_seat_does_not_come_back(talk: Talk, action: str) -> None:
    scene(talk)
    await talk.types(ZUL, "/start ADMIN")
    await talk.types(BUDI, "/start KANWIL")
    own = await invited(talk, ZUL, "kanwil")
    hukum, kes = (
        await invited(talk, BUDI, "bagian hukum jakpus"),
        await invited(talk, BUDI, "dik1"),
    )
    letters = await talk.send(ZUL, Tap(f"S.1.2.{action}", 9, "q"))
    assert "2 tautan undangan" in text_of(letters, ZUL)
    before = seats(talk)
    for link, words in ((hukum, "dicabut"), (kes, "dicabut"), (own, ""), ("KES", "")):
        assert words in text_of(await talk.types(BUDI, f"/start {link}"))
    assert seats(talk) == before
    assert "dicabut" in text_of(await talk.types(THIEF, f"/start {kes}"))
    assert "sudah diakhiri" not in text_of(await talk.types(RINA, f"/start {own}"))
    assert len(seats(talk)) == len(before) + 1
    with closing(sqlite3.connect(talk.path)) as connection:
        assert record.verify(connection).broken is None


async def test_a_new_link_brings_back_who_was_removed(talk: Talk) -> None:
    scene(talk)
    await talk.types(ZUL, "/start ADMIN")
    await talk.types(BUDI, "/start KANWIL")
    await talk.send(ZUL, Tap("S.1.2.end", 9, "q"))
    again = await invited(talk, ZUL, "kanwil")
    assert "Peran Anda" in text_of(await talk.types(BUDI, f"/start {again}"))
    assert [row[2] for row in seats(talk)] == ["admin", "kanwil"]


async def test_links_for_the_kanwil_are_the_administrators_alone(talk: Talk) -> None:
    scene(talk)
    await talk.types(ZUL, "/start ADMIN")
    await talk.types(BUDI, "/start KANWIL")
    await talk.types(HANA, "/start HUKUM")
    count = len(dump(talk.path, "invitations"))
    assert "hanya dapat dibuat oleh administrator" in text_of(
        await talk.types(BUDI, "/undang kanwil")
    )
    await talk.types(HANA, "/undang kanwil")
    await talk.types(HANA, "/undang bagian hukum")
    await talk.send(HANA, Tap("v.3.1.1", 9, "q"))
    assert len(dump(talk.path, "invitations")) == count
    await talk.types(ZUL, "/undang kanwil")
    assert len(dump(talk.path, "invitations")) == count + 1


async def test_staff_of_the_province_hear_who_joined_and_nobody_else(talk: Talk) -> None:
    scene(talk)
    await talk.types(ZUL, "/start ADMIN")
    letters = await talk.types(BUDI, "/start KANWIL")
    assert "bergabung sebagai staf Kanwil" in text_of(letters, ZUL)
    await talk.types(JABAR, "/start JABAR")
    letters = await talk.types(HANA, "/start HUKUM")
    assert "bergabung sebagai Bagian Hukum" in text_of(letters, ZUL)
    assert "bergabung" in text_of(letters, BUDI)
    assert not text_of(letters, JABAR)
    link = await invited(talk, HANA, "sudinkes")
    letters = await talk.send(SITI, Command("start", link), "Siti")
    assert all("Siti" in text_of(letters, who) for who in (ZUL, BUDI, HANA))
    assert not text_of(letters, JABAR)
    quiet = [letter for letter in letters if letter.chat_id != SITI]
    assert all(letter.payload["disable_notification"] for letter in quiet)
    data = quiet[0].payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert "Siti" in text_of(await talk.send(ZUL, Tap(data, 9, "q")))
    assert "bergabung" in text_of(await talk.types(ANI, "/start BDG"), JABAR)
    assert not text_of(await talk.types(ANI, "/start BDG"), BUDI)


async def test_no_province_sees_or_revokes_the_links_of_another(talk: Talk) -> None:
    await talk.types(BUDI, "/start KANWIL")
    await talk.types(JABAR, "/start JABAR")
    theirs = await talk.types(JABAR, "/peran tautan")
    assert "Dinkes" in text_of(theirs)
    assert "Sudinkes" not in text_of(theirs)
    own = await talk.types(BUDI, "/peran tautan")
    assert "Sudinkes" in text_of(own)
    assert "Dinkes" not in text_of(own).replace("Sudinkes", "")
    before = dump(talk.path, "invitations", "record", "seats")
    for number in range(1, 12):
        if number != 6:  # BDG, the one of its province
            await talk.send(JABAR, Tap(f"lk.2.{number}.x", 9, "q"))
            await talk.send(JABAR, Tap(f"v.2.{number}", 9, "q"))
            await talk.send(JABAR, Tap(f"v.2.{number}.1", 9, "q"))
    after = dump(talk.path, "invitations", "record", "seats")
    made = [row for row in after if row not in before]
    # What a number of its own province is, it may be: Bandung's office (5) and its Bagian Hukum (region 3).
    assert {row[4:6] for row in made if row[0] == "invitations"} == {(5, None), (None, 3)}
    assert [row for row in before if row not in after] == []


async def test_a_region_does_not_revoke_beyond_itself_nor_above(talk: Talk) -> None:
    await talk.types(HANA, "/start HUKUM")
    listed = text_of(await talk.types(HANA, "/peran tautan"))
    assert "Sudindik" in listed
    assert "Kanwil" not in listed
    before = dump(talk.path, "invitations")
    for number in (5, 6, 8, 9):  # Jakarta Utara, Bandung, and both Kanwils
        await talk.send(HANA, Tap(f"lk.1.{number}.x", 9, "q"))
    assert dump(talk.path, "invitations") == before
    await talk.send(HANA, Tap("lk.1.3.x", 9, "q"))
    assert "dicabut" in text_of(await talk.types(ANI, "/start DIK1"))
    assert [row[3] for row in dump(talk.path, "record")].count("revoked") == 1


async def test_two_open_one_link_in_one_batch(talk: Talk) -> None:
    batch = [
        update(501, SITI, Command("start", "KES"), "Siti"),
        update(502, RINA, Command("start", "KES"), "Rina"),
    ]
    letters = await talk.dispatcher.handle(batch)
    assert "Selamat datang" in text_of(letters, SITI)
    assert "sudah dipakai" in text_of(letters, RINA)
    assert len(seats(talk)) == 1
    again = [update(503, SITI, Command("start", "KES")), update(504, SITI, Command("start", "KES"))]
    await talk.dispatcher.handle(again)
    assert len(seats(talk)) == 1


async def handover(talk: Talk) -> str:
    """The link with which Siti's seat (the second) goes to somebody else."""
    await talk.types(BUDI, "/start KANWIL")
    await talk.types(SITI, "/start KES")
    return token(await talk.send(BUDI, Tap("H.1.2", 9, "q")))


async def test_two_open_one_handover_in_one_batch(talk: Talk) -> None:
    link = await handover(talk)
    batch = [
        update(501, RINA, Command("start", link), "Rina"),
        update(502, ANI, Command("start", link), "Ani"),
    ]
    letters = await talk.dispatcher.handle(batch)
    assert "melanjutkan pekerjaan" in text_of(letters, RINA)
    assert "sudah dipakai" in text_of(letters, ANI)
    assert [row[0] for row in seats(talk)] == [1, 3]


@pytest.mark.parametrize("action", ["end", "suspend"])
@pytest.mark.parametrize("first", ["opened", "ended"])
async def test_a_handover_races_with_the_end_of_its_seat(
    talk: Talk, action: str, first: str
) -> None:
    link = await handover(talk)
    opens: tuple[int, Event] = (RINA, Command("start", link))
    ends: tuple[int, Event] = (BUDI, Tap(f"S.1.2.{action}", 9, "q"))
    order = (opens, ends) if first == "opened" else (ends, opens)
    batch = [update(501 + n, who, event) for n, (who, event) in enumerate(order)]
    letters = await talk.dispatcher.handle(batch)
    held = [row for row in dump(talk.path, "seats") if row[8] is None and row[9] is None]
    if first == "opened":
        assert "melanjutkan pekerjaan" in text_of(letters, RINA)
        assert [row[1] for row in held if row[3] == "contact"] == [3]
    else:
        assert "dicabut" in text_of(letters, RINA)
        assert [row for row in held if row[3] == "contact"] == []


async def test_of_two_handovers_of_one_seat_the_first_counts(talk: Talk) -> None:
    link = await handover(talk)
    other = token(await talk.send(BUDI, Tap("H.1.2", 9, "q")))
    batch = [
        update(501, RINA, Command("start", other), "Rina"),
        update(502, ANI, Command("start", link), "Ani"),
    ]
    letters = await talk.dispatcher.handle(batch)
    assert "melanjutkan pekerjaan" in text_of(letters, RINA)
    assert "dicabut" in text_of(letters, ANI)


async def test_who_handed_over_may_take_another_office_but_not_the_old_one(talk: Talk) -> None:
    await talk.types(RINA, f"/start {await handover(talk)}")
    assert "sebelum peran Anda diakhiri" in text_of(await talk.types(SITI, "/start KES2"))
    assert "Selamat datang" in text_of(await talk.types(SITI, "/start DIK1"))


async def test_a_question_ends_with_the_seat_that_asked_it(talk: Talk) -> None:
    asked = await question(talk)
    await talk.types(BUDI, "/start KANWIL")
    await talk.types(901, f"/start {asked}")
    await talk.send(BUDI, Tap("S.2.1.end", 9, "q"))
    assert "tidak berlaku lagi" in text_of(await talk.types(901, "12"))
    assert "tidak berlaku lagi" in text_of(await talk.types(901, f"/start {asked}"))
    assert [row[3] for row in dump(talk.path, "record")].count("proposed") == 0


async def test_a_seat_that_goes_on_does_not_bring_its_links_back(talk: Talk) -> None:
    scene(talk)
    await talk.types(ZUL, "/start ADMIN")
    await talk.types(BUDI, "/start KANWIL")
    link = await invited(talk, BUDI, "dik1")
    await talk.send(ZUL, Tap("S.1.2.suspend", 9, "q"))
    assert "sedang ditangguhkan" in text_of(await talk.types(BUDI, "/start KES"))
    await talk.send(ZUL, Tap("S.1.2.resume", 9, "q"))
    assert "dicabut" in text_of(await talk.types(ANI, f"/start {link}"))
    assert "Selamat datang" in text_of(await talk.types(BUDI, "/start KES"))


def test_the_upgrade_voids_what_hangs_on_lost_seats() -> None:
    """Ended, suspended and Kanwil links as an earlier program left them."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    names = [name for name, _ in STEPS]
    before = STEPS[: names.index("m019_links_end")]
    for name, statements in before:
        for statement in statements:
            assert isinstance(statement, str)
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
