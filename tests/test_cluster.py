"""A real scheduler and two workers, as processes on this machine; one of them is killed."""

import json
import platform
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from conftest import ROOT
from pyarrow import parquet

from newstance.cluster import installed, parts_for
from newstance.errors import NewstanceError
from newstance.readers import read_rows
from newstance.stream import classify_files


def start(kind, *arguments):
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)


@pytest.fixture
def cluster(tmp_path):
    """The scheduler's address, and the processes of its two workers and of itself."""
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
    yield json.loads(contact.read_text())["address"], (*workers, scheduler)
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


@pytest.mark.parametrize(("name", "ending"), [("out", ".parquet"), ("out.csv", ".csv")])
def test_partitions_keep_their_places_and_have_the_same_columns(cluster, tmp_path, name, ending):
    address, _ = cluster
    for year, row in ((2023, {"text": "Gas.", "id": 1}), (2024, {"text": "Oil.", "outlet": "x"})):
        partition = tmp_path / "news" / f"year={year}"
        partition.mkdir(parents=True)
        (partition / "0.jsonl").write_text(json.dumps(row) + "\n")
    ask = ["--file", tmp_path / "news", "--output", tmp_path / name, "--cluster", address]
    run = classify(*ask)
    _, stderr = run.communicate(timeout=60)
    assert run.returncode == 0, stderr
    parts = [tmp_path / name / f"year={year}" / f"0.jsonl{ending}" for year in (2023, 2024)]
    rows = [row for part in parts for row in read_rows(part)]
    assert [row.text for row in rows] == ["Gas.", "Oil."]
    assert [list(row.other)[:2] for row in rows] == [["id", "outlet"]] * 2


def test_a_lost_scheduler_is_an_error_and_the_finished_parts_stay(cluster, tmp_path):
    address, (_, _, scheduler) = cluster
    write_news(tmp_path / "news", 12, 6000)
    run = classify("--file", tmp_path / "news", "--output", tmp_path / "out", "--cluster", address)
    while run.poll() is None and not list((tmp_path / "out").glob("*.parquet")):
        time.sleep(0.05)
    scheduler.kill()
    _, stderr = run.communicate(timeout=120)
    assert run.returncode == 1
    assert "the Dask scheduler was lost; start it again. What is finished is kept" in stderr
    assert "Traceback" not in stderr
    assert list((tmp_path / "out").glob("*.parquet"))


def test_ctrl_c_leaves_the_finished_parts(cluster, tmp_path):
    address, _ = cluster
    write_news(tmp_path / "news", 12, 6000)
    run = classify("--file", tmp_path / "news", "--output", tmp_path / "out", "--cluster", address)
    while run.poll() is None and not list((tmp_path / "out").glob("*.parquet")):
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, stderr = run.communicate(timeout=120)
    assert run.returncode == 130
    assert stderr.count("\n") == 1, stderr
    assert "go on with --resume" in stderr
    assert list((tmp_path / "out").glob("*.parquet"))


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("newstance", f"{platform.node()}: this worker has newstance .*, the run needs other;"),
        ("model", f"{platform.node()}: this worker has the model .*, the run needs other;"),
    ],
)
def test_a_worker_with_another_install_is_an_error(field, message):
    with pytest.raises(NewstanceError, match=message):
        replace(installed(None), **{field: "other"}).check(None)


def test_two_files_for_one_place_are_an_error(tmp_path):
    with pytest.raises(NewstanceError, match=r"a.csv.parquet: two input files would go here"):
        parts_for([tmp_path / "a.csv", tmp_path / "a.csv.gz"], tmp_path / "out")


def test_a_scheduler_that_cannot_be_reached_is_an_error(tmp_path):
    write_news(tmp_path / "news", 1, 1)
    ask = ["--file", tmp_path / "news", "--output", tmp_path / "out"]
    run = classify(*ask, "--cluster", "tcp://127.0.0.1:9")
    _, stderr = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "no Dask scheduler answers there" in stderr
