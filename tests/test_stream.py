import json
import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT
from filelock import FileLock

from newstance import blocks
from newstance.errors import NewstanceError
from newstance.records import OnError
from newstance.stream import classify_files

ROW_BYTES = 50


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 100 * ROW_BYTES - 1)


def write_news(path, n, bad=()):
    rows = [json.dumps({"text": f"Gas day {k} for NATO.", "id": k}) for k in range(n)]
    rows = [row.ljust(ROW_BYTES - 1) for row in rows]
    for k in bad:
        rows[k] = "{broken"
    path.write_text("\n".join(rows) + "\n")
    return path


def ids(path):
    return [json.loads(line).get("id") for line in path.read_text().splitlines()]


@pytest.mark.parametrize("n_jobs", [1, 2, 10_000])
def test_every_row_comes_out_once_and_in_order(tmp_path, n_jobs):
    news = [write_news(tmp_path / "a.jsonl", 250), write_news(tmp_path / "b.jsonl", 30)]
    told = []
    done = classify_files(news, tmp_path / "o.jsonl", n_jobs=n_jobs, progress=told.append)
    assert done == 280
    assert told == [100, 200, 280]
    assert ids(tmp_path / "o.jsonl") == [*range(250), *range(30)]
    assert sorted(p.name for p in tmp_path.iterdir() if "data" not in p.name) == [
        "a.jsonl",
        "b.jsonl",
        "o.jsonl",
    ]


def interrupted(tmp_path):
    """A run that stops at a broken row in its third chunk; its news and its output."""
    news = write_news(tmp_path / "a.jsonl", 350, bad=[250])
    with pytest.raises(NewstanceError, match="line 251: is not JSON"):
        classify_files([news], tmp_path / "o.jsonl")
    return news, tmp_path / "o.jsonl"


def test_a_bad_row_stops_the_run_and_leaves_the_parts(tmp_path):
    _, output = interrupted(tmp_path)
    assert not output.exists()
    assert len(list((tmp_path / "o.jsonl.parts").glob("*.jsonl"))) == 2


def test_an_interrupted_run_is_not_silently_begun_anew(tmp_path):
    news, output = interrupted(tmp_path)
    with pytest.raises(NewstanceError, match="parts of an earlier run; go on with --resume"):
        classify_files([news], output)


def test_two_runs_to_one_output_do_not_meet(tmp_path):
    news, output = interrupted(tmp_path)
    with (
        FileLock(tmp_path / "o.jsonl.parts" / ".lock"),
        pytest.raises(NewstanceError, match="another run is writing here"),
    ):
        classify_files([news], output, resume=True)


def test_a_run_that_fails_before_its_first_part_leaves_nothing(tmp_path):
    news = write_news(tmp_path / "a.jsonl", 5, bad=[0])
    with pytest.raises(NewstanceError, match="line 1: is not JSON"):
        classify_files([news], tmp_path / "o.jsonl")
    assert not (tmp_path / "o.jsonl.parts").exists()


def test_a_run_with_other_input_is_not_resumed(tmp_path):
    news, output = interrupted(tmp_path)
    write_news(news, 351)
    with pytest.raises(NewstanceError, match="was begun with other files, options"):
        classify_files([news], output, resume=True)


@pytest.mark.parametrize(("on_error", "expected"), [(OnError.skip, 3), (OnError.keep, 4)])
def test_a_bad_row_is_left_out_or_kept_with_its_error(tmp_path, on_error, expected):
    news = write_news(tmp_path / "a.jsonl", 4, bad=[1])
    classify_files([news], tmp_path / "o.jsonl", on_error=on_error)
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert len(rows) == expected
    remarks = [row["remark"] for row in rows if "remark" in row]
    assert len(remarks) == (on_error is OnError.keep)
    assert all("line 2: is not JSON" in remark for remark in remarks)


def test_a_killed_run_is_resumed_without_losing_or_doubling_a_row(tmp_path):
    news = write_news(tmp_path / "a.jsonl", 80_000)
    command = [sys.executable, "-m", "newstance", "classify", "--file", news]
    command += ["--output", tmp_path / "o.jsonl"]
    process = subprocess.Popen(command, cwd=ROOT)
    parts = tmp_path / "o.jsonl.parts"
    while process.poll() is None and len(list(parts.glob("0*.jsonl"))) < 2:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "o.jsonl").exists()
    before = {p.name: p.stat().st_mtime_ns for p in parts.glob("0*.jsonl")}
    assert before
    done = subprocess.run([*command, "--resume"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ids(tmp_path / "o.jsonl") == list(range(80_000))
    assert not parts.exists()


def test_a_full_disk_is_an_error_and_leaves_nothing_half_written(tmp_path):
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("this system has no full device")
    news = write_news(tmp_path / "a.jsonl", 10)
    command = [sys.executable, "-m", "newstance", "classify", "--file", news]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
