"""Archives over several machines: the same scorer on a Dask cluster, a part of output a file.

Every worker must see the input and the output under the same paths (a shared or mounted folder),
and have the same newstance and model. A part is written whole or not at all, so a run that was
interrupted, or a worker that died, costs only the files that it was at.
"""

import platform
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newstance.errors import NewstanceError
from newstance.files import replacing_file
from newstance.model import FLAT, read_manifest, shipped_model
from newstance.readers import Columns, read_rows
from newstance.records import OnError
from newstance.stream import classify_rows, describe_run, loaded_model, running, tell_nobody
from newstance.writers import writer_for

if TYPE_CHECKING:
    from distributed import Client

TIMEOUT_S = 10


def classify_on_cluster(
    files: Sequence[Path],
    output: Path,
    *,
    address: str,
    ending: str = ".parquet",
    model: Path | None = None,
    columns: Columns | None = None,
    on_error: OnError = OnError.stop,
    resume: bool = False,
    progress: Callable[[int], None] = tell_nobody,
) -> list[Path]:
    """Classify each file into a part of the folder ``output``; the parts, in the files' order.

    ``address`` is the scheduler's, as in ``tcp://host:8786``; ``progress`` is told the files done.
    Raises NewstanceError if the scheduler cannot be reached, a worker has another model, two files
    would give the same part, or a file cannot be read.
    """
    columns = columns or Columns()
    digest = read_manifest(model or shipped_model()).files[FLAT]
    parts = [output / f"{file.name.removesuffix('.gz')}{ending}" for file in files]
    if twice := {part.name for part in parts if parts.count(part) > 1}:
        raise NewstanceError(
            f"{output}: two input files are called alike ({twice.pop()}); rename one of them."
        )
    run = describe_run(files, model, columns, on_error)
    with running(output, run, resume=resume), _connected(address) as client:
        jobs = [
            (file.resolve(), part.resolve(), model, columns, on_error, digest)
            for file, part in zip(files, parts, strict=True)
            if not part.exists()
        ]
        done = len(files) - len(jobs)
        progress(done)
        for _ in _completed(client, jobs):
            done += 1
            progress(done)
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


def _completed(client: "Client", jobs: Sequence[tuple[Any, ...]]) -> Iterator[None]:
    """Nothing, each time a job is done; a job whose worker died goes to another one."""
    from distributed import KilledWorker, as_completed

    futures = [client.submit(_classify_part, *job, pure=False, retries=1) for job in jobs]
    try:
        for future in as_completed(futures):
            yield future.result()
    except KilledWorker as error:
        raise NewstanceError(f"workers died at one file again and again: {error}") from None
    finally:
        client.cancel(futures)


def _classify_part(
    file: Path, part: Path, model: Path | None, columns: Columns, on_error: OnError, digest: str
) -> None:
    """Classify a file on a worker."""
    if read_manifest(model or shipped_model()).files[FLAT] != digest:
        raise NewstanceError(
            f"{platform.node()}: this worker has another model; install the same newstance there."
        )
    loaded = loaded_model(model)
    answers = classify_rows(loaded, read_rows(file, columns), on_error)
    with replacing_file(part) as partial:
        writer_for(part)((answer.to_row() for answer in answers), partial, loaded.codebook)
