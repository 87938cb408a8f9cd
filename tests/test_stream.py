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
from newstance.errors import NewstanceError, OnError
from newstance.readers import Columns, read_rows
from newstance.stream import classify_files, parts_of

ROW_BYTES = 50


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", 100 * ROW_BYTES - 1)


def write_news(path, n, bad=()):
    rows = [json.dumps({"text": f"Gas day {k} for NATO.", "id": k}) for k in range(n)]
    for k in bad:
        rows[k] = "{broken"
    path.write_text("".join(row.ljust(ROW_BYTES - 1) + "\n" for row in rows))
    return path


def ids(path):
    return [json.loads(line).get("id") for line in path.read_text().splitlines()]


@pytest.mark.parametrize("n_jobs", [1, 2, 10_000])
def test_every_row_comes_out_once_and_in_order(tmp_path, n_jobs):
    news = [write_news(tmp_path / "a.jsonl", 250), write_news(tmp_path / "b.jsonl", 30)]
    told = []
    done = classify_files(news, tmp_path / "o.jsonl", n_jobs=n_jobs, progress=told.append)
    assert done == (280, 0)
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


def test_a_resumed_run_does_not_do_again_what_is_finished(tmp_path):
    news, output = interrupted(tmp_path)
    before = {part: part.stat().st_mtime_ns for part in parts_of(output).glob("0*")}
    with pytest.raises(NewstanceError, match="line 251: is not JSON"):
        classify_files([news], output, resume=True)
    assert {part: part.stat().st_mtime_ns for part in parts_of(output).glob("0*")} == before


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
    done = classify_files([news], tmp_path / "o.jsonl", on_error=on_error)
    assert done == (4, 4 - expected)
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


def test_a_full_disk_under_stdout_is_an_error(tmp_path):
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


@pytest.fixture
def limit_files():
    """A function that makes every file that grows beyond a size fail, as on a full disk."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
def test_a_full_disk_leaves_the_parts_and_the_old_output_whole(tmp_path, limit_files, ending):
    news = write_news(tmp_path / "a.jsonl", 500)
    output, whole = tmp_path / f"o{ending}", tmp_path / f"whole{ending}"
    classify_files([news], whole)
    output.write_text("old")
    limit_files(whole.stat().st_size - 1)
    with pytest.raises(NewstanceError, match=r"cannot be written .*too large.* with --resume"):
        classify_files([news], output)
    assert output.read_text() == "old"
    assert list(tmp_path.rglob(".newstance-*")) == []
    limit_files(-1)
    classify_files([news], output, resume=True)
    assert output.read_bytes() == whole.read_bytes()


def test_a_disk_that_is_full_at_a_part_leaves_nothing_half_written(tmp_path, limit_files):
    news = write_news(tmp_path / "a.jsonl", 500)
    limit_files(10_000)
    with pytest.raises(NewstanceError, match=r"00000000.jsonl: cannot be written .*too large"):
        classify_files([news], tmp_path / "o.jsonl")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.jsonl"]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_key_that_appears_late_has_its_column(tmp_path, ending):
    news = write_news(tmp_path / "a.jsonl", 300)
    with news.open("a") as stream:
        stream.write('{"text": "Gas.", "outlet": "x"}\n')
    classify_files([news], tmp_path / f"o{ending}", n_jobs=2)
    outlets = [row.other["outlet"] for row in read_rows(tmp_path / f"o{ending}")]
    assert len(outlets) == 301
    assert outlets[-2:] == ["" if ending == ".csv" else None, "x"]


def test_files_whose_columns_make_no_table_are_an_error_before_any_part(tmp_path):
    news = write_news(tmp_path / "a.jsonl", 300)
    with news.open("a") as stream:
        stream.write('{"text": "Gas.", "energy": 1}\n')
    with pytest.raises(NewstanceError, match="line 301: column 'energy' has the name of one of"):
        classify_files([news], tmp_path / "o.csv")
    assert not (tmp_path / "o.csv.parts").exists()


def test_a_missing_file_is_an_error_before_any_part(tmp_path):
    news = [write_news(tmp_path / "a.jsonl", 300), tmp_path / "b.jsonl"]
    with pytest.raises(NewstanceError, match=r"b.jsonl: there is no such file"):
        classify_files(news, tmp_path / "o.jsonl")
    assert not (tmp_path / "o.jsonl.parts").exists()


def test_an_article_too_long_is_an_error_before_any_part(tmp_path, monkeypatch):
    news = [write_news(tmp_path / "a.jsonl", 300), tmp_path / "b.txt"]
    news[1].write_text("x" * 300)
    monkeypatch.setattr(blocks, "LONGEST_ARTICLE", 200)
    with pytest.raises(NewstanceError, match=r"b.txt: is no article, but 300 bytes long"):
        classify_files(news, tmp_path / "o.jsonl")
    assert not (tmp_path / "o.jsonl.parts").exists()


def test_a_kept_row_keeps_its_id(tmp_path):
    news = tmp_path / "a.csv"
    news.write_text("id,text\n1,Gas.\n2\n")
    classify_files([news], tmp_path / "o.jsonl", on_error=OnError.keep)
    assert ids(tmp_path / "o.jsonl") == ["1", "2"]


def test_a_run_that_stopped_at_a_bad_row_goes_on_without_it(tmp_path):
    news, output = interrupted(tmp_path)
    with pytest.raises(NewstanceError, match="was begun with other files, options"):
        classify_files([news], output, resume=True, columns=Columns(split_sentences=True))
    told = []
    classify_files(
        [news], output, resume=True, on_error=OnError.skip, n_jobs=2, progress=told.append
    )
    assert told == [100, 200, 300, 350]
    assert ids(output) == [k for k in range(350) if k != 250]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_tells_that_it_can_go_on(tmp_path, number, code):
    news = write_news(tmp_path / "a.jsonl", 150_000)
    command = [sys.executable, "-m", "newstance", "classify", "--file", news]
    command += ["--output", tmp_path / "o.jsonl", "--jobs", "2"]
    with subprocess.Popen(
        command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        while process.poll() is None and not list((tmp_path / "o.jsonl.parts").glob("0*")):
            time.sleep(0.01)
        os.killpg(process.pid, number)  # as a terminal and a service manager do
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == code
    assert stderr.count("\n") == 1, stderr
    assert "go on with --resume" in stderr
