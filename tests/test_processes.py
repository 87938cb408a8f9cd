import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT

from newstance.errors import NewstanceError
from newstance.processes import in_order


def answer(number):
    if number in (3, 7):
        raise NewstanceError(f"job {number} is at fault")
    return number


def answer_slowly(number):
    time.sleep(0.02)
    return answer(number)


def end_itself():
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_first_error_in_order_comes_after_the_answers_before_it(n_jobs):
    answers = in_order(answer, ((n,) for n in range(9)), n_jobs)
    assert [next(answers) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(NewstanceError, match="job 3 is at fault"):
        next(answers)


def test_an_error_ends_the_jobs_after_it():
    begun = []
    jobs = ((n,) for n in range(500) if begun.append(n) is None)
    with pytest.raises(NewstanceError, match="job 3 is at fault"):
        list(in_order(answer_slowly, jobs, 2))
    assert len(begun) < 50


def test_an_error_is_all_that_a_user_sees():
    program = (
        "from newstance.processes import in_order; from test_processes import answer_slowly\n"
        "list(in_order(answer_slowly, ((n,) for n in range(500)), 2))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [ROOT, ROOT / "tests"]))},
    )
    assert done.stderr.count("Traceback") == 1
    assert done.stderr.endswith("NewstanceError: job 3 is at fault\n")
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_error_of_the_jobs_comes_after_those_that_went_before(n_jobs):
    def jobs():
        yield (0,)
        raise NewstanceError("no such file")

    answers = in_order(answer, jobs(), n_jobs)
    assert next(answers) == 0
    with pytest.raises(NewstanceError, match="no such file"):
        next(answers)


def test_a_process_that_is_ended_from_outside_is_told():
    with pytest.raises(NewstanceError, match="a process was ended from outside, perhaps for want"):
        list(in_order(end_itself, [()], 2))
