"""The names at the top of an OLE file (.doc, .xls, .msi …), which tell what it is. Reads nothing else."""

from __future__ import annotations

ENTRY, END, MOST = 128, 0xFFFFFFFA, 4096


def entries(content: bytes) -> set[str]:
    """Return the names beside the root, in small letters; none where the file is broken."""
    sector = 1 << min(_number(content, 0x1E, 2), 12)
    tables = [_number(content, 0x4C + 4 * place) for place in range(109)]
    directory, at, seen = b"", _number(content, 0x30), set[int]()
    while at < END and at not in seen and len(seen) < MOST:
        seen.add(at)
        directory += content[(at + 1) * sector : (at + 2) * sector]
        table, place = divmod(at, sector // 4 or 1)
        if table >= len(tables) or tables[table] >= END:
            break
        at = _number(content, (tables[table] + 1) * sector + 4 * place)
    names, waiting, done = set[str](), [_number(directory, 0x4C)], set[int]()
    while waiting:
        place = waiting.pop()
        start = place * ENTRY
        if place in done or start + ENTRY > len(directory):
            continue
        done.add(place)
        length = max(min(_number(directory, start + 0x40, 2), 64) - 2, 0)
        names.add(directory[start : start + length].decode("utf-16-le", "replace").casefold())
        waiting += [_number(directory, start + 0x44), _number(directory, start + 0x48)]
    return names


def _number(content: bytes, at: int, size: int = 4) -> int:
    """Return a number, 0xFFFFFFFF where the file ends before it."""
    piece = content[at : at + size]
    return int.from_bytes(piece, "little") if len(piece) == size else 0xFFFFFFFF
