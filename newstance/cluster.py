"""Archives over several machines: the same scorer on a Dask cluster, a part of output a file.

Every worker must see the input and the output under the same paths (a shared or mounted folder),
and have the same newstance and model. A part is written whole or not at all, so a run that was
interrupted, or a worker that died, costs only the files that it was at.
"""

import os
import platform
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newstance.blocks import chunks
from newstance.errors import NewstanceError, OnError
from newstance.model import FLAT, read_manifest, shipped_model
from newstance.progress import Progress, tell_nobody
from newstance.readers import Columns, check_file
from newstance.runs import describe_run, running
from newstance.sources import PARQUET
from newstance.stream import Work, codebook_of, write_chunks
from newstance.survey import Found, merge, survey
from newstance.tables import Table
from newstance.writers import WRITERS, is_table

if TYPE_CHECKING:
    from distributed import Client

TIMEOUT_S = 10


@dataclass(frozen=True)
class Install:
    """What must be the same on every machine: newstance, and the digest of the model's arrays."""

    newstance: str
    model: str

    def check(self, model: Path | None) -> None:
        """Raise NewstanceError unless this machine has the same."""
        here = installed(model)
        if here.newstance != self.newstance:
            raise NewstanceError(
                f"{platform.node()}: this worker has newstance {here.newstance}, the run needs "
                f"{self.newstance}; install that version there."
            )
        if here.model != self.model:
            raise NewstanceError(
                f"{platform.node()}: this worker has the model {here.model[:12]}, the run needs "
                f"{self.model[:12]}; install the same newstance there."
            )


def installed(model: Path | None) -> Install:
    """What this machine has."""
    digest = read_manifest(model or shipped_model()).files[FLAT]
    return Install(version("newstance"), digest)


def classify_on_cluster(
    files: Sequence[Path],
    output: Path,
    *,
    address: str,
    model: Path | None = None,
    columns: Columns | None = None,
    on_error: OnError = OnError.stop,
    least: tuple[float, ...] = (),
    resume: bool = False,
    progress: Progress = tell_nobody,
) -> int:
    """Classify each file into a part of the folder ``output``; the rows left out.

    Parts are of the kind that the folder's name ends in, else Parquet, have the same columns, and
    lie in it as the files do in theirs. ``address`` is the scheduler's, as in ``tcp://host:8786``;
    ``progress`` is told the files done. Raises NewstanceError if the scheduler cannot be reached
    or is lost, a worker has another newstance or model, two files would give the same part, or a
    file cannot be read.
    """
    columns = columns or Columns()
    for file in files:
        check_file(file, columns)
    parts = parts_for(files, output)
    run = describe_run(files, model, columns, on_error, least)
    with running(output, run, resume=resume), _connected(address) as client:
        jobs = [
            (installed(model), file.resolve(), part.resolve())
            for file, part in zip(files, parts, strict=True)
        ]
        work = Work(model, columns, on_error, Table(codebook_of(model)), least)
        if is_table(parts[0]):
            found = dict(_done(client, _survey, [(*job, work) for job in jobs]))
            others = merge(found[number] for number in range(len(jobs)))
            work = replace(work, table=replace(work.table, others=others))
        missing = [(*job, work) for job in jobs if not job[2].exists()]
        n_before = len(jobs) - len(missing)
        progress(n_before)
        n_left_out = 0
        for n_done, (_, left_out) in enumerate(_done(client, _classify, missing), n_before + 1):
            n_left_out += left_out
            progress(n_done)
    return n_left_out


def parts_for(files: Sequence[Path], output: Path) -> list[Path]:
    """Where the answers for each file go; raises NewstanceError for one place of two files."""
    ending = output.suffix.lower() if output.suffix.lower() in WRITERS else PARQUET
    paths = [file.resolve() for file in files]
    top = os.path.commonpath([path.parent for path in paths])
    parts = []
    for path in paths:
        name = path.name.removesuffix(".gz").removesuffix(ending) + ending
        parts.append(output / path.relative_to(top).with_name(name))
    if twice := [part for part, count in Counter(parts).items() if count > 1]:
        raise NewstanceError(f"{twice[0]}: two input files would go here; rename one of them.")
    return parts


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    try:
        from distributed import Client
    except ImportError:
        raise NewstanceError(
            "a cluster needs Dask, which is not installed; install newstance[cluster]."
        ) from None
    try:
        client = Client(address, timeout=TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise NewstanceError(
            f"{address}: no Dask scheduler answers there ({error}); start one, or mend the address."
        ) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise NewstanceError(
                f"{address}: the cluster has no worker; start one with dask worker."
            )
        yield client


def _done(
    client: "Client", function: Callable[..., Any], jobs: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[int, Any]]:
    """The number of each job and its answer, when it is done; a dead worker's job goes to another.

    Raises NewstanceError if workers die at it again and again, or the scheduler is lost.
    """
    from distributed import CancelledError, KilledWorker, as_completed
    from distributed.comm import CommClosedError

    futures = [client.submit(function, *job, pure=False, retries=1) for job in jobs]
    numbers = {future.key: number for number, future in enumerate(futures)}
    try:
        try:
            for future in as_completed(futures):
                yield numbers[future.key], future.result()
        finally:
            client.cancel(futures)
    except KilledWorker as error:
        raise NewstanceError(f"workers died at one file again and again: {error}") from None
    except (CancelledError, CommClosedError):
        raise NewstanceError("the Dask scheduler was lost; start it again.") from None


def _survey(install: Install, file: Path, part: Path, work: Work) -> Found:
    """The columns of a file, found on a worker."""
    install.check(work.model)
    return survey([file], part, columns=work.columns, on_error=work.on_error)


def _classify(install: Install, file: Path, part: Path, work: Work) -> int:
    """Classify a file on a worker; the rows left out."""
    install.check(work.model)
    return write_chunks(chunks([file]), part, work)
