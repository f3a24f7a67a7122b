"""The papers of a season that can be signed: each is data (`frame`), made of what a period holds.

`pdf`, `word` and `sheet` lay the same paper out; `proof` is what every page carries of the record.
"""
