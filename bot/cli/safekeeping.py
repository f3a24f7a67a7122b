"""`peduli-ham verify`, `backup` and `restore`: is the record whole, a copy for safety, and back from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.atomic_files import Draft
from bot.cli.command_errors import Failure, need_file, using
from bot.cli.process_lock import giving_way, only_one, room
from bot.cli.proving import REASONS, whole, worded
from bot.cli.screen import say, steps
from bot.cli.settings import DatabaseOption, database_path, existing_database, files_folder
from bot.clock import iso, system_clock
from bot.ops import checkpoints
from bot.ops.checkpoints import CheckpointCode, CheckpointError
from bot.ops.evidence_copy import CopiedEvidence, copy_files, promised
from bot.ops.readers import verdict
from bot.portable import processors
from bot.storage.database import connect, in_transaction
from bot.storage.evidence_files import damaged
from bot.storage.migrations import refuse_newer
from bot.storage.record import Checkpoint, RecordVerdict
from bot.storage.restoring import resume
from bot.storage.setup import copy_into, faults_of, open_existing
from bot.terminal import known_as, phrase

UNUSABLE: dict[CheckpointCode, str] = {
    "not_signed": "{path}: not signed with {key}. Move it away, and the whole record is read.",
    "no_key": "{path}: its key {key} is gone. Move it away, and the whole record is read.",
    "no_checkpoint": "{path}: not a file that `verify --since` wrote. Give another name.",
}

FilesOption = Annotated[
    Path | None,
    typer.Option("--files", help="The evidence folder (else FILES, else peduli-ham-files)."),
]


def verify(
    database: DatabaseOption = None,
    files: FilesOption = None,
    paper: Annotated[
        str | None,
        typer.Option(
            "--paper", metavar="CODE|FILE", help="Only whether this paper still says the same."
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since",
            metavar="FILE",
            help="Read only what came after this checkpoint, and move it on; made where absent.",
        ),
    ] = None,
) -> None:
    """Recompute the chain of every period; prints the last hash of each, to be noted elsewhere."""
    path = existing_database(database)
    if paper is not None:
        _check_paper(path, paper)
        return
    processes = room(path)
    kept = _checkpoint(since) if since else None
    with (
        steps(phrase("reads the record"), phrase("reads the files")) as step,
        using(path),
    ):
        checkpoint, folder = kept.checkpoint if kept else None, files_folder(files)
        result, fault = giving_way(path, lambda: _read(path, folder, checkpoint, processes, step))
    for code, head in result.heads.items():
        say(phrase("period {code}: head {head}", code=code, head=head))
    if result.broken:
        raise Failure(
            phrase("{path}: BROKEN at {worded}.", path=path, worded=worded(result.broken)), code=1
        )
    if fault:
        entry, why = fault
        raise Failure(
            phrase(
                "{path}: BROKEN at entry {entry}: {why}.",
                path=path,
                entry=entry,
                why=known_as(REASONS[why]),
            ),
            code=1,
        )
    if since:
        _move_on(since, result)
    _tell_whole(path, result, kept)


def _read(
    path: Path,
    folder: Path,
    since: Checkpoint | None,
    processes: int,
    step: Callable[[], None],
) -> tuple[RecordVerdict, tuple[int, str] | None]:
    """Read the record, and where it holds the files of what was read; a fault is an entry and why."""
    with closing(open_existing(path)) as connection:
        result = verdict(path, connection, since, room=processes)
        step()
        return result, None if result.broken else damaged(connection, folder, after=result.begun)


def _tell_whole(path: Path, result: RecordVerdict, kept: checkpoints.KeptCheckpoint | None) -> None:
    """Say that a record holds, and what of it was not read again."""
    if kept is None or not result.begun:
        say(
            phrase("{path}: whole, {entries}, files included.", path=path, entries=_entries(result))
        )
        return
    say(
        phrase(
            "{path}: whole, {entries}. Read were the {new} since {at}, their files included; "
            "what is older, only that it ends as it did then.",
            path=path,
            entries=_entries(result),
            new=result.entries - result.begun,
            at=kept.at,
        )
    )


def _checkpoint(path: Path) -> checkpoints.KeptCheckpoint | None:
    """Read a checkpoint; a Failure says why it counts for nothing."""
    try:
        return checkpoints.read(path)
    except CheckpointError as error:
        words = known_as(UNUSABLE[error.code])
        raise Failure(words.format(path=path, key=checkpoints.key_of(path))) from None
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None


def _move_on(path: Path, result: RecordVerdict) -> None:
    """Note how far the record was whole."""
    try:
        checkpoints.write(path, result.until, iso(system_clock()))
    except OSError:
        raise Failure(
            phrase(
                "{parent}: no permission to write there. Give another folder.", parent=path.parent
            )
        ) from None


def _check_paper(path: Path, paper: str) -> None:
    """Compare a paper with the record, which must be whole for that."""
    from bot.cli.paper_commands import check_paper

    processes = room(path)
    with steps(phrase("reads the record")):
        giving_way(path, lambda: whole(path, processes))
    check_paper(path, paper)


def backup(
    target: Annotated[Path, typer.Argument(help="The new file; it must not exist.")],
    database: DatabaseOption = None,
    files_to: Annotated[
        Path | None,
        typer.Option(
            "--files-to",
            metavar="FOLDER",
            help="Copy the evidence there; it may hold older copies.",
        ),
    ] = None,
    files: FilesOption = None,
) -> None:
    """Copy the database into one file while the bot runs, and verify the copy."""
    path = existing_database(database)
    processes = room(path)
    folder = files_folder(files)
    with (
        Draft(target) as draft,
        steps(phrase("copies the record and examines it"), phrase("copies the files")) as step,
        using(path),
        closing(open_existing(path)) as source,
    ):
        result = _copied(
            source, draft, lambda: giving_way(path, lambda: _examined(draft.path, processes))
        )
        step()
        with closing(open_existing(draft.path)) as copy:
            count = len(promised(copy))
            kept = copy_files(copy, folder, files_to) if files_to else None
    say(
        phrase(
            "{target}: copied and verified, {entries}, {st_size} bytes.",
            target=target,
            entries=_entries(result),
            st_size=target.stat().st_size,
        )
    )
    for code, head in result.heads.items():
        say(phrase("period {code}: head {head}", code=code, head=head))
    if kept is not None:
        _tell(kept, folder, files_to)
    elif count:
        say(
            phrase(
                "Not copied: {files} of evidence in {folder}. Give --files-to FOLDER.",
                files=_files(count),
                folder=folder,
            )
        )


def restore(
    source: Annotated[Path, typer.Argument(help="A copy that `backup` or a replica made.")],
    database: DatabaseOption = None,
    files_from: Annotated[
        Path | None,
        typer.Option("--files-from", metavar="FOLDER", help="Bring the evidence back from there."),
    ] = None,
    files: FilesOption = None,
    aside: Annotated[
        bool,
        typer.Option("--aside", help="Keep the database that is there as FILE.before, not refuse."),
    ] = False,
) -> None:
    """Put a copy in the place of a lost database, verified, so that the bot goes on from it."""
    need_file(source, phrase("a copy that `peduli-ham backup` made"), "")
    refuse_newer(source)
    path = database_path(database)
    folder = files_folder(files)
    with only_one(path):
        there = _in_the_way(path)
        if there and not aside:
            raise Failure(
                phrase(
                    "{there}: exists, and a restore replaces nothing. Move it away first, or give"
                    " --aside.",
                    there=there,
                )
            )
        with Draft(path, gives_way=aside) as draft:
            until, count, kept = _resumed(source, draft, files_from, folder)
            kept_as = _put_aside(path) if there else None
    if kept_as:
        say(phrase("{path}: what was there is {kept_as} now.", path=path, kept_as=kept_as))
    say(
        phrase(
            "{path}: restored; the last entry is of {value}.",
            path=path,
            value=until or phrase("no day: it is empty"),
        )
    )
    say(phrase("What was stored after it is not there: those questions are open again."))
    if kept is not None:
        _tell(kept, files_from, folder)
    elif count:
        say(
            phrase(
                "{files} of evidence must be in {folder}: see `peduli-ham verify`.",
                files=_files(count).capitalize(),
                folder=folder,
            )
        )


def _resumed(
    source: Path, draft: Draft, files_from: Path | None, folder: Path
) -> tuple[str | None, int, CopiedEvidence | None]:
    """Copy and examine; return when its last entry was, and how many files it names and were copied."""
    with steps(phrase("copies the record and examines it"), phrase("copies the files")) as step:
        with using(source), closing(open_existing(source)) as copy:
            _copied(copy, draft, lambda: _examined(draft.path, processors()))
        step()
        with using(draft.target), closing(connect(draft.path)) as copy:
            until = in_transaction(copy, lambda db: resume(db, iso(system_clock())))
            kept = copy_files(copy, files_from, folder) if files_from else None
            return until, len(promised(copy)), kept


def _in_the_way(path: Path) -> Path | None:
    """Return a database that is there, or a log of another life, which would be played into a copy."""
    wal = path.with_name(f"{path.name}-wal")
    if path.exists():
        return path
    return wal if wal.exists() and wal.stat().st_size else None


def _put_aside(path: Path) -> Path:
    """Give a database that is there a name of its own, its log with it; return that name."""
    names = (path.with_name(f"{path.name}.before{count or ''}") for count in (0, *range(2, 1000)))
    aside = next(name for name in names if not name.exists())
    for tail in ("", "-wal", "-shm"):
        part = path.with_name(path.name + tail)
        if part.exists():
            part.rename(aside.with_name(aside.name + tail))
    return aside


def _tell(kept: CopiedEvidence, source: Path | None, target: Path | None) -> None:
    say(
        phrase(
            "{target}: {files} of evidence, {new} new.",
            target=target,
            files=_files(kept.files),
            new=kept.new,
        )
    )
    if kept.lost:
        entries = ", ".join(str(one) for one in kept.lost[:5])
        more = phrase(" and {count} more", count=len(kept.lost) - 5) if len(kept.lost) > 5 else ""
        raise Failure(
            phrase(
                "{source}: the files of entries {entries}{more} are lost or changed.",
                source=source,
                entries=entries,
                more=more,
            ),
            code=1,
        )


def _files(count: int) -> str:
    return phrase("1 file") if count == 1 else phrase("{count} files", count=count)


def _examined(path: Path, processes: int) -> RecordVerdict | str:
    """Return what a copy's record proves; the first fault where the file itself is damaged."""
    with closing(open_existing(path)) as copy:
        faults = faults_of(copy)
        return faults[0] if faults else verdict(path, copy, room=processes)


def _copied(
    source: sqlite3.Connection, draft: Draft, examine: Callable[[], RecordVerdict | str]
) -> RecordVerdict:
    """Copy a database and examine the copy; a Failure says what is wrong with it."""
    copy_into(source, draft.open())
    result = examine()
    if isinstance(result, str):
        raise Failure(
            phrase(
                "{target}: not made; the copy is damaged: {faults}.",
                target=draft.target,
                faults=result,
            ),
            code=1,
        )
    if result.broken:
        reason = phrase("the record is broken at {worded}", worded=worded(result.broken))
        raise Failure(
            phrase(
                "{target}: not made; {reason}. See `peduli-ham verify`.",
                target=draft.target,
                reason=reason,
            ),
            code=1,
        )
    return result


def _entries(result: RecordVerdict) -> str:
    return (
        phrase("1 entry")
        if result.entries == 1
        else phrase("{entries} entries", entries=result.entries)
    )
