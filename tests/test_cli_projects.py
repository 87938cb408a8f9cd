import json
import os
import pty
import subprocess
import sys
import time

import pytest
from conftest import ROOT
from grammar import made_up_rows, said
from test_cli import records, run
from typer.testing import CliRunner

from newstance.cli import app
from newstance.codebook import read_codebook
from newstance.errors import NewstanceError

TOPICS = ["--topic", "rents: Rents and what caps them", "--topic", "trams: Trams and their lines"]


@pytest.fixture
def housing(tmp_path):
    done = run("init", tmp_path / "housing", *TOPICS)
    assert (done.returncode, done.stdout) == (0, "")
    return tmp_path / "housing"


def refused(*arguments):
    """What is said of a user's mistake; a test of the command line's errors shows that it is."""
    with pytest.raises(NewstanceError, match=r"\w") as told:
        app(list(map(str, arguments)), standalone_mode=False)
    return str(told.value)


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_two_hundred_rows_are_a_model_within_five_minutes(housing):
    begun = time.monotonic()
    rows = made_up_rows(["rents", "trams"], ["support", "oppose", "neutral"], 200)
    write_rows(housing / "train.jsonl", rows)
    assert run("corpus", "check", housing).returncode == 0
    done = run("train", "--corpus", housing, "--output", housing / "model")
    assert done.returncode == 0, done.stderr
    news = [f"They are {said('rents', 'oppose')}.", f"We are {said('trams', 'support')}."]
    answers = records(run("classify", "--model", housing / "model", *news))
    assert [answer["labels"] for answer in answers] == [{"rents": "oppose"}, {"trams": "support"}]
    assert time.monotonic() - begun < 300


def test_the_page_names_commands_that_there_are(housing):
    page = (housing / "README.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("newstance ")]
    assert len(lines) >= 8
    for line in lines:
        command = (
            line.split()[1:3] if line.split()[1] in ("codebook", "corpus") else line.split()[1:2]
        )
        assert CliRunner().invoke(app, [*command, "--help"]).exit_code == 0, line


@pytest.mark.parametrize(
    "command",
    [
        ["corpus", "check", "HERE"],
        ["corpus", "stats", "HERE"],
        ["corpus", "stale", "HERE"],
        ["corpus", "card", "HERE"],
        ["corpus", "agreement", "HERE"],
        ["train", "--corpus", "HERE", "--output", "HERE/model"],
    ],
    ids=" ".join,
)
def test_an_empty_corpus_says_how_to_fill_it(housing, command):
    told = refused(*(part.replace("HERE", str(housing)) for part in command))
    assert f"{housing}: no labelled sentences in train.jsonl" in told
    assert f"'newstance corpus add FILE --corpus {housing}'" in told
    assert "'newstance label'" in told


def test_what_is_not_given_takes_the_default_where_nobody_can_be_asked(housing):
    codebook = read_codebook(housing / "codebook.toml")
    assert codebook.title == "housing"
    assert codebook.stance_names == ("support", "oppose", "neutral")


def in_a_terminal(arguments, typed):
    """Exit code and what is shown of a command whose stdin is a terminal in which is typed."""
    controller, terminal = pty.openpty()
    os.write(controller, typed.encode())
    done = subprocess.run(
        [sys.executable, "-m", "newstance", *map(str, arguments)],
        stdin=terminal,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    os.close(controller)
    os.close(terminal)
    return done


def test_a_terminal_is_asked_for_title_topics_and_stances(tmp_path):
    answers = ["Housing", "", "rents", "rents: all of them", "", "pro: for it", "con: not", "", ""]
    done = in_a_terminal(["init", tmp_path / "housing"], "\n".join(answers))
    assert done.returncode == 0, done.stderr
    assert "'rents': has no definition" in done.stderr
    codebook = read_codebook(tmp_path / "housing" / "codebook.toml")
    assert (codebook.title, codebook.topic_names) == ("Housing", ("rents",))
    assert codebook.stance_names == ("pro", "con")


def test_empty_answers_take_what_is_offered(tmp_path):
    done = in_a_terminal(["init", tmp_path / "housing"], "\nrents: all of them\n\n\n")
    assert done.returncode == 0, done.stderr
    codebook = read_codebook(tmp_path / "housing" / "codebook.toml")
    assert (codebook.title, len(codebook.stances)) == ("housing", 3)


def test_yes_asks_nothing(tmp_path):
    done = in_a_terminal(["init", tmp_path / "housing", *TOPICS, "--yes"], "")
    assert done.returncode == 0, done.stderr
    assert "Title" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([ROOT / "model", *TOPICS], "is there already and stays as it is"),
        ([ROOT / "new"], "would have no topic; give at least one"),
        ([ROOT / "new", "--topic", "rents"], "topic 'rents': has no definition"),
        ([ROOT / "new", *TOPICS, "--stance", "pro: x"], "fewer than two stances"),
        ([ROOT / "new", *TOPICS, *TOPICS], "topic 'rents' stands there twice"),
    ],
)
def test_a_users_mistake_is_refused(arguments, message):
    assert message in refused("init", *arguments)
    assert not (ROOT / "new").exists()


def test_help_shows_an_example():
    assert "Example: newstance init housing" in " ".join(run("init", "--help").stdout.split())
