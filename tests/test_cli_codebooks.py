import json
import shutil

import pytest
from conftest import ROOT, small_rows
from test_cli import run
from test_cli_projects import in_a_terminal, refused
from typer.testing import CliRunner

from newstance.cli import app
from newstance.codebook import read_codebook


@pytest.fixture
def corpus(write_corpus):
    return write_corpus(small_rows(2))


def test_the_codebook_of_any_model_is_shown(tmp_path):
    shutil.copytree(ROOT / "model", tmp_path / "model")
    assert run("codebook", "--model", tmp_path / "model").stdout == run("codebook").stdout != ""


def test_a_sound_codebook_is_said_to_be_so_beside_the_answer():
    done = run("codebook", "check", "corpus")
    assert (done.returncode, done.stdout) == (0, "")
    assert "corpus/codebook.toml: no faults, 0 warnings." in done.stderr


def test_every_fault_is_a_line_and_the_exit_code_1(corpus):
    file = corpus / "codebook.toml"
    file.write_text(file.read_text().replace('"neutral"\nversion = 2', '"energy"\nversion = 9'))
    done = run("codebook", "check", file)
    assert done.returncode == 1
    assert "stance name 'energy' has another meaning already" in done.stdout
    assert "stance 'energy' is of version 9, the codebook only of 2" in done.stdout
    assert f"{len(done.stdout.splitlines())} faults; mend them" in done.stderr


def test_rename_and_add_tell_the_version_and_the_rows(corpus):
    done = run("codebook", "rename", "energy", "power", "--corpus", corpus)
    assert (done.returncode, done.stdout) == (0, "")
    assert "codebook version 3, 6 rows changed" in done.stderr
    assert "look at 'energy' in line" in done.stderr
    done = run("codebook", "add", "stance", "mixed: for and against", "--corpus", corpus)
    assert "codebook version 4, 0 rows changed" in done.stderr
    codebook = read_codebook(corpus / "codebook.toml")
    assert "power" in codebook.topic_names
    assert codebook.stance_names[-1] == "mixed"


def test_remove_without_yes_tells_how_many_rows_and_changes_nothing(corpus):
    before = (corpus / "codebook.toml").read_bytes()
    done = run("codebook", "remove", "energy", "--corpus", corpus)
    assert done.returncode == 1
    assert "'energy' would be taken out of the labels of 6 rows; add --yes to do so" in done.stderr
    assert (corpus / "codebook.toml").read_bytes() == before


def test_remove_with_yes_says_where_sentences_were_set_aside(corpus):
    done = run("codebook", "remove", "neutral", "--yes", "--corpus", corpus)
    assert done.returncode == 0, done.stderr
    assert f"8 of them have a topic and no stance now: they stand in {corpus}/relabel.jsonl" in (
        done.stderr
    )


def test_the_folder_that_one_stands_in_is_not_replaced(corpus):
    environment = {"PYTHONPATH": str(ROOT)}
    rename = ["codebook", "rename", "energy", "power", "--corpus"]
    done = run(*rename, ".", cwd=corpus, env=environment)
    assert done.returncode == 1
    assert ".: is, or holds, the folder that you are in" in done.stderr
    assert run(*rename, "corpus", cwd=corpus.parent, env=environment).returncode == 0


def test_stale_lists_counts_and_queues(write_corpus, tmp_path):
    votes = [{"coder": "anna", "codebook": 1, "labels": {"energy": "support"}}]
    row = {"id": "a", "text": "x", "labels": {"energy": "support"}}
    corpus = write_corpus([{**row, "votes": votes}, {**row, "id": "b"}])
    done = run("corpus", "stale", corpus, "--output", tmp_path / "queue.jsonl")
    assert "train.jsonl line 1: 'anna' gave 'energy': the label is by codebook 1" in done.stdout
    assert "codebook version 2: 1 of 2 rows to look at again, 1 of unknown version" in done.stderr
    (question,) = (tmp_path / "queue.jsonl").read_text().splitlines()
    assert json.loads(question)["picked"] == "stale"
    told = json.loads(run("corpus", "stale", corpus, "--json").stdout)
    assert told["entries"]["support"] == {"stale": 1, "uncoded": 0}
    assert (told["rows"], told["unknown"]) == (2, 1)


@pytest.mark.parametrize(("typed", "is_removed"), [("y", True), ("n", False), ("", False)])
def test_in_a_terminal_it_is_asked_before_it_removes(corpus, typed, is_removed):
    done = in_a_terminal(["codebook", "remove", "energy", "--corpus", corpus], f"{typed}\n")
    assert "'energy' would be taken out of the labels of 6 rows. Remove it? [y/N]" in done.stderr
    names = read_codebook(corpus / "codebook.toml").topic_names
    assert ("energy" not in names) == is_removed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["codebook", "check", "nowhere"], "nowhere: there is no such file"),
        (["codebook", "check", ROOT / "README.md"], "README.md: is not valid TOML"),
        (["codebook", "rename", "a", "b", "--corpus", "nowhere"], "there is no such folder"),
        (["codebook", "add", "topic", "x"], "topic 'x': has no definition"),
        (["codebook", "remove", "x", "--corpus", ROOT / "corpus"], "has no topic or stance 'x'"),
        (["corpus", "stale", "nowhere"], "nowhere: there is no such folder"),
    ],
)
def test_a_users_mistake_is_refused(arguments, message):
    assert message in refused(*arguments)


@pytest.mark.parametrize("command", ["check", "add", "rename", "remove"])
def test_help_shows_an_example(command):
    shown = CliRunner().invoke(app, ["codebook", command, "--help"]).stdout
    assert f"Example: newstance codebook {command}" in " ".join(shown.split())
