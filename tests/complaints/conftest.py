"""The stage of the end-to-end tests, for the complaints that only show over HTTP."""

from __future__ import annotations

from tests.e2e.conftest import server, stage

__all__ = ["server", "stage"]
