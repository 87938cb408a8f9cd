"""Archives: files of any size classified in constant memory, over processes, and resumed.

Input is cut into chunks. Each is classified by itself and written, whole or not at all, as a part
beside the output; when all are there they are joined. An interrupted run leaves its parts, and a
resumed one does the chunks that are missing: no row is lost or doubled.
"""

import hashlib
import itertools
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from newstance.classify import classify
from newstance.errors import NewstanceError
from newstance.files import read_text, replacing_file
from newstance.model import MANIFEST, Model, load_model, shipped_model
from newstance.readers import BadRow, Columns, read_rows
from newstance.records import OnError, Sentence, to_line
from newstance.writers import WRITERS, writer_for

CHUNK = 4096
RUN = "run.json"


def tell_nobody(_rows: int) -> None:
    """Take notice of progress and do nothing."""


def classify_rows(
    model: Model, rows: Iterable[Sentence | BadRow], on_error: OnError
) -> Iterator[Sentence]:
    """The classified sentences of rows; a bad row raises, is left out, or is kept with a remark."""
    for is_bad, group in itertools.groupby(rows, key=lambda row: isinstance(row, BadRow)):
        if not is_bad:
            yield from classify(model, (row for row in group if isinstance(row, Sentence)))
        elif on_error is not OnError.skip:
            for row in group:
                if isinstance(row, BadRow):
                    yield _kept(row, on_error)


def classify_files(
    files: Sequence[Path],
    output: Path,
    *,
    model: Path | None = None,
    columns: Columns | None = None,
    on_error: OnError = OnError.stop,
    n_jobs: int = 1,
    resume: bool = False,
    progress: Callable[[int], None] = tell_nobody,
) -> int:
    """Classify files into one output file, of the kind that its ending names; the number of rows.

    ``n_jobs`` processes, -1 for all, but never more than there are processors; ``progress`` is told
    the rows done so far. Raises NewstanceError for input that cannot be read,
    and if an interrupted run's parts stand there and it is not to be resumed, or was another run.
    """
    columns = columns or Columns()
    write = writer_for(output)
    codebook = load_model(model).codebook
    parts = output.with_name(f"{output.name}.parts")
    done = n_parts = 0
    with running(parts, describe_run(files, model, columns, on_error), resume=resume):
        for count in _parts(files, parts, model, columns, on_error, n_jobs):
            done += count
            n_parts += 1
            progress(done)
        with replacing_file(output) as partial:
            write(_joined(parts, n_parts), partial, codebook)
        shutil.rmtree(parts)
    return done


def describe_run(
    files: Sequence[Path], model: Path | None, columns: Columns, on_error: OnError
) -> dict[str, Any]:
    """What a run depends on; a run is resumed only if all of it is the same."""
    manifest = (model or shipped_model()) / MANIFEST
    return {
        "files": [[str(file), file.stat().st_size, file.stat().st_mtime_ns] for file in files],
        "model": hashlib.sha256(manifest.read_bytes()).hexdigest(),
        "columns": asdict(columns),
        "on_error": on_error.value,
        "chunk": CHUNK,
    }


@contextmanager
def running(parts: Path, run: dict[str, Any], *, resume: bool) -> Iterator[None]:
    """Hold the folder of a run's parts, made anew or found to be the same run's.

    Raises NewstanceError if another process holds it, or it is another run's. A run that fails
    before its first part leaves no folder.
    """
    is_new = not parts.exists()
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
        if is_new:
            (parts / RUN).write_text(json.dumps(run), encoding="utf-8")
        else:
            _check_same_run(parts, run, resume=resume)
        yield
    except BaseException:
        if is_new and not any(part.suffix in WRITERS for part in parts.iterdir()):
            shutil.rmtree(parts, ignore_errors=True)
        raise
    finally:
        lock.release()


def _check_same_run(parts: Path, run: dict[str, Any], *, resume: bool) -> None:
    if not resume:
        raise NewstanceError(
            f"{parts}: holds the parts of an earlier run; go on with --resume, "
            "or remove the folder to start anew."
        )
    try:
        before = json.loads(read_text(parts / RUN))
    except ValueError:
        before = None
    if before != run:
        raise NewstanceError(
            f"{parts}: was begun with other files, options or another model; "
            "remove the folder to start anew."
        )


def _parts(
    files: Sequence[Path],
    parts: Path,
    model: Path | None,
    columns: Columns,
    on_error: OnError,
    n_jobs: int,
) -> Iterator[int]:
    """Write the parts that are missing; the number of rows of each part, in order."""
    rows = itertools.chain.from_iterable(read_rows(file, columns) for file in files)
    chunks = enumerate(iter(lambda: list(itertools.islice(rows, CHUNK)), []))
    jobs = (_job(chunk, parts / f"{number:08d}.jsonl", on_error) for number, chunk in chunks)
    if n_jobs == 1:
        for chunk, part in jobs:
            yield _write_part(chunk, part, model, on_error)
        return
    from joblib import Parallel, cpu_count, delayed

    n_jobs = cpu_count() if n_jobs < 0 else min(n_jobs, cpu_count())
    yield from Parallel(n_jobs=n_jobs, return_as="generator", pre_dispatch="2*n_jobs")(
        delayed(_write_part)(chunk, part, model, on_error) for chunk, part in jobs
    )


def _job(
    chunk: list[Sentence | BadRow], part: Path, on_error: OnError
) -> tuple[list[Sentence | BadRow], Path]:
    """The chunk and its part's path; a bad row stops the run here, before any work on the chunk."""
    if on_error is OnError.stop:
        for row in chunk:
            if isinstance(row, BadRow):
                _kept(row, on_error)
    return chunk, part


def _write_part(
    chunk: list[Sentence | BadRow], part: Path, model: Path | None, on_error: OnError
) -> int:
    if not part.exists():
        with replacing_file(part) as partial, partial.open("w", encoding="utf-8") as stream:
            answers = classify_rows(loaded_model(model), chunk, on_error)
            stream.writelines(f"{to_line(answer)}\n" for answer in answers)
    return len(chunk)


@lru_cache(maxsize=1)
def loaded_model(model: Path | None) -> Model:
    """The model of a run, loaded once in each process."""
    return load_model(model)


def _joined(parts: Path, n_parts: int) -> Iterator[dict[str, Any]]:
    """The records of all parts, in order."""
    for number in range(n_parts):
        with (parts / f"{number:08d}.jsonl").open(encoding="utf-8") as stream:
            for line in stream:
                row: dict[str, Any] = json.loads(line)
                yield row


def _kept(row: BadRow, on_error: OnError) -> Sentence:
    if on_error is OnError.stop:
        raise NewstanceError(
            f"{row.message} Rows like it can be left out with --on-error skip, or kept with keep."
        )
    return Sentence(row.content, labels={}, scores={}, remark=row.message)
