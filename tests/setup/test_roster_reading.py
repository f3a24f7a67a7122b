"""What a roster may say, and the exact words for whatever is wrong with it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.roster import RosterError, bundled, bundled_names, load_roster, read_roster
from bot.terminal import problem_line
from scoring.load import BUNDLED
from tests.setup.rosters import SMALL

SKELETON = Path(__file__).parents[1] / "scoring" / "instruments" / "skeleton-2016"
UNITS = "the units of Jakarta Pusat"

FAULTS = [
    ("deadline: 2017-03-31", "dedline: 2017-03-31", [
        "missing_key roster.yaml:2: the period lacks `deadline` — Add it.",
        "unknown_key roster.yaml:6: `dedline` is not a key of the period — Allowed: code, instrument, data_year,"
        " opens, deadline, grace_days, verification_deadline, reminders, letter_number, letter_date, levels, trial. Did you mean `deadline`?",
    ]),
    ("  data_year: 2016", "  data_year: 2016\n  data_year: 2017", [
        "duplicate_key roster.yaml:5: `data_year` stands twice (first on line 4) — Keep one of the two.",
    ]),
    ("code: \"2017\"", "code: 2017-01", []),
    ("permenkumham-25-2013", "permenkumham-52-2013", [
        "unknown_reference roster.yaml:3: `permenkumham-52-2013` is not one of the instruments — Allowed:"
        " permenkumham-25-2013. Did you mean `permenkumham-25-2013`?",
    ]),
    ("opens: 2017-02-01", "opens: 1 Februari 2017", [
        "bad_date roster.yaml:5: `1 Februari 2017` is not a date for `opens` — Write year-month-day, such as"
        " 2017-03-31.",
    ]),
    ("opens: 2017-02-01", "opens: 2017-02-30", [
        "bad_date roster.yaml:5: `2017-02-30` is not a date for `opens` — Write year-month-day, such as 2017-03-31.",
    ]),
    ("deadline: 2017-03-31", "deadline: 2017-01-31", [
        "dates_backwards roster.yaml:6: `deadline` 2017-01-31 is before `opens` 2017-02-01 — Put it on or after"
        " 2017-02-01.",
    ]),
    ("verification_deadline: 2017-05-15", "verification_deadline: 2017-03-15", [
        "dates_backwards roster.yaml:7: `verification_deadline` 2017-03-15 is before `deadline` 2017-03-31 — Put it"
        " on or after 2017-03-31.",
    ]),
    ("data_year: 2016", "data_year: 16", [
        "out_of_range roster.yaml:4: 16 is too small or too large for `data_year` — Give 2000 to 2100.",
    ]),
    ("data_year: 2016", "data_year: 2016\n  reminders: [-7, H-3, 45, +1, 1]", [
        "bad_reminder roster.yaml:5: `H-3` is not a day for a reminder — Give whole days from the deadline, -90 (before)"
        " to 30 (after): -7, -1, 1.",
        "bad_reminder roster.yaml:5: `45` is not a day for a reminder — Give whole days from the deadline, -90 (before)"
        " to 30 (after): -7, -1, 1.",
        "duplicate_reminder roster.yaml:5: The day 1 stands twice — Keep it once.",
    ]),
    ("data_year: 2016", "data_year: 2016\n  reminders: -7", [
        "wrong_type roster.yaml:5: `reminders` should be a list, not “-7” — Write a list.",
    ]),
    ("zone: WIB", "zone: WTI", [
        "unknown_word roster.yaml:18: `WTI` is not known for `zone` — Allowed: WIB, WITA, WIT. Did you mean `WIT`?",
    ]),
    ("kind: kota", "kind: city", [
        "unknown_word roster.yaml:16: `city` is not known for `kind` — Allowed: kota, kabupaten.",
    ]),
    ("code: \"31.71\"", "code: \"3171\"", [
        "bad_region_code roster.yaml:15: `3171` is not the Kemendagri code of a regency or city — Write it such as"
        " \"31.71\".",
    ]),
    ("code: \"31.71\"", "code: \"32.71\"", [
        "region_elsewhere roster.yaml:15: The region 32.71 does not lie in the province 31 — Correct one of the"
        " codes; other provinces have a file of their own.",
    ]),
    ("owes: [9, 10", "owes: [9, 10, 18", [
        "unknown_indicator roster.yaml:29: There is no indicator 18 — Known: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,"
        " 13, 14, 15, 16, 17.",
    ]),
    ("owes: [9, 10", "owes: [9, 9, 10", [
        "duplicate_owed roster.yaml:29: sudinsos owes indicator 9 twice — Keep it once.",
    ]),
    ("code: sudinsos", "code: sudinkes", [
        f"duplicate_code roster.yaml:26: The code `sudinkes` is used twice in {UNITS} — Give each its own.",
    ]),
    ("short: Sudinsos", "short: Sudinsos\n        aliases: [Dinkes]", [
        "duplicate_name roster.yaml:26: “Dinkes” stands for sudinkes and for sudinsos (line 21) — Give each its own,"
        " so that a typed name means one.",
    ]),
    ("role: kanwil", "role: kanwill", [
        "unknown_word roster.yaml:36: `kanwill` is not known for `role` — Allowed: kanwil, admin, secretary, bureau, reader. Did you mean"
        " `kanwil`?",
    ]),
    ("role: coordinator", "role: koordinator", [
        "missing_key roster.yaml:30: a unit lacks `owes` — Add it.",
        "unknown_word roster.yaml:33: `koordinator` is not known for `role` — Allowed: coordinator, contact. Did you"
        " mean `coordinator`?",
    ]),
    ("name: Budi\n    role: admin", "name: Rina\n    role: kanwil", [
        "duplicate_staff roster.yaml:37: Rina stands twice as kanwil — Keep one, or tell the two apart by name.",
    ]),
    ("short: Sudinsos", "short: Sudinsos\n        seats: 0", [
        "out_of_range roster.yaml:29: 0 is too small or too large for `seats` — Give 1 to 20.",
    ]),
]  # fmt: skip


def problems_of(text: str) -> list[str]:
    with pytest.raises(RosterError) as caught:
        load_roster(text)
    return [problem_line(one) for one in caught.value.problems if not one.is_warning]


def test_the_small_roster_reads() -> None:
    roster = load_roster(SMALL)
    assert roster.warnings == ()
    assert roster.invitation_days == 30
    assert [unit.code for unit in roster.regions[0].units] == ["sudinkes", "sudinsos", "bagkum"]
    assert roster.period.instrument.hash
    assert sorted(roster.period.texts)[:2] == ["hidup.yaml", "instrument.yaml"]


@pytest.mark.parametrize(("before", "after", "lines"), FAULTS)
def test_every_fault_is_worded(before: str, after: str, lines: list[str]) -> None:
    assert before in SMALL
    text = SMALL.replace(before, after, 1)
    if lines:
        assert problems_of(text) == lines
    else:
        load_roster(text)


def test_all_faults_come_at_once() -> None:
    text = SMALL.replace("zone: WIB", "zone: X").replace("opens: 2017-02-01", "opens: soon")
    assert [line.split(" ")[0] for line in problems_of(text)] == ["bad_date", "unknown_word"]


@pytest.mark.parametrize(
    ("addition", "read"),
    [
        ("", (-14, -7, -3, -1, 1)),
        ("\n  reminders: [1, -10, 0]", (-10, 0, 1)),
        ("\n  reminders: []", ()),
    ],
)
def test_the_days_of_reminders_are_the_periods_own(addition: str, read: tuple[int, ...]) -> None:
    text = SMALL.replace("data_year: 2016", f"data_year: 2016{addition}")
    assert load_roster(text).period.reminders == read


def test_a_missing_group_is_told_once() -> None:
    text = SMALL.replace(
        "institution:\n  name: Kanwil\n  help_contact: Bidang HAM, 021-1234567\n", ""
    )
    assert problems_of(text) == [
        "missing_key roster.yaml:1: the roster lacks `institution` — Add it."
    ]


def test_a_group_that_is_none_and_an_empty_instrument() -> None:
    text = SMALL.replace('province:\n  code: "31"\n  name: DKI Jakarta', "province: 31")
    text = text.replace("instrument: permenkumham-25-2013", 'instrument: ""')
    assert problems_of(text) == [
        "empty_text roster.yaml:3: `instrument` is empty — Fill it in.",
        "wrong_type roster.yaml:11: `province` should be a group of keys, not “31” — Write a group of keys.",
    ]


def test_a_region_needs_units() -> None:
    start, end = SMALL.index("    units:"), SMALL.index("staff:")
    text = SMALL[:start] + "    units: []\n" + SMALL[end:]
    assert problems_of(text) == ["nothing_in roster.yaml:20: `units` is empty — List at least one."]


def test_lists_must_hold_something() -> None:
    text = SMALL[: SMALL.index("regions:")] + "regions: []\n"
    assert problems_of(text) == [
        "nothing_in roster.yaml:14: `regions` is empty — List at least one."
    ]


def test_indicators_without_an_office_are_a_warning() -> None:
    roster = load_roster(SMALL.replace("owes: [9, 10, 11, 12, 13, 14, 15, 16, 17]", "owes: []"))
    lines = [problem_line(one) for one in roster.warnings]
    assert [line.split(" — ")[0] for line in lines] == [
        "owes_nothing roster.yaml:29: sudinsos owes nothing and gets no link",
        "nobody_owes roster.yaml:15: Nobody in Jakarta Pusat owes 10 (Rumah tidak layak huni),"
        " 11 (Pengangguran terbuka), 12 (Anak jalanan), 13 (Balita kurang gizi), 14 (Belum berlistrik),"
        " 15 (Demonstrasi anarkis), 16 (Perempuan dalam jabatan), 17 (Kekerasan thd. perempuan)",
    ]


def test_a_region_without_coordinator_is_a_warning() -> None:
    start, end = SMALL.index("      - code: bagkum"), SMALL.index("staff:")
    roster = load_roster(SMALL[:start] + SMALL[end:])
    assert [one.code for one in roster.warnings] == ["no_coordinator"]


def test_an_instrument_of_ones_own_lies_beside_the_roster(tmp_path: Path) -> None:
    own = tmp_path / "ours"
    own.mkdir()
    for file in (BUNDLED / "permenkumham-25-2013").glob("*.yaml"):
        (own / file.name).write_text(
            file.read_text(encoding="utf-8") + "\n# ours\n", encoding="utf-8"
        )
    path = tmp_path / "roster.yaml"
    path.write_text(
        SMALL.replace("instrument: permenkumham-25-2013", "instrument: ./ours"), encoding="utf-8"
    )
    roster = load_roster(path)
    assert roster.period.instrument.hash != load_roster(SMALL).period.instrument.hash
    assert "# ours" in roster.period.texts["hidup.yaml"]


def test_a_skeleton_is_refused_with_what_is_missing() -> None:
    text = SMALL.replace("instrument: permenkumham-25-2013", f"instrument: {SKELETON}")
    line = next(line for line in problems_of(text) if line.startswith("skeleton"))
    assert line.startswith(
        "skeleton roster.yaml:3: The instrument skeleton-2016 is not complete; missing: "
    )
    assert line.endswith(
        " — A period needs a complete one: add what is missing, or choose another."
    )


def test_a_folder_without_instrument_is_named() -> None:
    text = SMALL.replace("instrument: permenkumham-25-2013", "instrument: ./nothing")
    assert problems_of(text) == [
        "not_a_directory nothing:1: There is no folder nothing — Give the folder that holds instrument.yaml."
    ]


def test_the_bundled_roster_covers_jakarta_pusat() -> None:
    assert bundled_names() == ("jakarta-pusat",)
    roster = bundled("jakarta-pusat")
    assert roster.warnings == ()
    (region,) = roster.regions
    owed = {unit.code: unit.owes for unit in region.units}
    assert owed["sudindik-1"] == owed["sudindik-2"] == (4, 5, 6, 7)
    assert {number for numbers in owed.values() for number in numbers} == set(range(1, 18))
    assert [unit.short for unit in region.units if unit.coordinates] == ["Bagkum"]
    assert [one.role for one in roster.staff] == ["kanwil", "admin"]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(RosterError) as caught:
        bundled("jakarta-pusta")
    assert [problem_line(one) for one in caught.value.problems] == [
        "no_such_roster jakarta-pusta:1: There is no file jakarta-pusta, and no bundled roster of that name — Give a"
        " roster file (.yaml or .xlsx), or one of the bundled: jakarta-pusat. Did you mean `jakarta-pusat`?"
    ]


def test_a_text_beyond_a_megabyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    path.write_text(SMALL + "#" + " x" * 2**19, encoding="utf-8")
    with pytest.raises(RosterError) as caught:
        load_roster(path)
    assert [(one.code, one.fix) for one in caught.value.problems] == [
        ("roster_too_large", "Keep to 1 MB.")
    ]


def test_a_file_from_elsewhere_names_no_folder_but_what_a_period_has_frozen() -> None:
    bundled_texts = dict(load_roster(SMALL).period.texts)
    text = bundled_texts["instrument.yaml"]
    edited = re.sub(r"(?m)^title: >-\n(  .*\n)+", "title: Milik sendiri\n", text)
    ours = {**bundled_texts, "instrument.yaml": edited}
    renamed = edited.replace("code: permenkumham-25-2013", "code: instrumen-kami")
    theirs = {**bundled_texts, "instrument.yaml": renamed}
    in_use = {"2017": ("permenkumham-25-2013", ours), "2016": ("instrumen-kami", theirs)}

    def read(text: str) -> str:
        return read_roster(text.encode(), "r.yaml", in_use).period.instrument.title

    assert read(SMALL) == "Milik sendiri"  # the period goes on with what it has
    assert read(SMALL.replace('code: "2017"', 'code: "2018"')) != "Milik sendiri"
    assert read(SMALL.replace("permenkumham-25-2013", "instrumen-kami")) == "Milik sendiri"
    for name, code in (("../x", "no_folder_here"), ("instrumen-kita", "unknown_reference")):
        with pytest.raises(RosterError) as caught:
            read(SMALL.replace("permenkumham-25-2013", name))
        assert caught.value.problems[0].code == code
        assert "instrumen-kami" in caught.value.problems[0].fix


@pytest.mark.parametrize(
    ("today", "codes"),
    [
        (date(2017, 1, 1), []),
        (date(2017, 3, 31), []),
        (date(2017, 4, 1), [("day_over", "`deadline` 2017-03-31 is over.")]),
        (date(2017, 5, 15), [("day_over", "`deadline` 2017-03-31 is over.")]),
        (
            date(2017, 5, 16),
            [
                (
                    "all_over",
                    "All dates are over (2017-02-01 to 2017-05-15): nobody can answer or review any more.",
                )
            ],
        ),
        (
            date(2026, 11, 28),
            [
                (
                    "all_over",
                    "All dates are over (2017-02-01 to 2017-05-15): nobody can answer or review any more.",
                )
            ],
        ),
    ],
)
def test_dates_that_are_over_are_warned_of(today: date, codes: list[tuple[str, str]]) -> None:
    roster = bundled("jakarta-pusat", today)
    assert [(one.code, one.message) for one in roster.warnings] == codes
    assert all(one.is_warning for one in roster.warnings)


def test_without_a_day_no_date_is_judged() -> None:
    assert bundled("jakarta-pusat").warnings == ()


LEVELS = (
    SMALL.replace("data_year: 2016", "data_year: 2016\n  levels: [reader, secretary, bureau]")
    + """  - {name: Sekretaris Kota, role: secretary, region: "31.71"}
  - {name: Biro Hukum, role: bureau}
  - {name: Wali Kota, role: reader, region: "31.71"}
  - {name: Ditjen HAM, role: reader}
"""
)


def test_the_levels_of_a_period_stand_in_the_order_in_which_a_submission_passes_them() -> None:
    roster = load_roster(LEVELS)
    assert roster.period.levels == ("secretary", "bureau", "reader")
    assert not roster.warnings
    assert [(one.role, one.region) for one in roster.staff[2:]] == [
        ("secretary", "31.71"), ("bureau", ""), ("reader", "31.71"), ("reader", ""),
    ]  # fmt: skip
    assert load_roster(SMALL).period.levels == ()


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("[reader, secretary, bureau]", "[sekretary]",
         "unknown_word roster.yaml:5: `sekretary` is not known for `levels` — Allowed: secretary, bureau, reader. Did you mean `secretary`?"),
        ("[reader, secretary, bureau]", "[[secretary]]",
         "unknown_word roster.yaml:5: `a list` is not known for `levels` — Allowed: secretary, bureau, reader."),
        ('role: secretary, region: "31.71"', "role: secretary",
         "missing_key roster.yaml:40: a member of staff lacks `region` — Add it."),
        ('role: secretary, region: "31.71"', 'role: secretary, region: "31.72"',
         "unknown_reference roster.yaml:40: `31.72` is not one of the codes of the regions — Allowed: 31.71. Did you mean `31.71`?"),
        ("role: bureau}", 'role: bureau, region: "31.71"}',
         "region_unwanted roster.yaml:41: A seat as bureau is of the whole province — Leave `region` out of it."),
    ],
)  # fmt: skip
def test_faults_of_levels_are_worded(before: str, after: str, line: str) -> None:
    assert line in problems_of(LEVELS.replace(before, after, 1))


def test_levels_and_seats_that_do_not_meet_are_warnings() -> None:
    off = load_roster(LEVELS.replace("  levels: [reader, secretary, bureau]\n", ""))
    assert [one.code for one in off.warnings] == ["level_off"] * 4
    empty = load_roster(
        SMALL.replace("data_year: 2016", "data_year: 2016\n  levels: [secretary, bureau]")
    )
    assert [one.code for one in empty.warnings] == ["no_secretary", "no_bureau"]
