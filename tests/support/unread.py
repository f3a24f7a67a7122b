"""A pytest plugin of the mutation runs: nothing that was read or computed before is taken for a result.

They fork after the tests have been imported and run once, so a changed loader would find its own unchanged
results in caches and in constants of the tests, and seem to survive.
"""

from __future__ import annotations

import functools
import gc
import sys

import pytest

KEPT = ("tests", "tests.conftest", "tests.support", __name__)


def pytest_sessionstart() -> None:
    """Forget caches, and the test modules with their constants, before tests are collected."""
    _clear_caches()
    for name in [name for name in sys.modules if name.startswith("tests.") and name not in KEPT]:
        del sys.modules[name]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let each test read for itself, so that it counts as a test of what reads."""
    _clear_caches()


def _clear_caches() -> None:
    for kept in gc.get_objects():
        if isinstance(kept, functools._lru_cache_wrapper):
            kept.cache_clear()
