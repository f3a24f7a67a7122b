"""Answers that somebody has already: tables of other tools, our own exports, files of `score`."""
