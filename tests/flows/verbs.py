"""What verbs are called in the code, those that a walk has for itself included."""

from __future__ import annotations

import inspect
import re

from flows.model.buttons import Verb
from flows.route_table import WALKS

DECLARED = [
    (value, name)
    for walk in WALKS
    for name, value in re.findall(r'^(\w+) = OwnVerb\("(.*?)"\)$', inspect.getsource(walk), re.M)
]
"""Verbs that walks have for themselves, with their names."""
NAMES: dict[str, str] = {**{verb.value: verb.name for verb in Verb}, **dict(DECLARED)}
