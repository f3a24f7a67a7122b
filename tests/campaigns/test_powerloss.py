"""Power loss in short: some frames of a played season's WAL."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from benchmarks import powerloss
from bot.storage.database import connect


@pytest.mark.campaign
def test_what_was_shown_is_there_after_power_is_lost(tmp_path: Path) -> None:
    result = powerloss.run(tmp_path, seed=3, every=23, workers=1)
    assert result["complaints"] == []
    assert result["receipts_shown"] >= 22
    assert result["cuts_whole"] > 5


def test_a_file_that_lacks_what_was_shown_is_noticed(tmp_path: Path) -> None:
    run = powerloss.Found(tmp_path)
    with closing(connect(run.base)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("INSERT INTO settings VALUES ('one', '1')")
        run.receipts.append(powerloss.Said(2, 7, "Tersimpan · R-0007"))
        run.letters.append((9, "5 halo"))
        target = tmp_path / "cut.db"
        frames = run.frames()
        powerloss.cut(run, target, frames, "whole")
        lost = powerloss.examined(run, target, frames, "whole")
        powerloss.cut(run, target, 1, "half")
        kept = powerloss.examined(run, target, 1, "half")
    assert any("R-0007" in one for one in lost)
    assert not any("R-0007" in one for one in kept)


@pytest.mark.parametrize("split", [False, True])
def test_syncs_are_read_from_the_trace(split: bool) -> None:
    log = [
        '7 100.5 pwrite64(4</x/s.db-wal>, "7"..., 32, 0) = 32 <0.1>',
        '7 100.7 pwrite64(4</x/s.db-wal>, "7"..., 4120, 32) = 4120 <0.1>',
        '7 100.8 pwrite64(3</x/s.db>, "7"..., 4096, 0) = 4096 <0.1>',
    ]
    log += (
        [
            "7 101.0 fdatasync(4</x/s.db-wal> <unfinished ...>",
            "7 101.5 <... fdatasync resumed>) = 0 <0.5>",
        ]
        if split
        else ["7 101.0 fdatasync(4</x/s.db-wal>) = 0 <0.5>"]
    )
    log += ['7 102.0 pwrite64(4</x/s.db-wal>, "7"..., 4120, 4152) = 4120 <0.1>']
    moments = powerloss.durable(log, 4120)
    assert powerloss.safe_at(moments, 101.4) == 0
    assert powerloss.safe_at(moments, 103.0) == 1
