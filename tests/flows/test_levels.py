"""The levels that a period switches on: whose turn it is, what lets an approval lapse, what a reader may do."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from flows.model.answer_state import State
from flows.model.buttons import Button, Verb, Way, data, read
from flows.model.events import GroupCommand, Inline, Tap, Text, Upload
from flows.model.facts import Overseer
from flows.model.outcome import (
    ChooseLanguage,
    CreateInvitation,
    InlineAnswer,
    Notice,
    OrderPaper,
    Outcome,
    RecordMove,
    RegisterCommands,
    Say,
    SetFocus,
)
from flows.model.paper_changes import CheckPaper, OrderExport
from flows.model.roles import LEVELS, SWITCHED, Role
from flows.model.season import ChoosePeriod
from flows.model.workflow import (
    BEHIND_CITY,
    LEVEL_TRANSITIONS,
    TRANSITIONS,
    Action,
    Refusal,
    Subject,
    Transition,
    TransitionError,
    choices,
    decider_of,
    find_transition,
    turn_of,
)
from flows.offering import offered
from flows.route_table import TABLE
from flows.staff import arrivals, digest
from flows.staff.arrivals import brought
from messages import render
from tests.flows.ground import START
from tests.flows.world import World

S, R = Role.SECRETARY, Role.KANWIL
HARMLESS = (SetFocus, RegisterCommands, ChooseLanguage, ChoosePeriod, OrderPaper, OrderExport, CheckPaper)  # fmt: skip
"""What a reader may cause: where the own chat stands, and papers made of what is there."""


def world(*levels: Role, owes: tuple[int, ...] = (1, 2)) -> World:
    """Everybody has joined: Siti fills in, Hana is Bagian Hukum, Joko, Lina and Wati sit at the levels."""
    made = World({"kesehatan": list(owes)})
    made.levels(*levels)
    people = (
        ("Siti", Role.CONTACT), ("Hana", Role.COORDINATOR), ("Joko", Role.SECRETARY), ("Lina", Role.BUREAU),
        ("Budi", Role.KANWIL), ("Wati", Role.READER),
    )  # fmt: skip
    for who, role in people:
        made.link(who, "kesehatan" if role == Role.CONTACT else None, role)
        made.type(who, f"/start {who}")
    return made


def approved(*levels: Role) -> World:
    """Both answers are sent and approved by Bagian Hukum."""
    made = world(*levels)
    for text in ("/lanjut", "12 dari 14.250", "simpan", "300 dari 14.250", "simpan"):
        made.type("Siti", text)
    made.press("Siti", "📤 Kirim…")
    made.press("Siti", "📤 Kirim…")
    made.type("Hana", "/verifikasi")
    made.press("Hana", "Sudin Kesehatan…")
    made.press("Hana", "👍 Setujui")
    made.press("Hana", "➡️ Berikutnya…")
    made.press("Hana", "👍 Setujui")
    return made


def names(outcome: Outcome) -> list[str]:
    return [one.name for one in outcome.messages if isinstance(one, Say)]


def last(made: World, who: str) -> str:
    return made.inboxes[who][-1].text or ""


def moves(outcome: Outcome) -> list[RecordMove]:
    return [one for one in outcome.changes if isinstance(one, RecordMove)]


# The table


def test_a_period_without_levels_knows_the_moves_of_before_and_no_others() -> None:
    for state, role, subject in product(State, Role, Subject):
        plain = tuple(
            one for one in TRANSITIONS
            if (one.state, one.role) == (state, role) and one.only in (None, subject)
        )  # fmt: skip
        assert choices(state, role, subject) == plain
        for action in (Action.ENDORSE, Action.FORWARD, Action.SEND_BACK):
            assert isinstance(find_transition(state, role, action, reason="alasan"), Refusal)


@pytest.mark.parametrize("turn", LEVELS)
def test_while_a_level_has_its_turn_the_kanwil_does_nothing_but_pass_over_it(turn: Role) -> None:
    for state, subject in product(BEHIND_CITY, Subject):
        own = {one.action for one in choices(state, turn, subject, turn)}
        passing = Action.ENDORSE if turn == Role.SECRETARY else Action.FORWARD
        assert passing in own
        (kanwil,) = choices(state, Role.KANWIL, subject, turn)
        assert (kanwil.action, kanwil.needs_reason) == (passing, True)
        verify = find_transition(state, Role.KANWIL, Action.VERIFY, turn=turn)
        assert isinstance(verify, Refusal)
        assert verify.why == TransitionError.NOT_YOUR_ROLE
        assert isinstance(find_transition(state, turn, passing, turn=turn), Transition)
        other = next(one for one in LEVELS if one != turn)
        assert not choices(state, other, subject, turn)
    taken_back = find_transition(
        State.APPROVED, Role.COORDINATOR, Action.UNDO, reason="alasan", turn=turn
    )
    assert isinstance(taken_back, Transition)
    assert isinstance(find_transition(State.SENT, turn, Action.APPROVE, turn=turn), Refusal)
    assert all(one.state in BEHIND_CITY for one in LEVEL_TRANSITIONS[turn])


def test_whose_turn_it_is_follows_from_the_last_move() -> None:
    both = LEVELS
    for levels, action, mover, turn in (
        ((), Action.APPROVE, Role.COORDINATOR, Role.KANWIL),
        (both, Action.APPROVE, Role.COORDINATOR, Role.SECRETARY),
        (both, Action.ENDORSE, Role.SECRETARY, Role.BUREAU),
        (both, Action.FORWARD, Role.BUREAU, Role.KANWIL),
        ((Role.SECRETARY,), Action.ENDORSE, Role.SECRETARY, Role.KANWIL),
        ((Role.BUREAU,), Action.APPROVE, Role.COORDINATOR, Role.BUREAU),
        ((Role.BUREAU, Role.READER), Action.APPROVE, Role.KANWIL, Role.BUREAU),
        (both, Action.RESEND, Role.CONTACT, Role.SECRETARY),
        (both, Action.UNDO, Role.KANWIL, Role.KANWIL),
        (both, Action.UNDO, Role.SECRETARY, Role.SECRETARY),
        (both, Action.UNDO, Role.BUREAU, Role.BUREAU),
        ((Role.BUREAU,), Action.UNDO, Role.SECRETARY, Role.BUREAU),
        ((Role.READER,), Action.APPROVE, Role.COORDINATOR, Role.KANWIL),
    ):  # fmt: skip
        assert turn_of(levels, State.APPROVED, action, mover) == turn, (levels, action)
        assert decider_of(levels, action, mover) == (
            mover if mover in levels and action != Action.UNDO else None
        )
    assert turn_of(both, State.SENT, Action.SUBMIT, Role.CONTACT) == Role.KANWIL
    assert decider_of(both, Action.SEND_BACK, Role.SECRETARY) == Role.SECRETARY
    assert decider_of(both, Action.ENDORSE, Role.KANWIL) is None, "the Kanwil passed over it"


def test_work_is_told_to_the_one_whose_turn_it_is() -> None:
    approval = [RecordMove(7, 1, 1, Action.APPROVE, State.APPROVED)]
    endorsed = [RecordMove(7, 1, 1, Action.ENDORSE, State.APPROVED)]
    back = [RecordMove(7, 1, 1, Action.SEND_BACK, State.SENT)]
    assert brought(approval, Role.COORDINATOR) == [(7, Role.KANWIL)]
    assert brought(approval, Role.COORDINATOR, LEVELS) == [(7, Role.SECRETARY)]
    assert brought(endorsed, Role.SECRETARY, LEVELS) == [(7, Role.BUREAU)]
    assert brought(endorsed, Role.SECRETARY, (Role.SECRETARY,)) == [(7, Role.KANWIL)]
    assert brought(back, Role.SECRETARY, LEVELS) == [(7, Role.COORDINATOR)]


# Conversations


def test_what_bagian_hukum_takes_back_needs_the_secretary_again() -> None:
    made = approved(Role.SECRETARY)
    made.type("Joko", "/pengajuan")
    made.press("Joko", "🖋 Setujui semua…")
    assert len(moves(made.press("Joko", "Ya, setujui 2 jawaban"))) == 2
    made.type("Budi", "/verifikasi")
    assert "Menunggu Anda: 2 jawaban" in last(made, "Budi")
    made.type("Hana", "/verifikasi")
    hana = made.seats["Hana"][0].id
    made.send("Hana", Tap(data(Verb.CARD, hana, 1, 1), 5, "q"))
    made.press("Hana", "↪️ Batalkan")
    made.type("Hana", "Angkanya perlu ditinjau lagi.")
    made.send("Hana", Tap(data(Verb.CARD, hana, 1, 1), 5, "q"))
    made.press("Hana", "👍 Setujui")
    made.type("Budi", "/verifikasi")
    assert "Menunggu Anda: 1 jawaban" in last(made, "Budi")
    assert "Menunggu Sekretaris Kota/Daerah: <b>1 jawaban</b>" in last(made, "Budi")


def test_a_secretary_who_does_not_act_is_passed_over_with_a_reason_that_stays() -> None:
    made = approved(Role.SECRETARY, Role.BUREAU)
    budi = made.seats["Budi"][0].id
    for label in ("⏩ Loloskan tanpa Sekretaris", "⏩ Loloskan tanpa Biro Hukum"):
        made.send("Budi", Tap(data(Verb.CARD, budi, 1, 1), 5, "q"))
        assert "reviewing/ask_reason" in names(made.press("Budi", label))
        (move,) = moves(made.type("Budi", "Sekretaris sedang bertugas di luar kota."))
        assert move.reason == "Sekretaris sedang bertugas di luar kota."
    made.send("Budi", Tap(data(Verb.CARD, budi, 1, 1), 5, "q"))
    assert moves(made.press("Budi", "✅ Verifikasi"))
    # and what the Kanwil takes back does not have to go round again
    made.send("Budi", Tap(data(Verb.CARD, budi, 1, 1), 5, "q"))
    made.press("Budi", "↪️ Batalkan")
    made.type("Budi", "Salah ketuk, diperiksa lagi.")
    assert made.desk(made.units["kesehatan"]).the_task(1).turn == Role.KANWIL


def test_a_forged_verdict_of_the_kanwil_before_its_turn_writes_nothing() -> None:
    made = approved(Role.SECRETARY)
    budi = made.seats["Budi"][0].id
    for verdict in ("verify", "return", "correct", "accept", "refuse"):
        outcome = made.send("Budi", Tap(data(Verb.JUDGE, budi, 1, 1, 1, verdict), 5, "q"))
        assert not moves(outcome), verdict
    bulk = made.send("Budi", Tap(data(Verb.BULK, budi, 1, 1, 3, "y"), 5, "q"))
    assert not moves(bulk)


@pytest.mark.parametrize("levels", [(), (Role.BUREAU,)])
def test_who_sits_at_a_level_that_the_period_does_without_is_told_so_and_sees_nothing(
    levels: tuple[Role, ...],
) -> None:
    made = approved(*levels)
    for who in ("Joko", "Wati") + (() if levels else ("Lina",)):
        seat, role = made.seats[who][0].id, made.seats[who][0].role
        shown = TABLE.menu(role)
        for name in shown:
            outcome = made.type(who, f"/{name}")
            message_names = names(outcome)
            if (
                "period/seat_off" in message_names
            ):  # and the chat's menu has none of them from now on
                assert RegisterCommands(role, off=True) in outcome.changes
            is_for_all = (
                TABLE.command(name, role) in TABLE.common and name != "mulai"
            )  # which says so too
            assert (message_names == ["period/seat_off"]) != is_for_all, (who, name, message_names)
        for verb in sorted(TABLE.verbs):
            for rest in ((1,), (1, 1), (1, 3, "y"), (1, 1, 1, "endorse"), ("status",), ()):
                outcome = made.send(who, Tap(data(verb, seat, *rest), 5, "q"))
                assert not moves(outcome), (verb, rest)
                for name in names(outcome):
                    assert name.split("/")[0] not in ("staff", "reviewing", "submission"), (
                        verb,
                        name,
                    )
        for typed in ("sudin kesehatan", "apa yang menunggu saya", "jakpus", "halo semua"):
            message_names = names(made.type(who, typed))
            assert not any(name.startswith(("staff/", "reviewing/")) for name in message_names), (
                typed,
                message_names,
            )
        assert names(made.type(who, "/mulai")) == ["period/seat_off"]
        made.type(who, "/bantuan")
        assert "/status" not in last(made, who)
        assert "/periode" in last(made, who)
        (answer,) = made.send(who, Inline("", "q")).messages
        assert isinstance(answer, InlineAnswer)
        assert not answer.cards
        sent = made.send(who, Upload("document", "f", "u", "a.xlsx", 10, None, 9))
        assert names(sent) == ["period/seat_off"]
    made.type("Joko", "/status")
    assert "sebagai Sekretaris Kota/Daerah <b>tidak dipakai</b>" in last(made, "Joko")
    assert "dan pengajuan kota tidak melalui Anda" in last(made, "Joko")


@pytest.mark.parametrize("role", SWITCHED)
def test_the_menu_of_a_seat_that_is_off_has_what_is_for_everybody(role: Role) -> None:
    off = TABLE.menu(role, off=True)
    assert {TABLE.command(name, role) in TABLE.common for name in off} == {True}
    assert "mulai" in off
    assert not {"status", "pengajuan", "rekap"} & set(off)
    assert set(off) < set(TABLE.menu(role))


def test_who_joins_a_seat_that_is_off_is_told_and_chooses_another_one() -> None:
    made = World({"kesehatan": [1, 2]})
    made.link("S", None, Role.SECRETARY)
    outcome = made.type("Joko", "/start S")
    assert names(outcome)[:2] == ["joining/welcome_staff", "period/seat_off"]
    assert RegisterCommands(Role.SECRETARY, off=True) in outcome.changes
    made.link("A", "kesehatan")
    made.type("Joko", "/start A")
    assert names(made.type("Joko", "/mulai")) == ["joining/choose_seat"]
    assert names(made.press("Joko", "Sekretaris…")) == ["period/seat_off"]
    assert names(made.type("Joko", "/mulai")) == ["joining/choose_seat"]


def test_words_that_a_level_was_writing_when_it_was_switched_off_write_nothing() -> None:
    made = approved(Role.SECRETARY)
    made.type("Joko", "/pengajuan")
    made.press("Joko", "↩️ Kembalikan ke Bagian Hukum")
    made.levels()
    outcome = made.type("Joko", "Mohon dilengkapi tanda tangannya.")
    assert not moves(outcome)
    assert names(outcome) == ["period/seat_off"]


# What a level takes back


def test_a_secretary_takes_the_last_decision_back_and_the_bureau_has_it_no_more() -> None:
    made = approved(Role.SECRETARY, Role.BUREAU)
    made.type("Joko", "/pengajuan")
    assert "↪️" not in str(made.inboxes["Joko"][-1].keyboard)
    made.press("Joko", "🖋 Setujui semua…")
    made.press("Joko", "Ya, setujui 2 jawaban")
    assert names(made.press("Joko", "↪️ Batalkan keputusan terakhir (2)")) == [
        "submission/ask_words"
    ]
    assert "<b>Batalkan persetujuan</b> — Jakarta Pusat, 2 jawaban" in last(made, "Joko")
    assert "Bagian Hukum membacanya" in last(made, "Joko")
    outcome = made.type("Joko", "Ada laporan yang belum saya baca.")
    assert [one.action for one in moves(outcome)] == [Action.UNDO] * 2
    assert {one.next for one in moves(outcome)} == {State.APPROVED}
    assert "↪️ Persetujuan dibatalkan: 2 jawaban" in last(made, "Joko")
    assert "Sekretaris Kota/Daerah membatalkan persetujuannya" in last(made, "Hana")
    assert "Sekarang menunggu Sekretaris lagi." in last(made, "Hana")
    made.type("Lina", "/pengajuan")
    assert "Tidak ada jawaban yang menunggu" in last(made, "Lina")
    made.type("Joko", "/pengajuan")
    assert "<b>2 jawaban menunggu persetujuan Anda</b>" in last(made, "Joko")
    assert not any("↪️" in label for row in made.inboxes["Joko"][-1].keyboard for label, _ in row)


def test_a_return_is_taken_back_while_bagian_hukum_has_not_acted() -> None:
    made = approved(Role.SECRETARY)
    made.type("Joko", "/pengajuan")
    made.press("Joko", "↩️ Kembalikan ke Bagian Hukum")
    made.type("Joko", "Mohon dilengkapi tanda tangannya.")
    made.press("Joko", "↪️ Batalkan keputusan terakhir (2)")
    outcome = made.type("Joko", "Tanda tangannya ternyata ada.")
    assert len(moves(outcome)) == 2
    assert "Bagian Hukum tidak perlu memeriksanya kembali" in last(made, "Hana")
    made.type("Hana", "/verifikasi")
    assert "Sudin Kesehatan" not in str(made.inboxes["Hana"][-1].keyboard)
    # what Bagian Hukum has approved anew is no longer the secretary's to take back
    made.type("Joko", "/pengajuan")
    made.press("Joko", "↩️ Kembalikan ke Bagian Hukum")
    made.type("Joko", "Mohon dilengkapi tanda tangannya.")
    stale = made.inboxes["Joko"][-1].keyboard
    (button,) = [sent for row in stale for label, sent in row if "↪️" in label]
    made.type("Hana", "/verifikasi")
    made.press("Hana", "Sudin Kesehatan…")
    made.press("Hana", "👍 Setujui")
    outcome = made.tap("Joko", button)
    assert names(outcome) == ["submission/card"]
    assert [one.name for one in outcome.messages if isinstance(one, Notice)] == [
        "notice/stale_card"
    ]


def test_a_bureau_takes_forwarding_back_and_the_kanwil_hears_of_it() -> None:
    made = approved(Role.BUREAU)
    made.type("Lina", "/pengajuan")
    made.press("Lina", "📨 Teruskan ke Kanwil…")
    made.press("Lina", "Ya, teruskan 2 jawaban")
    made.press("Lina", "↪️ Batalkan keputusan terakhir (2)")
    assert "Kanwil membacanya" in last(made, "Lina")
    made.type("Lina", "Surat pengantarnya belum bernomor.")
    assert "Biro Hukum provinsi membatalkan penerusannya" in last(made, "Budi")
    assert "Sekarang menunggu Biro Hukum lagi." in last(made, "Budi")
    assert made.desk(made.units["kesehatan"]).the_task(1).turn == Role.BUREAU


def test_one_answer_is_taken_back_on_its_card_and_the_office_does_not_hear_of_it() -> None:
    made = approved(Role.SECRETARY)
    joko = made.seats["Joko"][0].id
    card = Tap(data(Verb.CARD, joko, 1, 1), 5, "q")
    made.send("Joko", card)
    made.press("Joko", "🖋 Setujui")
    heard = len(made.inboxes["Siti"])
    made.send("Joko", card)
    made.press("Joko", "↪️ Batalkan")
    assert "kalimat itu tercatat pada jawabannya" in last(made, "Joko")
    (move,) = moves(made.type("Joko", "Belum saya baca."))
    assert (move.action, move.next) == (Action.UNDO, State.APPROVED)
    assert len(made.inboxes["Siti"]) == heard
    # once the Kanwil has judged, it is too late
    made.send("Joko", card)
    made.press("Joko", "🖋 Setujui")
    budi = made.seats["Budi"][0].id
    made.send("Budi", Tap(data(Verb.CARD, budi, 1, 1), 5, "q"))
    made.press("Budi", "✅ Verifikasi")
    outcome = made.send("Joko", Tap(data(Verb.JUDGE, joko, 1, 1, 1, "undo"), 5, "q"))
    assert not moves(outcome)
    assert names(outcome) == ["reviewing/card"]


def test_who_answered_for_an_office_does_not_approve_its_answers() -> None:
    made = approved(Role.SECRETARY)
    made.link("own", "kesehatan")
    made.type("Joko", "/start own")
    joko = next(one.id for one in made.seats["Joko"] if one.role == Role.SECRETARY)
    outcome = made.send("Joko", Tap(data(Verb.SUBMISSION, joko, 1), 5, "q"))
    assert names(outcome) == ["submission/card"]
    assert "Jawaban UKPD Anda sendiri tidak ikut" in last(made, "Joko")
    assert "Tidak ada jawaban yang menunggu persetujuan Anda" in last(made, "Joko")


def test_what_changed_while_words_were_written_is_shown_anew() -> None:
    made = approved(Role.SECRETARY)
    made.type("Joko", "/pengajuan")
    made.press("Joko", "↩️ Kembalikan ke Bagian Hukum")
    hana = made.seats["Hana"][0].id
    made.send("Hana", Tap(data(Verb.JUDGE, hana, 1, 1, 1, "undo"), 5, "q"))
    made.type("Hana", "Angkanya perlu ditinjau lagi.")
    outcome = made.type("Joko", "Mohon dilengkapi tanda tangannya.")
    assert names(outcome) == ["submission/changed", "submission/card"]
    assert not moves(outcome)


def test_words_for_a_city_that_is_none_of_the_seat_s_are_for_something_else() -> None:
    made = approved(Role.SECRETARY)
    made.type("Joko", "/pengajuan")
    made.press("Joko", "↩️ Kembalikan ke Bagian Hukum")
    made.write("UPDATE assignments SET until = '2017-03-10'")
    assert not moves(made.type("Joko", "Mohon dilengkapi tanda tangannya."))


# A reader


def test_a_reader_reaches_nothing_that_writes() -> None:
    made = approved(Role.READER)
    wati = made.seats["Wati"][0].id
    for verb in sorted(TABLE.verbs):
        for rest in ((), (1,), (1, 1), (1, 1, 1, "verify"), (1, 3, "y"), ("recap", 1)):
            outcome = made.send("Wati", Tap(data(verb, wati, *rest), 5, "q"))
            assert all(isinstance(one, HARMLESS) for one in outcome.changes), (verb, rest)
    for name in sorted(TABLE.names):
        for args in ("", " jakpus", " kesehatan"):
            outcome = made.type("Wati", f"/{name}{args}")
            assert all(isinstance(one, HARMLESS) for one in outcome.changes), name
    assert names(made.type("Wati", "sudin kesehatan")) == ["staff/office"]


def test_no_button_is_shown_that_would_be_refused() -> None:
    for who in ("Wati", "Joko", "Lina"):
        made = approved(*LEVELS, Role.READER)
        role = made.seats[who][0].role
        for text in ("/status", "/status kesehatan", "/terlambat", "/kriteria", "/kriteria 1", "/periode",
                     "/pengajuan", "/rekap", "/berkas", "/ekspor", "/mulai", "/bantuan", "halo",
                     "hak hidup"):  # fmt: skip
            for message in made.type(who, text).messages:
                if isinstance(message, Say):
                    for button in (one for row in message.keyboard for one in row):
                        if button.way is not None:
                            continue
                        pressed = read(button.data)
                        assert pressed is not None
                        if pressed.verb != Verb.CALLED:
                            assert TABLE.button(pressed.verb, role), (who, text, pressed.verb)


def test_a_reader_changes_nothing_in_a_group_and_looks_by_an_inline_query() -> None:
    made = approved(Role.READER)
    made.chat_id("Wati")
    outcome = made.send("Wati", GroupCommand("papan", "", None, None, "Grup"))
    assert names(outcome) == ["group/staff_only"]
    outcome = made.send("Wati", Inline("", "q"))
    (answer,) = outcome.messages
    assert isinstance(answer, InlineAnswer)
    assert [card.title for card in answer.cards] == ["Jakarta Pusat"]


def test_an_attendance_of_a_reader_is_not_taken_down() -> None:
    made = world(Role.SECRETARY, Role.READER)
    made.type("Budi", "/rakor Aula Kanwil")
    outcome = made.type("Wati", "/rakor")
    assert names(outcome) == ["meeting/overview"]
    labels = [
        one.label
        for m in outcome.messages
        if isinstance(m, Say)
        for row in m.keyboard
        for one in row
    ]
    assert "attend" not in labels
    outcome = made.type("Joko", "/rakor")
    meeting = next(
        one.data for m in outcome.messages if isinstance(m, Say) for row in m.keyboard for one in row
        if one.data.startswith(f"{Verb.ATTEND}.")
    )  # fmt: skip
    notices = [one.name for one in made.tap("Joko", meeting).messages if isinstance(one, Notice)]
    assert notices == ["notice/attends"]


# Several cities, and what is told by itself


def beside(made: World) -> None:
    """Jakarta Utara has an office as well, which owes the same."""
    made.write("INSERT INTO regions VALUES (2, '31.72', '31', 'kota', 'Jakarta Utara', 'WIB')")
    made.write("INSERT INTO units VALUES (9, 2, 'utara', 'Sudin Utara', 'Sudin Utara')")
    made.write("INSERT INTO assignments VALUES (1, 9, 1, '2017-02-01', NULL)")


def test_a_bureau_sees_all_cities_and_opens_the_one_it_means() -> None:
    made = approved(Role.SECRETARY, Role.BUREAU)
    beside(made)
    made.type("Joko", "/pengajuan")
    made.press("Joko", "🖋 Setujui semua…")
    made.press("Joko", "Ya, setujui 2 jawaban")
    assert names(made.type("Lina", "/pengajuan")) == ["submission/cities"]
    assert "• Jakarta Pusat: <b>2 menunggu Anda</b>" in last(made, "Lina")
    assert "• Jakarta Utara: tidak ada yang menunggu · 1 di UKPD" in last(made, "Lina")
    assert names(made.press("Lina", "Jakarta Pusat · 2")) == ["submission/card"]
    made.press("Lina", "📨 Teruskan ke Kanwil…")
    assert len(moves(made.press("Lina", "Ya, teruskan 2 jawaban"))) == 2
    made.press("Lina", "🗂 Pengajuan")
    assert names(made.press("Lina", "◀️ Semua daerah")) == ["submission/cities"]
    assert names(made.type("Lina", "/pengajuan jakarta utara")) == ["submission/card"]
    assert names(made.type("Lina", "/pengajuan medan")) == ["submission/cities"]
    lina = made.seats["Lina"][0].id
    foreign = made.send("Lina", Tap(data(Verb.SUBMISSION, lina, 77), 5, "q"))
    assert [one.name for one in foreign.messages if isinstance(one, Notice)] == ["notice/not_yours"]
    lina = made.seats["Lina"][0].id
    forged = made.send("Lina", Tap(data(Verb.SUBMISSION_ON, lina, 9, 1, "y"), 5, "q"))
    assert not moves(forged)
    assert names(made.type("Budi", "/status")) == ["staff/overview"]


def test_the_overview_says_where_each_city_waits() -> None:
    made = approved(Role.SECRETARY)
    beside(made)
    made.type("Budi", "/status")
    assert "2 menunggu Sekretaris Kota/Daerah" in last(made, "Budi")
    made.type("Budi", "/terlambat")
    assert "Menunggu Sekretaris Kota/Daerah (Jakarta Pusat): <b>2 jawaban</b>" in last(made, "Budi")


def overseer(made: World, who: str) -> Overseer:
    return Overseer(made.seats[who][0], made.board())


def test_what_waits_is_told_weekly_and_to_the_kanwil_since_when() -> None:
    made = approved(Role.SECRETARY, Role.BUREAU)
    made.now += timedelta(days=8)
    message = digest.of_week(made.staff("Joko", Text("x", 1)), overseer(made, "Joko"), {}, ())
    assert message is not None
    text = render(message.name, message.view)
    assert "<b>2 jawaban</b> menunggu persetujuan Anda, yang tertua 8 hari" in text
    assert render(message.name, message.view, "en").count("2 answers wait") == 1
    assert digest.of_week(made.staff("Lina", Text("x", 1)), overseer(made, "Lina"), {}, ()) is None
    message = digest.of_week(made.staff("Budi", Text("x", 1)), overseer(made, "Budi"), {}, ())
    assert message is not None
    assert "• Menunggu Sekretaris Kota/Daerah: 2, 8 hari" in render(message.name, message.view)


def test_a_seat_that_the_period_does_without_gets_no_digest() -> None:
    for levels, hears in (((Role.READER,), True), ((Role.SECRETARY,), False)):
        made = approved(*levels)
        facts = made.staff("Wati", Text("x", 1))
        message = digest.of_week(facts, overseer(made, "Wati"), {}, ())
        assert (message is not None) == hears, levels


def test_what_arrived_says_who_let_it_pass_and_who_gave_it_back() -> None:
    made = approved(Role.SECRETARY, Role.BUREAU)

    def arrived(who: str) -> str:
        desk = overseer(made, who)
        message = arrivals.message(desk, [desk.seat], START)
        assert message is not None
        return render(message.name, message.view)

    assert "2 jawaban Sudin Kesehatan disetujui Bagian Hukum" in arrived("Joko")
    made.type("Joko", "/pengajuan")
    made.press("Joko", "🖋 Setujui semua…")
    made.press("Joko", "Ya, setujui 2 jawaban")
    assert "2 jawaban Sudin Kesehatan disetujui Sekretaris Kota/Daerah" in arrived("Lina")
    made.type("Lina", "/pengajuan")
    made.press("Lina", "📨 Teruskan ke Kanwil…")
    made.press("Lina", "Ya, teruskan 2 jawaban")
    assert "2 jawaban Sudin Kesehatan diteruskan Biro Hukum provinsi" in arrived("Budi")
    made = approved(Role.SECRETARY)
    made.type("Joko", "/pengajuan")
    made.press("Joko", "↩️ Kembalikan ke Bagian Hukum")
    made.type("Joko", "Mohon dilengkapi tanda tangannya.")
    assert "2 jawaban Sudin Kesehatan dikembalikan Sekretaris" in arrived("Hana")


def test_the_kanwil_invites_to_the_levels_that_are_on() -> None:
    made = world(Role.SECRETARY, Role.BUREAU, Role.READER)
    for typed, role, region in (
        ("/undang sekretaris", Role.SECRETARY, 1),
        ("/undang sekretaris kota jakarta pusat", Role.SECRETARY, 1),
        ("/undang biro hukum", Role.BUREAU, None),
        ("/undang pemantau", Role.READER, None),
        ("/undang pimpinan jakpus", Role.READER, 1),
        ("/undang bagian hukum", Role.COORDINATOR, 1),
    ):
        (change,) = made.type("Budi", typed).changes
        assert isinstance(change, CreateInvitation), typed
        assert (change.role, change.region_id) == (role, region), typed
        row = made.connection.execute(
            "SELECT region_id, province FROM invitations ORDER BY id DESC"
        )
        assert row.fetchone() == (region, None if region else "31"), typed
    made.type("Budi", "/undang")
    assert "Untuk Sekretaris Kota/Daerah: <code>/undang sekretaris</code>" in last(made, "Budi")
    assert not made.type("Hana", "/undang sekretaris").changes, "Bagian Hukum invites no superior"
    beside(made)
    made.type("Budi", "/undang sekretaris")
    (change,) = made.press("Budi", "Jakarta Utara").changes
    assert isinstance(change, CreateInvitation)
    assert (change.role, change.region_id, change.label) == (
        Role.SECRETARY,
        2,
        "Sekretaris Jakarta Utara",
    )
    budi = made.seats["Budi"][0].id
    assert not made.send("Budi", Tap(data(Verb.INVITE, budi, 2, 9), 5, "q")).changes
    made.levels()
    assert not made.send("Budi", Tap(data(Verb.INVITE, budi, 2, 2), 5, "q")).changes
    assert not made.type("Budi", "/undang sekretaris").changes


def test_the_kanwil_may_end_the_seat_of_a_level() -> None:
    made = world(Role.SECRETARY)
    budi, joko = (made.seats[who][0].id for who in ("Budi", "Joko"))
    made.send("Budi", Tap(data(Verb.HOLDER, budi, joko), 5, "q"))
    assert "Joko</b>, Sekretaris Kota/Daerah Jakarta Pusat" in last(made, "Budi")
    made.send("Budi", Tap(data(Verb.HOLDER, budi, joko, "suspend"), 5, "q"))
    assert names(made.type("Joko", "/pengajuan")) == ["joining/stranger"]
    hana = made.seats["Hana"][0].id
    assert not made.send("Hana", Tap(data(Verb.HOLDER, hana, joko, "resume"), 5, "q")).changes


@pytest.mark.parametrize("levels", [(), (*LEVELS, Role.READER)])
def test_the_result_is_told_to_the_levels_that_are_on(levels: tuple[Role, ...]) -> None:
    made = world(*levels)
    made.type("Budi", "/tutup")
    made.press("Budi", "🏁 Tutup penilaian data 2016")
    for who in ("Joko", "Lina", "Wati"):
        heard = [one.name for one in made.inboxes[who] if one.name == "season/told_staff"]
        assert len(heard) == (1 if levels else 0), who
    assert [one.name for one in made.inboxes["Hana"]].count("season/told_staff") == 1


def test_an_export_of_what_is_approved_does_not_promise_that_it_waits_for_the_kanwil() -> None:
    for levels, label in (
        ((), "👍 Yang menunggu Kanwil"),
        (LEVELS, "👍 Yang disetujui Bagian Hukum"),
    ):
        made = world(*levels)
        made.type("Budi", "/ekspor")
        assert label in [shown for row in made.inboxes["Budi"][-1].keyboard for shown, _ in row]


def test_a_button_that_tells_the_bot_nothing_is_for_readers_too() -> None:
    made = world(Role.READER)
    facts = made.staff("Wati", Text("x", 1))
    link = Button("region", way=Way.OPEN, target="https://t.me/x")
    forbidden = Button("region", data(Verb.REMIND, facts.seat.id, 1))
    outcome = Outcome((), (Say("staff/which", {}, ((link, forbidden), (forbidden,))),))
    (shown,) = offered(facts, outcome).messages
    assert isinstance(shown, Say)
    assert shown.keyboard == ((link,),)
