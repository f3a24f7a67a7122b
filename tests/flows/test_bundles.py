"""Evidence as archives: how much it is said to be, and from when it is the operator's to make."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from flows.model import bundles
from flows.model.answer_state import Proof, ProofState
from flows.model.facts import Desk
from flows.model.tasks import Task
from messages import render
from scoring import load_bundled
from scoring.replacing import replace
from tests.support import INSTRUMENT

FILE = Proof(
    1, "document", "F", "a.pdf", 1, ProofState.STORED, "Siti", datetime(2017, 3, 1, tzinfo=UTC)
)


def desk(*sizes: int) -> Desk:
    proofs = tuple(replace(FILE, size=size) for size in sizes)
    refused = replace(FILE, size=10**9, state=ProofState.REFUSED)
    coming = replace(FILE, size=10**9, state=ProofState.WAITING)
    task = Task(load_bundled(INSTRUMENT).indicator(1), None, proofs=(*proofs, refused, coming))
    return Desk(None, None, (task,))


@pytest.mark.parametrize(
    ("sizes", "files", "megabytes", "parts", "buttons", "text"),
    [
        ((), 0, "0.0", 1, 0, "Belum ada data dukung"),
        ((1,), 1, "0.1", 1, 1, "1 berkas, 0,1 MB. Bundel dikirim ke sini sebagai satu berkas ZIP"),
        ((45_000_000,), 1, "45.0", 1, 1, "satu berkas ZIP"),
        ((45_000_000, 1), 2, "45.1", 2, 1, "sekitar 2 berkas ZIP"),
        ((45_000_000,) * 10, 10, "450.0", 10, 1, "sekitar 10 berkas ZIP"),
        ((45_000_000,) * 11, 11, "495.0", 11, 0, "<code>peduli-ham bundle x</code>"),
    ],
)  # fmt: skip
def test_size_is_said_before(
    sizes: tuple[int, ...], files: int, megabytes: str, parts: int, buttons: int, text: str
) -> None:
    message = bundles.offered([desk(*sizes)], 7, 3, "Jakarta Pusat", "peduli-ham bundle x")
    assert (message.view["files"], message.view["parts"]) == (files, parts)
    assert message.view["megabytes"] == Decimal(megabytes)
    assert sum(map(len, message.keyboard)) == buttons
    assert text in render("papers/bundle", message.view)
