"""Dates as people type them, and whose day a deadline ends on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from flows.model.facts import Desk, Extension, Setting
from flows.policy import timing
from flows.reading import dates
from scoring.replacing import replace
from tests.flows.world import World
from tests.support.tables import each_row

TODAY = date(2017, 3, 10)


@each_row(
    ("typed", "meant"),
    [
        ("15 April 2017", date(2017, 4, 15)),
        ("15 april", date(2017, 4, 15)),
        ("15 Apr.", date(2017, 4, 15)),
        ("2 Februari", date(2018, 2, 2)),
        ("10 maret", TODAY),
        ("17 Agt 2017", date(2017, 8, 17)),
        ("1 Nop 2017", date(2017, 11, 1)),
        ("15/4/2017", date(2017, 4, 15)),
        ("15-04-17", date(2017, 4, 15)),
        ("15.4.2017", date(2017, 4, 15)),
        ("2017-04-15", date(2017, 4, 15)),
        ("  15   April,  2017 ", date(2017, 4, 15)),
        ("31 April", None),
        ("29 Februari", date(2020, 2, 29)),
        ("29 Februari 2017", None), ("30 Februari", None), ("15-Apr-2017", date(2017, 4, 15)),
        ("15-Apr-17", date(2017, 4, 15)), ("15-april", date(2017, 4, 15)), ("15 Apr 17", date(2017, 4, 15)),
        ("15 Apr '17", date(2017, 4, 15)), ("15/4", date(2017, 4, 15)), ("15 4 2017", date(2017, 4, 15)),
        ("15 - 04 - 2017", date(2017, 4, 15)), ("15 / 4 / 2017", date(2017, 4, 15)), ("15April2017", date(2017, 4, 15)),
        ("15 April2017", date(2017, 4, 15)), ("15 April 2017.", date(2017, 4, 15)), ("Sabtu, 15 April 2017", date(2017, 4, 15)),
        ("Sabtu 15 April", date(2017, 4, 15)), ("tgl 15 April", date(2017, 4, 15)), ("tanggal 15 April 2017", date(2017, 4, 15)),
        ("s.d. 15 April 2017", date(2017, 4, 15)), ("sampai 15 April", date(2017, 4, 15)), ("15 April jam 12", date(2017, 4, 15)),
        ("15 April 2017 pukul 16.00", date(2017, 4, 15)), ("30 Nopember", date(2017, 11, 30)), ("besok", date(2017, 3, 11)),
        ("lima belas April 2017", date(2017, 4, 15)), ("hari Minggu 16 April", date(2017, 4, 16)), ("1/2", date(2018, 2, 1)),
        ("dua puluh satu April", date(2017, 4, 21)), ("15.4", None), ("4 15", None), ("7 hari", None), ("15 April 2071 lagi", None),
        ("31/13/2017", None),
        ("15 April 2017 jam 12 siang WIB", date(2017, 4, 15)), ("15 April 2017 (Sabtu)", date(2017, 4, 15)),
        ("mohon sampai tanggal 15 April ya", date(2017, 4, 15)), ("15 April tahun 2017", date(2017, 4, 15)),
        ("2017/04/15", date(2017, 4, 15)), ("2017.4.15", date(2017, 4, 15)), ("maksimal 15 April", date(2017, 4, 15)),
        ("15 April pak, terima kasih", date(2017, 4, 15)), ("Jum'at 14 April", date(2017, 4, 14)),
        ("Senin, 15 April 2017", None), ("15 April 2017 (Minggu)", None), ("Ahad, 16 April", date(2017, 4, 16)),
        ("15 April 0017", None), ("15-20 April", None), ("15 atau 16 April", None), ("2017/15/04", None),
        ("15. 4. 2017", date(2017, 4, 15)), ("Sabtu (15/4/2017)", date(2017, 4, 15)), ("15/IV/2017", date(2017, 4, 15)),
        ("mohon diperpanjang sampai tanggal 15 April 2017", date(2017, 4, 15)), ("tgl15 april", date(2017, 4, 15)),
        ("15 Aprill 2017", date(2017, 4, 15)), ("15 Febuari", date(2018, 2, 15)), ("15 Junli", None), ("15. April", date(2017, 4, 15)),
        ("April 15, 2017", date(2017, 4, 15)), ("April 17", None), ("akhir April", date(2017, 4, 30)), ("akhir Foo", None),
        ("akhir bulan ini", date(2017, 3, 31)), ("akhir Februari", date(2018, 2, 28)), ("akhir 2017", None), ("akhir", None),
        ("akhir Februari 2020", date(2020, 2, 29)), ("15 V 2017", date(2017, 5, 15)), ("15 V", None), ("12 desa", None),
        ("15 m", None),
        ("15 foo 2017", None),
        ("minggu depan", None),
        ("", None),
        ("15", None),
    ],
)  # fmt: skip
def test_dates(typed: str, meant: date | None) -> None:
    assert dates.parse(typed, TODAY) == meant


def facts_at(
    received: datetime, zone: str, extension: Extension | None = None
) -> tuple[Setting, Desk]:
    world = World({"kesbang": [15]})
    world.write("UPDATE regions SET zone = ?", zone)
    desk = replace(world.desk(world.units["kesbang"]), extension=extension)
    return Setting(received, world.period), desk


def test_a_number_of_days_counts_from_the_deadline() -> None:
    since = date(2017, 3, 31)
    for typed, days in (
        ("7 hari", 7),
        ("2 minggu", 14),
        ("seminggu", 7),
        ("1 pekan lagi", 7),
        ("dua minggu", 14),
        ("mundur 7 hari", 7),
        ("+7 hr", 7),
        ("diundur 1 mgg", 7),
        ("sebulan", 30),
        ("tambah 2 bulan", 61),
    ):
        assert dates.parse(typed, TODAY, since) == since + timedelta(days=days), typed
    assert dates.parse("999 minggu", TODAY, date(9990, 1, 1)) is None
    assert dates.parse("29 Februari", date(2027, 12, 1)) == date(2028, 2, 29)


LAST = datetime(2017, 4, 1, 0, 0, tzinfo=UTC)  # midnight behind 31 March, in UTC


@pytest.mark.parametrize(("zone", "hours"), [("WIB", 7), ("WITA", 8), ("WIT", 9)])
def test_the_day_ends_in_the_regions_own_zone(zone: str, hours: int) -> None:
    midnight = LAST - timedelta(hours=hours)
    grace = timing.TAP_LIFE
    for moment, late in ((midnight - timedelta(seconds=1), False), (midnight + grace, True)):
        setting, desk = facts_at(moment, zone)
        assert timing.is_late(setting, desk, setting.now) is late, (zone, moment)
    setting, desk = facts_at(midnight + grace - timedelta(seconds=1), zone)
    assert not timing.is_late(setting, desk, setting.now), (
        "Telegram may have held the tap that long"
    )


def test_an_extension_only_ever_gives_more_time() -> None:
    moment = LAST + timedelta(days=3)
    setting, desk = facts_at(moment, "WIB", Extension(date(2017, 4, 10), "alasan"))
    assert not timing.is_late(setting, desk, setting.now)
    assert timing.days_left(setting, desk) == 6
    setting, desk = facts_at(moment, "WIB", Extension(date(2017, 3, 1), "alasan"))
    assert timing.deadline(setting, desk) == date(2017, 3, 31)
    assert timing.is_late(setting, desk, setting.now)
