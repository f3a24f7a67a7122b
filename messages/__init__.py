"""Every sentence that people read, one Jinja2 file per message, Indonesian first.

`render(name, view)` gives Telegram HTML, `label(code, view)` the plain text of a button. User text is
escaped by the environment; a variable that is missing is an error. Imports nothing of ours.
"""

from messages.environment import environment, everyday_words, label, names, render, typed_words
from messages.preloading import preload
from messages.problems import problem, problem_codes

__all__ = [
    "environment",
    "everyday_words",
    "label",
    "names",
    "preload",
    "problem",
    "problem_codes",
    "render",
    "typed_words",
]
