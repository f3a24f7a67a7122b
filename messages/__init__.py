"""Every sentence that people read, one Jinja2 file per message, a folder per language, Indonesian first.

`render(name, view, language)` gives Telegram HTML, `label(code, view, language)` the plain text of a
button. User text is escaped; a variable that is missing is an error. Imports nothing of ours.
"""

from messages.environment import (
    LANGUAGES,
    environment,
    everyday_words,
    label,
    menu_line,
    names,
    render,
    spoken,
    typed_words,
)
from messages.languages import INDONESIAN
from messages.problem_words import problem, problem_codes
from messages.template_preloading import preload

__all__ = [
    "INDONESIAN",
    "LANGUAGES",
    "environment",
    "everyday_words",
    "label",
    "menu_line",
    "names",
    "preload",
    "problem",
    "problem_codes",
    "render",
    "spoken",
    "typed_words",
]
