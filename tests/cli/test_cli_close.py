"""`peduli-ham close`: what is open, closed once, opened again with a reason; refusals in one line."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Peduli


@pytest.fixture
def period(peduli: Peduli) -> None:
    peduli("setup", "jakarta-pusat")


@pytest.mark.usefixtures("period")
def test_it_shows_what_is_open_and_closes_only_when_told_to(peduli: Peduli) -> None:
    shown = peduli("close")
    assert shown.exit_code == 2
    assert shown.stderr == "Nothing was closed. Give --yes to close without being asked.\n"
    assert "Jakarta Pusat" in shown.stdout
    assert "0 of 11 offices will hear their result; not reached: " in shown.stdout
    done = peduli("close", "--yes")
    assert done.exit_code == 0
    assert "Closed, R-0002." in done.stdout
    assert peduli("verify").exit_code == 0
    again = peduli("close", "--yes")
    assert again.exit_code == 2
    assert again.stderr.startswith("Period 2017 is closed since ")
    assert again.stderr.count("\n") == 1


@pytest.mark.usefixtures("period")
def test_it_is_opened_again_for_a_reason_and_to_a_day_that_lies_ahead(peduli: Peduli) -> None:
    peduli("close", "--yes")
    for words, refusal in (
        ("--reopen-until besok --reason Keliru", "besok: not a day. Write it as 2017-05-22."),
        ("--reopen-until 2017-01-01 --reason Keliru", "2017-01-01: too early. From "),
        (
            "--reopen-until 2999-01-01",
            "Give --reason: one sentence that says why; it goes on record.",
        ),
        ("--province 99", "99: no such province. Known: 31."),
    ):
        done = peduli("close", *words.split())
        assert done.exit_code == 2
        assert done.stderr.startswith(refusal), done.stderr
    done = peduli("close", "--reopen-until", "2999-01-01", "--reason", "Satu UKPD tertinggal.")
    assert done.stdout == "Verification is open again until 2999-01-01, R-0003.\n"
    assert peduli("close", "--yes").exit_code == 0
    assert peduli("verify").exit_code == 0
