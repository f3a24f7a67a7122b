"""One's own roster and instrument in the demo: played from its first day, recorded, and rehearsed; only read."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.command_errors import Failure
from bot.cli.demo_command import demo
from bot.cli.own_roster import own_roster
from bot.cli.rehearsing import rehearsed
from bot.demo.botapi import SimulatedPerson
from bot.demo.lifecycle import running
from bot.demo.rehearsal.over_http import LOOK, settled
from bot.demo.rehearsal.rehearsal_model import OWN, Rehearsal
from bot.demo.rehearsal.rehearsal_reader import read_rehearsal
from scoring import InstrumentError
from scoring.load import BUNDLED

ROSTER = """\
period:
  code: "2030"
  instrument: permenkumham-25-2013
  data_year: 2029
  opens: 2030-02-04
  deadline: 2030-03-29
  verification_deadline: 2030-05-15
institution: {name: Kanwil Contoh, help_contact: "Bidang HAM, 021-1234567"}
province: {code: "33", name: Jawa Tengah}
regions:
  - code: "33.74"
    kind: kota
    name: Semarang
    zone: WIB
    units:
      - {code: dinkes, name: Dinas Kesehatan Kota Semarang, short: Dinkes, owes: [1, 2, 3, 4, 5, 6, 7, 8]}
      - {code: dinsos, name: Dinas Sosial, short: Dinsos, owes: [9, 10, 11, 12, 13, 14, 15, 16, 17]}
staff:
  - {name: Rina, role: kanwil}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "semarang.yaml"
    place.write_text(ROSTER, encoding="utf-8")
    return place


def known(people: list[SimulatedPerson], label: str) -> SimulatedPerson:
    return next(one for one in people if one.account.label == label)


async def recorded(path: Path, file: Path) -> Rehearsal:
    """Play a little with the roster, and return what was recorded."""
    async with running(path, state=OWN, limits="off", roster=own_roster(str(file), None)) as demo:
        assert demo.stage.state == OWN
        assert demo.stage.clock().date() == date(2030, 2, 4)
        assert (await demo.stage.view())["states"][0]["code"] == OWN
        dinkes = known(demo.server.people(), "Kontak Dinkes")
        assert {one.account.label for one in demo.server.people()} == {
            "Kontak Dinkes", "Kontak Dinsos", "Kanwil",
        }  # fmt: skip
        dinkes.open_link(str(dinkes.account.start_link))
        await dinkes.wait_for("Dinas Kesehatan Kota Semarang")
        dinkes.send("/lanjut")
        await dinkes.wait_for("Angka kematian ibu")
        with closing(sqlite3.connect(path)) as letters:
            while not await settled(demo.recorder, letters):
                await asyncio.sleep(LOOK)
        text = demo.recorder.text("Semarang")
    return read_rehearsal(text, "semarang-latihan.yaml")


async def test_it_is_played_recorded_and_rehearsed(file: Path, tmp_path: Path) -> None:
    rehearsal = await recorded(tmp_path / "demo.db", file)
    assert rehearsal.state == OWN
    played, _ = await rehearsed(rehearsal, roster=own_roster(str(file), None))
    assert played.ok, played.problem
    with pytest.raises(LookupError):
        await rehearsed(rehearsal)


def test_an_instrument_takes_the_place_of_the_rosters_own(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "instrumen"
    shutil.copytree(BUNDLED / "permenkumham-25-2013", folder)
    text = (folder / "instrument.yaml").read_text(encoding="utf-8")
    (folder / "instrument.yaml").write_text(
        re.sub(r"(?m)^title: .*$", "title: Rancangan", text, count=1), encoding="utf-8"
    )
    for roster in (str(file), None):
        plan = own_roster(roster, folder)
        assert plan is not None
        assert plan.period.instrument.title.startswith("Rancangan ")
    file.write_text(ROSTER.replace("permenkumham-25-2013", "milik-kami"), encoding="utf-8")
    assert own_roster(str(file), folder) is not None
    with pytest.raises(InstrumentError, match="unknown_reference"):
        own_roster(str(file), None)
    assert own_roster(None, None) is None
    assert ROSTER.replace("permenkumham-25-2013", "milik-kami") == file.read_text(encoding="utf-8")


def test_faults_are_named_as_in_setup(file: Path, tmp_path: Path) -> None:
    file.write_text(ROSTER.replace("zone: WIB", "zone: UTC"), encoding="utf-8")
    answers = [
        CliRunner().invoke(app, [*words, str(file)], catch_exceptions=True)
        for words in (["setup", "--database", str(tmp_path / "x.db")], ["demo", "--roster"])
    ]
    assert {one.exit_code for one in answers} == {2}
    assert "`UTC` is not known for `zone`" in answers[0].output
    assert answers[0].output == answers[1].output
    with pytest.raises(Failure, match="no such folder"):
        own_roster(str(file), tmp_path / "nowhere")


def test_what_does_not_go_together_is_refused(file: Path, tmp_path: Path) -> None:
    with pytest.raises(Failure, match="--state: leave it out"):
        demo(state="mid", roster=str(file))
    with pytest.raises(Failure, match="--copy: leave it out"):
        demo(copy=True, database=tmp_path / "a.db", roster=str(file))
    run = CliRunner().invoke
    own = tmp_path / "own.yaml"
    shipped = Path("tests/rehearsals/satu-hak-dengan-bukti.yaml").resolve()
    own.write_text(
        re.sub(r"(?m)^state: .*", "state: own", shipped.read_text(encoding="utf-8")),
        encoding="utf-8",
    )
    answer = run(app, ["rehearse", str(own)])
    assert (answer.exit_code, "Give it with --roster FILE" in answer.output) == (2, True)
    answer = run(app, ["rehearse", str(shipped), "--roster", str(file)])
    assert (answer.exit_code, "Leave --roster out" in answer.output) == (2, True)
