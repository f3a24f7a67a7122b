"""The stage of the end-to-end tests, for the complaints that only show over HTTP."""

from __future__ import annotations

from tests.e2e.conftest import box, stage

__all__ = ["box", "stage"]
