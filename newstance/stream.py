"""Archives: files of any size classified in constant memory, over processes, and resumed.

Input is cut into chunks. Each is parsed, classified and written, whole or not at all, as a part
beside the output and of its kind; when all are there they are joined. An interrupted run leaves its
parts, and a resumed one does the chunks that are missing: no row is lost or doubled.
"""

import itertools
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from newstance.blocks import Block, chunks
from newstance.classify import classify_rows
from newstance.codebook import Codebook
from newstance.errors import OnError
from newstance.files import replacing_file
from newstance.model import Model, load_model, read_manifest, read_model_codebook, shipped_model
from newstance.processes import in_order
from newstance.progress import Progress, tell_nobody
from newstance.readers import Columns, check_file, read_block
from newstance.runs import describe_run, running
from newstance.survey import survey
from newstance.tables import Table
from newstance.writers import check_ending, join, writing


@dataclass(frozen=True)
class Work:
    """How every row of a run is read, classified and written."""

    model: Path | None
    columns: Columns
    on_error: OnError
    table: Table
    least: tuple[float, ...] = ()


class Done(NamedTuple):
    """The rows that were read, and how many were left out; of what a resumed run found, none."""

    n_rows: int
    n_left_out: int


def classify_files(
    files: Sequence[Path],
    output: Path,
    *,
    model: Path | None = None,
    columns: Columns | None = None,
    on_error: OnError = OnError.stop,
    least: tuple[float, ...] = (),
    n_jobs: int = 1,
    resume: bool = False,
    progress: Progress = tell_nobody,
) -> Done:
    """Classify files into one output file, of the kind that its ending names.

    ``n_jobs`` processes, -1 for all, but never more than there are processors; ``progress`` is told
    the rows done so far; ``least`` is as in ``classify``. Raises NewstanceError for input that
    cannot be read or makes no table, and if an interrupted run's parts stand there and it is not to
    be resumed, or was another run.
    """
    columns = columns or Columns()
    check_ending(output)
    for file in files:
        check_file(file, columns)
    folder = parts_of(output)
    parts: list[Path] = []
    n_rows = n_left_out = 0
    with running(folder, describe_run(files, model, columns, on_error, least), resume=resume):
        found = survey(files, output, columns=columns, on_error=on_error, n_jobs=n_jobs)
        work = Work(model, columns, on_error, Table(codebook_of(model), found), least)
        for part, done in in_order(_write_part, _jobs(files, folder, output, work), n_jobs):
            parts.append(part)
            n_rows += done.n_rows
            n_left_out += done.n_left_out
            progress(n_rows)
        with replacing_file(output) as partial:
            join(parts, partial, work.table)
        shutil.rmtree(folder)
    return Done(n_rows, n_left_out)


def parts_of(output: Path) -> Path:
    """The folder that holds the finished parts of an output until they are joined."""
    return output.with_name(f"{output.name}.parts")


def write_chunks(chunks: Iterable[Sequence[Block]], path: Path, work: Work) -> int:
    """Classify rows into a file, which appears when it is whole; how many were left out."""
    left_out = itertools.count()
    with replacing_file(path) as partial, writing(partial, work.table) as write:
        for chunk in chunks:
            rows = itertools.chain.from_iterable(read_block(b, work.columns) for b in chunk)
            model = _loaded_model(work.model)
            answers = classify_rows(
                model, rows, work.on_error, least=work.least, skipped=lambda _: next(left_out)
            )
            write(answers)
    return next(left_out)


def _jobs(
    files: Sequence[Path], folder: Path, output: Path, work: Work
) -> Iterator[tuple[tuple[Block, ...], Path, Work]]:
    for number, chunk in enumerate(chunks(files)):
        yield chunk, folder / f"{number:08d}{output.suffix}", work


def _write_part(chunk: tuple[Block, ...], part: Path, work: Work) -> tuple[Path, Done]:
    """The part of a chunk, written if it is not there, and what was done for that."""
    n_left_out = 0 if part.exists() else write_chunks([chunk], part, work)
    return part, Done(sum(block.n_rows for block in chunk), n_left_out)


def codebook_of(model: Path | None) -> Codebook:
    """The codebook of a model, by default the shipped one."""
    directory = model or shipped_model()
    return read_model_codebook(directory, read_manifest(directory))


@lru_cache(maxsize=1)
def _loaded_model(model: Path | None) -> Model:
    """The model of a run, loaded once in each process."""
    return load_model(model)
