"""A real scheduler and two workers, as processes on this machine; one of them is killed."""

import json
import subprocess
import sys
import time

import pytest
from conftest import ROOT
from pyarrow import parquet

from newstance.stream import classify_files


def start(kind, *arguments):
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)


@pytest.fixture
def cluster(tmp_path):
    """The scheduler's address and its two workers' processes."""
    contact = tmp_path / "scheduler.json"
    scheduler = start(
        "scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        0,
        "--no-dashboard",
        "--scheduler-file",
        contact,
    )
    workers = [
        start(
            "worker",
            *("--scheduler-file", contact, "--host", "127.0.0.1", "--nthreads", 1),
            *("--no-nanny", "--no-dashboard", "--local-directory", tmp_path / f"worker-{n}"),
        )
        for n in range(2)
    ]
    while not contact.exists():
        time.sleep(0.1)
    yield json.loads(contact.read_text())["address"], workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def classify(*arguments):
    command = [sys.executable, "-m", "newstance", "classify", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def write_news(folder, n_files, n_rows):
    folder.mkdir()
    for k in range(n_files):
        rows = [{"text": f"Gas day {n} for NATO.", "id": f"{k}-{n}"} for n in range(n_rows)]
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"news-{k}.jsonl").write_text(lines)


def test_a_killed_worker_costs_no_row_and_the_output_is_that_of_one_machine(cluster, tmp_path):
    address, workers = cluster
    write_news(tmp_path / "news", 12, 6000)
    run = classify("--file", tmp_path / "news", "--output", tmp_path / "out", "--cluster", address)
    while run.poll() is None and not list((tmp_path / "out").glob("*.parquet")):
        time.sleep(0.05)
    assert run.poll() is None, run.communicate()[1]
    workers[0].kill()
    _, stderr = run.communicate(timeout=120)
    assert run.returncode == 0, stderr
    parts = sorted((tmp_path / "out").glob("*.parquet"))
    assert len(parts) == 12
    for part in parts:
        single = tmp_path / part.name
        source = tmp_path / "news" / part.name.removesuffix(".parquet")
        classify_files([source], single)
        assert parquet.read_table(part).equals(parquet.read_table(single))


def test_a_broken_file_is_an_error_and_the_other_parts_are_kept(cluster, tmp_path):
    address, _ = cluster
    write_news(tmp_path / "news", 2, 10)
    (tmp_path / "news" / "news-9.jsonl").write_text("{broken\n")
    ask = ["--file", tmp_path / "news", "--output", tmp_path / "out", "--cluster", address]
    run = classify(*ask)
    _, stderr = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "news-9.jsonl line 1: is not JSON" in stderr
    assert "Traceback" not in stderr
    assert not (tmp_path / "out" / "news-9.jsonl.parquet").exists()


def test_a_scheduler_that_cannot_be_reached_is_an_error(tmp_path):
    write_news(tmp_path / "news", 1, 1)
    ask = ["--file", tmp_path / "news", "--output", tmp_path / "out"]
    run = classify(*ask, "--cluster", "tcp://127.0.0.1:9")
    _, stderr = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "no Dask scheduler answers there" in stderr
