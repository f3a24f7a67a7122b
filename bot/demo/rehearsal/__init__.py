"""Rehearsals: what is played in the demo, written down as YAML, read back, played again and compared."""
