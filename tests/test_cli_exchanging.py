import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT

DATA = ROOT / "tests" / "data" / "exchange"
TARGETS = [DATA / "targets.tsv", "--text-column", "Tweet", "--id-column", "ID"]
TARGETS += ["--topic-column", "Target", "--stance-column", "Stance"]
ALIASES = ["Energy=energy", "Defence=defence", "FAVOR=support", "AGAINST=oppose", "NONE="]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "newstance", "corpus", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
        cwd=ROOT,
    )


def test_what_is_added_is_counted_and_the_remarks_go_to_stderr(write_corpus):
    directory = write_corpus([{"text": "It rained all over the valley.", "labels": {}}])
    done = run("add", DATA / "news.csv", "--corpus", directory, "--annotator", "anna")
    assert done.returncode == 0, done.stderr
    counts = dict(line.rsplit(maxsplit=1) for line in done.stdout.splitlines())
    assert counts == {
        "rows read": "3",
        "sentences": "3",
        "added": "2",
        "doubles": "1",
        "votes joined": "1",
        "conflicts": "0",
        "left out": "0",
        "coders differ": "0",
    }
    assert f"New rows stand in {directory / 'train.jsonl'}." in done.stderr
    assert "Not taken, since a corpus has no such field: outlet." in done.stderr


def test_unknown_words_stop_the_command_and_the_options_it_names_let_it_pass(write_corpus):
    directory = write_corpus([])
    done = run("add", *TARGETS, "--corpus", directory)
    assert (done.returncode, done.stdout) == (1, "")
    assert all(f"--alias {alias} " in done.stderr for alias in ALIASES)
    options = [part for alias in ALIASES for part in ("--alias", alias)]
    assert run("add", *TARGETS, *options, "--corpus", directory).returncode == 0
    rows = [json.loads(line) for line in (directory / "train.jsonl").read_text().splitlines()]
    assert [row["labels"] for row in rows] == [{"energy": "support"}, {"energy": "oppose"}, {}]


def test_conflicts_and_what_is_left_out_are_listed(write_corpus):
    directory = write_corpus([{"text": "The bakery won a prize.", "labels": {"energy": "oppose"}}])
    done = run("add", DATA / "label-studio.json", "--corpus", directory, "--dry-run")
    lines = done.stdout.splitlines()
    assert lines[0].endswith(f"kept energy: oppose at {directory / 'train.jsonl'} line 1")
    assert lines[1].startswith("coders differ: ")
    assert lines[2].endswith("entry 4: nobody has labelled it")
    assert "A dry run: nothing was written." in done.stderr


def test_a_corpus_goes_out_and_comes_in_again(write_corpus, tmp_path):
    rows = [{"text": "One.", "context": "", "labels": {"energy": "support"}, "licence": "CC0-1.0"}]
    directory, other = write_corpus(rows), write_corpus([], "other")
    done = run("export", tmp_path / "out", "--format", "datasets", "--corpus", directory)
    assert (done.returncode, done.stdout) == (0, "")
    assert run("add", tmp_path / "out", "--corpus", other).returncode == 0
    lines = (other / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == rows


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [("--alias", "FAVOR", "'FAVOR' is no WORD=NAME"), ("--date", "May", "'May' is no day like")],
)
def test_an_option_that_cannot_be_read_is_wrong_usage(option, value, message):
    done = run("add", DATA / "news.csv", option, value)
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.parametrize("command", ["add", "export"])
def test_help_shows_an_example(command):
    assert f"Example: newstance corpus {command}" in run(command, "--help").stdout
