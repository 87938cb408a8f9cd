"""Work shared by processes, with answers and errors in the order of the work."""

import itertools
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from newstance.errors import NewstanceError

Answer = TypeVar("Answer")
Job = tuple[Any, ...]


def in_order(function: Callable[..., Answer], jobs: Iterable[Job], n_jobs: int) -> Iterator[Answer]:
    """What the function gives for each job's arguments, in order.

    ``n_jobs`` processes, -1 for all, but never more than there are processors; few jobs at a time
    are held. Of the errors of users the first in this order is raised, also that of ``jobs``.
    """
    if n_jobs == 1:
        yield from (function(*job) for job in jobs)
        return
    from concurrent.futures.process import BrokenProcessPool

    from joblib import Parallel, cpu_count, delayed

    n_jobs = cpu_count() if n_jobs < 0 else min(n_jobs, cpu_count())
    parallel = Parallel(n_jobs, batch_size=1, pre_dispatch="2*n_jobs", return_as="generator")
    is_over = threading.Event()
    with _ignoring_interrupts():
        answers = parallel(delayed(_attempt)(function, job) for job in _or_error(jobs, is_over))
    try:
        try:
            for answer in answers:
                if isinstance(answer, NewstanceError):
                    raise answer
                yield answer
        finally:  # joblib prints tracebacks of jobs that it has begun and that nobody waits for
            is_over.set()
            for _ in answers:
                pass
    except BrokenProcessPool:
        raise NewstanceError(
            "a process was ended from outside, perhaps for want of memory; take fewer --jobs."
        ) from None


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Start processes that leave Ctrl-C, which a terminal sends to all of them, to this one."""
    if threading.current_thread() is not threading.main_thread():  # no other may set a signal
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _attempt(function: Callable[..., Answer], job: Job | NewstanceError) -> Answer | NewstanceError:
    if isinstance(job, NewstanceError):
        return job
    try:
        return function(*job)
    except NewstanceError as error:
        return error


def _or_error(jobs: Iterable[Job], is_over: threading.Event) -> Iterator[Job | NewstanceError]:
    """The jobs until it is over, and in place of those that an error leaves out, the error."""
    try:
        yield from itertools.takewhile(lambda _: not is_over.is_set(), jobs)
    except NewstanceError as error:
        yield error
