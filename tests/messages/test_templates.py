"""Every message is valid, fits a phone, and prints numbers and dates the Indonesian way."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta

from messages import environment, label, names, render
from messages.environment import FOLDER, LANGUAGES
from messages.languages import LABELS
from messages.printing import bold
from tests.support.tables import each_row

PRINTING = LANGUAGES["id"].printing
ROOT = Path(__file__).parent.parent.parent
TAGS = {"b", "i", "code", "blockquote"}
RENDERED = sorted((ROOT / "tests/flows/rendered").glob("*.txt"))


@each_row("name", names())
def test_a_missing_variable_is_an_error(name: str) -> None:
    loader = environment().loader
    assert loader is not None
    source, _, _ = loader.get_source(environment(), f"{name}.j2")
    wanted = meta.find_undeclared_variables(environment().parse(source))
    if wanted:
        with pytest.raises(jinja2.UndefinedError):
            render(name, {})


@each_row("path", RENDERED)
def test_said_html_is_what_telegram_takes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    opened: list[str] = []
    for closing, tag in re.findall(r"<(/?)([a-z]+)(?: expandable)?>", text):
        assert tag in TAGS
        if closing:
            assert opened.pop() == tag
        else:
            opened.append(tag)
    assert opened == []
    assert "{" not in text.replace("{{", "")
    assert "None" not in text
    assert "\n\n\n" not in re.sub(r"\n\n\w+: ", "\n", text)


def test_every_template_is_said_by_some_code() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("flows", "bot")
        for path in (ROOT / folder).rglob("*.py")
    )
    for name in names():
        folder, _, last = name.partition("/")
        is_said = (
            f'"{name}"' in code
            or folder in ("refused", "explained", "free")
            or "/link_" in name
            or "/told_" in name
            or "/refused_" in name
        )
        assert is_said, f"{name} is never said"
        assert last


def test_every_label_is_used() -> None:
    import tomllib

    labels = tomllib.loads((FOLDER.parent / LABELS).read_text(encoding="utf-8"))
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("flows", "bot")
        for path in (ROOT / folder).rglob("*.py")
    )
    for code_of_label in labels:
        known = f'"{code_of_label}"' in code or code_of_label.startswith(
            ("absence_", "bulk_", "judge_", "pass_", "submission_", "tick_")
        )
        assert known, f"label {code_of_label} is never used"


def test_user_text_is_escaped() -> None:
    text = render("staff/which", {"asked": "<b>&", "near": False, "more": 0})
    assert "&lt;b&gt;&amp;" in text
    assert label("region", {"name": "A & B"}) == "A & B"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Decimal("14250"), "14.250"), (Decimal("12.5"), "12,5"), (Decimal("84.21052631"), "84,2105"),
        (0, "0"), (Fraction(1, 3), "0,3333"), (Decimal("0.00005"), "0,0001"), (Decimal("1000000"), "1.000.000"),
        (Decimal("1E+25"), "10.000.000.000.000.000.000.000.000"),
    ],
)  # fmt: skip
def test_numbers(value: Decimal, printed: str) -> None:
    assert PRINTING.number(value) == printed


def test_dates_totals_and_units() -> None:
    assert PRINTING.date(date(2017, 3, 31)) == "31 Maret 2017"
    assert PRINTING.moment(datetime(2017, 3, 1, 9, 5, tzinfo=UTC)) == "1 Maret 2017 pukul 09.05"
    assert PRINTING.total(Decimal("76.5")) == "76,50"
    assert PRINTING.measure(Decimal("1.5"), "%") == "1,5%"
    assert PRINTING.measure(2, "kejadian") == "2 kejadian"
    assert bold("**a** <b>") == "<b>a</b> &lt;b&gt;"


def test_no_line_breaks_inside_a_range() -> None:
    rapat = environment().filters["rapat"]
    assert rapat("≤ 110") == "≤\u00a0110"
    assert rapat("20–23") == "20\u2060–\u206023"
