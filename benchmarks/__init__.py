"""Measurements and campaigns against the real process; figures are written to `results/`."""
