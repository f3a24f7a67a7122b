"""From the text of a roster file to a `ParsedRoster`, or to every problem in it at once."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path

from msgspec import Struct

from bot.roster.letters import letterheads
from bot.roster.plan import ParsedRoster, PeriodPlan, RegionPlan, UnitPlan
from bot.roster.roster_levels import read_levels, read_staff
from bot.roster.roster_problems import RosterError, RosterProblems, own
from bot.roster.roster_rules import check_days, check_names, check_owed, check_phone
from scoring import Instrument, InstrumentError
from scoring.errors import nearest
from scoring.fields import Fields, kind_of
from scoring.load import BUNDLED, bundled_codes, load_texts
from scoring.source import Mapping, Node, Scalar, Sequence, parse_yaml, read_directory

ROOT = (
    "period", "institution", "invitation_days", "province", "regions", "staff", "letters",
)  # fmt: skip
PERIOD = (
    "code", "instrument", "data_year", "opens", "deadline", "grace_days", "verification_deadline",
    "reminders", "letter_number", "letter_date", "levels", "trial",
)  # fmt: skip
REGION = ("code", "kind", "name", "zone", "aliases", "units")
UNIT = ("code", "name", "short", "aliases", "owes", "seats", "role")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
WHOLE = re.compile(r"[+-]?[0-9]{1,3}")
REGION_CODE = re.compile(r"\d{2}\.\d{2}")
DAYS = 30
REMINDERS = (-14, -7, -3, -1, 1)
"""Days from the deadline on which open offices are reminded, where the roster names none."""
EARLIEST, LATEST = -90, 30
MOST_GRACE = 365


class KnownInstrument(Struct, frozen=True):
    """The instrument with its indicators by number and by code, as a roster writes them."""

    instrument: Instrument
    numbers: dict[str, int]
    codes: dict[str, str]


InUse = dict[str, tuple[str, dict[str, str]]]
"""Periods with the code and the texts of the instrument that each has frozen, the newest last."""


class GivenInstrument(Struct, frozen=True):
    """The texts of an instrument that takes the place of whichever the roster names."""

    texts: dict[str, str]


Place = Path | InUse | GivenInstrument
"""Where instruments are looked for that do not come along: a folder, or in the database."""
SHORT = 30  # characters of an office's button


class Frozen(Struct, frozen=True):
    """The instrument that the roster names, with its texts."""

    instrument: Instrument
    texts: dict[str, str]


def read_text(text: str, file: str, place: Place, today: date | None = None) -> ParsedRoster:
    """Read a roster; raises RosterError. `place` is where instruments of its own are looked for.

    With `today`, dates that are over are warned of.
    """
    try:
        root = parse_yaml(text, file)
    except InstrumentError as error:
        raise RosterError(error.problems) from None
    digest = hashlib.sha256(text.encode()).hexdigest()
    return read_tree(root, file, place, digest, RosterProblems(), today)


def read_tree(
    node: Node,
    file: str,
    place: Place,
    digest: str,
    problems: RosterProblems,
    today: date | None = None,
) -> ParsedRoster:
    """Read a roster from nodes, whatever kind of file they come from; add to `problems`."""
    root = Fields(node, problems, ROOT, "the roster")
    period = _group(root, "period", PERIOD, "the period")
    code = period.text("code")
    frozen = _instrument(period, code, place)
    opens, deadline, verified = _dates(period, today)
    reminders = _reminders(period)
    grace = _number(period, "grace_days", 0, MOST_GRACE) if "grace_days" in period else None
    letter_number, dated = _request_letter(period)
    trial = period.truth("trial") if "trial" in period else None
    levels = read_levels(period)
    institution = _group(root, "institution", ("name", "help_contact"), "the institution")
    province = _group(root, "province", ("code", "name"), "the province")
    province_code = _region_code(province, re.compile(r"\d{2}"), "a province", '"31"')
    year = _number(period, "data_year", 2000, 2100)
    name, help_contact = institution.text("name"), institution.text("help_contact")
    check_phone(institution, help_contact)
    province_name = province.text("name")
    days = _number(root, "invitation_days", 1, 365, DAYS)
    regions = _regions(root, province_code, _known(frozen))
    staff = read_staff(root, regions, levels)
    letters = letterheads(root, [province_code, *(region.code for region in regions)])
    if problems.errors or frozen is None:
        raise RosterError(
            sorted(
                problems.noted, key=lambda problem: (problem.is_warning, problem.file, problem.line)
            )
        )
    plan = PeriodPlan(
        code, year, opens, deadline, verified, reminders, frozen.instrument, frozen.texts, letter_number,
        dated, grace, trial, levels,
    )  # fmt: skip
    return ParsedRoster(
        file,
        digest,
        plan,
        name,
        help_contact,
        days,
        province_code,
        province_name,
        regions,
        staff,
        tuple(problems.noted),
        letters,
    )


def _group(fields: Fields, key: str, known: tuple[str, ...], what: str) -> Fields:
    """Return the fields of a group of keys; a missing group gives empty ones, reported once only."""
    node = fields.take(key)
    if isinstance(node, Mapping):
        return Fields(node, fields.problems, known, what)
    if isinstance(node, Scalar) and not node.text:
        fields.problems.add("empty_text", node, key=key)
    elif node is not None:
        fields.problems.add(
            "wrong_type", node, key=key, wanted="a group of keys", found=kind_of(node)
        )
    empty = Mapping(fields.node.file, fields.node.line, ())
    return Fields(empty, RosterProblems(), known, what)


def _instrument(period: Fields, code: str, place: Place) -> Frozen | None:
    """Load an instrument: a bundled code, a folder beside the roster (with a slash), or one in use."""
    problems, name = period.problems, period.text("instrument")
    if not name:
        return None
    node, in_use = period.at("instrument"), place if isinstance(place, dict) else {}
    others = [one for one, _ in in_use.values()]
    known = tuple(dict.fromkeys((*bundled_codes(), *others)))
    if "/" in name and isinstance(place, dict):
        problems.add(own("no_folder_here"), node, text=name, allowed=", ".join(known))
        return None
    if "/" not in name and name not in known and not isinstance(place, GivenInstrument):
        what, close = "the instruments", nearest(name, known)
        allowed = ", ".join(known)
        problems.add("unknown_reference", node, close, text=name, what=what, allowed=allowed)
        return None
    try:
        if isinstance(place, GivenInstrument):
            texts = place.texts
        else:
            texts = _in_use(in_use, code, name) or read_directory(
                place / name if isinstance(place, Path) and "/" in name else BUNDLED / name
            )
        instrument = load_texts(texts)
    except InstrumentError as error:
        problems.noted.extend(error.problems)
        return None
    if not instrument.complete:
        missing = "; ".join(instrument.missing)
        problems.add(own("skeleton"), node, code=instrument.code, missing=missing)
    return Frozen(instrument, texts)


def _in_use(in_use: InUse, period: str, name: str) -> dict[str, str] | None:
    """Return what this period has frozen under the name; of other periods only what is not bundled."""
    if period in in_use and in_use[period][0] == name:
        return in_use[period][1]
    if name in bundled_codes():
        return None
    return next((texts for code, texts in reversed(in_use.values()) if code == name), None)


def _dates(period: Fields, today: date | None) -> tuple[date, date, date]:
    names = ("opens", "deadline", "verification_deadline")
    dates = [_date(period, name) for name in names]
    for i in (1, 2):
        before, this = dates[i - 1], dates[i]
        if before is not None and this is not None and this < before:
            period.problems.add(
                own("dates_backwards"),
                period.at(names[i]),
                key=names[i],
                text=this,
                other=names[i - 1],
                bound=before,
            )
    if today is not None:
        check_days(period, dates, today)
    opens, deadline, verified = (one or date.min for one in dates)
    return opens, deadline, verified


def _reminders(period: Fields) -> tuple[int, ...]:
    """Return the days from the deadline, in order; the bot's own where the roster names none."""
    if "reminders" not in period:
        return REMINDERS
    days: set[int] = set()
    for node in period.items("reminders"):
        text = node.text if isinstance(node, Scalar) else kind_of(node)
        day = int(text) if WHOLE.fullmatch(text) else None
        if day is None or not EARLIEST <= day <= LATEST:
            params = {"text": text, "least": EARLIEST, "most": LATEST}
            period.problems.add(own("bad_reminder"), node, **params)
        elif day in days:
            period.problems.add(own("duplicate_reminder"), node, text=text)
        else:
            days.add(day)
    return tuple(sorted(days))


def _request_letter(period: Fields) -> tuple[str, date | None]:
    """Return the letter by which the data were asked for; a date alone names none."""
    letter_number = period.text("letter_number") if "letter_number" in period else ""
    dated = _date(period, "letter_date") if "letter_date" in period else None
    if dated and "letter_number" not in period:
        period.take("letter_number")
    return letter_number, dated


def _date(fields: Fields, key: str) -> date | None:
    node = fields.take(key)
    if node is None:
        return None
    text = node.text if isinstance(node, Scalar) else kind_of(node)
    if not text.strip():
        fields.problems.add("empty_text", node, key=key)
        return None
    try:
        if not DATE.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        fields.problems.add(own("bad_date"), node, key=key, text=text)
        return None


def _number(fields: Fields, key: str, least: int, most: int, default: int | None = None) -> int:
    if default is not None and key not in fields:
        return default
    before = len(fields.problems.noted)
    value = fields.whole(key)
    if len(fields.problems.noted) == before and not least <= value <= most:
        params = {"key": key, "found": value, "least": least, "most": most}
        fields.problems.add(own("out_of_range"), fields.at(key), **params)
    return value


def _region_code(fields: Fields, shape: re.Pattern[str], what: str, like: str) -> str:
    text = fields.text("code")
    if text and not shape.fullmatch(text):
        fields.problems.add(
            own("bad_region_code"), fields.at("code"), text=text, what=what, like=like
        )
    return text


def _regions(root: Fields, province: str, known: KnownInstrument | None) -> tuple[RegionPlan, ...]:
    nodes = root.items("regions")
    if not nodes and isinstance(root.at("regions"), Sequence):
        root.problems.add(own("nothing_in"), root.at("regions"), key="regions")
    tables = [Fields(node, root.problems, REGION, "a region") for node in nodes]
    regions = tuple(_region(table, province, known) for table in tables)
    places = [table.at("code") for table in tables]
    check_names(
        [
            (where, region.name, (region.code, region.name, *region.aliases))
            for where, region in zip(places, regions, strict=True)
        ],
        [region.code for region in regions],
        "the regions",
        root.problems,
    )
    return regions


def _known(frozen: Frozen | None) -> KnownInstrument | None:
    if frozen is None:
        return None
    numbers = {str(indicator.no): indicator.no for indicator in frozen.instrument}
    codes = {indicator.code: str(indicator.no) for indicator in frozen.instrument}
    return KnownInstrument(frozen.instrument, numbers, codes)


def _region(fields: Fields, province: str, known: KnownInstrument | None) -> RegionPlan:
    code = _region_code(fields, REGION_CODE, "a regency or city", '"31.71"')
    if REGION_CODE.fullmatch(code) and province and not code.startswith(f"{province}."):
        fields.problems.add(
            own("region_elsewhere"), fields.at("code"), code=code, province=province
        )
    kind, name = fields.word("kind", ("kota", "kabupaten")), fields.text("name")
    zone = fields.word("zone", ("WIB", "WITA", "WIT"))
    aliases = fields.texts("aliases") if "aliases" in fields else ()
    nodes = fields.items("units")
    if not nodes and isinstance(fields.at("units"), Sequence):
        fields.problems.add(own("nothing_in"), fields.at("units"), key="units")
    tables = [Fields(node, fields.problems, UNIT, "a unit") for node in nodes]
    units = tuple(_unit(table, known) for table in tables)
    check_names(
        [
            (table.at("code"), unit.code, (unit.code, unit.name, unit.short, *unit.aliases))
            for table, unit in zip(tables, units, strict=True)
        ],
        [unit.code for unit in units],
        f"the units of {name}",
        fields.problems,
    )
    region = RegionPlan(code, kind, name, zone, aliases, units)
    check_owed(region, known.instrument if known else None, fields.node, fields.problems)
    return region


def _unit(fields: Fields, known: KnownInstrument | None) -> UnitPlan:
    code = fields.code("code")
    name, short = fields.text("name"), fields.text("short", SHORT)
    aliases = fields.texts("aliases") if "aliases" in fields else ()
    role = fields.word("role", ("coordinator", "contact")) if "role" in fields else "contact"
    owes = _owed(fields, code, known)
    seats = _number(fields, "seats", 1, 20, 1)
    coordinates = role == "coordinator"
    if not coordinates and "owes" not in fields:
        fields.take("owes")
    elif isinstance(given := fields.at("owes"), Sequence) and not given.items and not coordinates:
        fields.problems.add(own("owes_nothing"), fields.at("owes"), code=code)
    return UnitPlan(code, name, short, aliases, owes, seats, coordinates)


def _owed(fields: Fields, code: str, known: KnownInstrument | None) -> tuple[int, ...]:
    owed: list[int] = []
    for node in fields.items("owes") if "owes" in fields else ():
        indicator_no = _indicator(node, fields, known)
        if indicator_no in owed:
            fields.problems.add(own("duplicate_owed"), node, code=code, number=indicator_no)
        elif indicator_no is not None:
            owed.append(indicator_no)
    return tuple(owed)


def _indicator(node: Node, fields: Fields, known: KnownInstrument | None) -> int | None:
    text = node.text if isinstance(node, Scalar) else kind_of(node)
    if known is None:  # the instrument itself is wrong, which is told
        return int(text) if WHOLE.fullmatch(text) else None
    if text in known.numbers:
        return known.numbers[text]
    close = known.codes.get(nearest(text, known.codes) or "")
    allowed = ", ".join(known.numbers)
    fields.problems.add("unknown_indicator", node, close, text=text, allowed=allowed)
    return None
