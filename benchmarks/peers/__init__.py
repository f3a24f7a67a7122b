"""Other bots at the same work, each a process of its own on one core; the aiogram ones in .venv-bench."""
