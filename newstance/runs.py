"""Runs that can be interrupted: a folder of finished parts, which one process holds at a time."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from newstance.blocks import BLOCK
from newstance.errors import NewstanceError, OnError
from newstance.files import read_text, replacing_file
from newstance.model import MANIFEST, shipped_model
from newstance.readers import Columns
from newstance.writers import WRITERS

RUN = ".run.json"


def describe_run(
    files: Sequence[Path],
    model: Path | None,
    columns: Columns,
    on_error: OnError,
    least: Sequence[float],
) -> dict[str, Any]:
    """What a run depends on; a run is resumed only if all of it is the same."""
    manifest = (model or shipped_model()) / MANIFEST
    return {
        "files": [[str(file), file.stat().st_size, file.stat().st_mtime_ns] for file in files],
        "model": hashlib.sha256(manifest.read_bytes()).hexdigest(),
        "columns": asdict(columns),
        "on_error": on_error.value,
        "least": list(least),
        "block": BLOCK,
    }


@contextmanager
def running(parts: Path, run: dict[str, Any], *, resume: bool) -> Iterator[None]:
    """Hold the folder of a run's parts, made anew or found to be the same run's.

    Raises NewstanceError if another process holds it, or it is another run's. A run that fails
    before its first part leaves no folder.
    """
    is_new = not parts.exists() or (parts.is_dir() and not any(parts.iterdir()))
    with _locked(parts):
        if not is_new:
            _check_same_run(parts, run, resume=resume)
        with replacing_file(parts / RUN) as partial:
            partial.write_text(json.dumps(run), encoding="utf-8")
        try:
            yield
        except NewstanceError as error:
            if has_parts(parts):
                raise NewstanceError(
                    f"{error} What is finished is kept: go on with --resume."
                ) from None
            raise
        finally:
            if parts.exists() and not has_parts(parts):
                shutil.rmtree(parts)


@contextmanager
def _locked(parts: Path) -> Iterator[None]:
    """The folder, made if it is not there, while no other process holds it."""
    from filelock import FileLock, Timeout

    try:
        parts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NewstanceError(
            f"{parts}: cannot be written ({error.strerror}); choose a folder that you may write to."
        ) from None
    lock = FileLock(parts / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise NewstanceError(
            f"{parts}: another run is writing here; wait for it, or stop it."
        ) from None
    try:
        yield
    finally:
        lock.release()


def has_parts(folder: Path) -> bool:
    """Whether a run has left finished parts in a folder."""
    parts = (path for path in folder.rglob("*") if path.suffix.lower() in WRITERS)
    return any(not part.parent.name.startswith(".newstance-") for part in parts)


def _check_same_run(parts: Path, run: dict[str, Any], *, resume: bool) -> None:
    """What is done was done without bad rows if it stopped at them: it goes on with any rule."""
    if not resume:
        raise NewstanceError(
            f"{parts}: holds the parts of an earlier run; go on with --resume, "
            "or remove the folder to start anew."
        )
    try:
        before = json.loads(read_text(parts / RUN))
    except ValueError:
        before = None
    if before not in (run, {**run, "on_error": OnError.stop.value}):
        raise NewstanceError(
            f"{parts}: was begun with other files, options or another model; "
            "remove the folder to start anew."
        )
