"""The running bot imports neither httpx nor cryptography, and PTB can still have its own layer of requests."""

from __future__ import annotations

import subprocess
import sys

from tests.support import ROOT

ASKED = """
import sys
import bot.cli.serving
assert not {"httpx", "cryptography"} & set(sys.modules)
from telegram import Bot
assert type(Bot("1:a").request).__module__ == "telegram.request._httpxrequest"
assert "httpx" in sys.modules
import cryptography
"""


def test_what_is_never_used_is_not_imported() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
