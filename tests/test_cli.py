import json
import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT, small_rows

NEWS = "Hungary backs Serbia on its way into the European Union."


def run(*arguments, stdin="", **options):
    return subprocess.run(
        [sys.executable, "-m", "newstance", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | options.pop("env", {}),
        cwd=options.pop("cwd", ROOT),
    )


def records(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_sentences_are_classified_in_their_order():
    rows = records(run("classify", NEWS, "The weather was fine."))
    assert [row["text"] for row in rows] == [NEWS, "The weather was fine."]
    assert "eu_accession" in rows[0]["labels"]
    assert list(rows[0]["scores"]) == ["defence", "energy", "eu_accession", "srebrenica_vote"]
    assert list(rows[0]["scores"]["energy"]) == ["probability", "support", "oppose", "neutral"]


@pytest.mark.parametrize("arguments", [["classify"], ["classify", "-"]])
def test_a_pipe_is_read_a_sentence_a_line(arguments):
    assert len(records(run(*arguments, stdin=f"{NEWS}\n\n{NEWS}\n"))) == 2


def test_an_article_is_split_and_each_sentence_has_its_context():
    rows = records(run("classify", "--file", "seeds/004_7e0a2413cf502e35.txt"))
    assert len(rows) == 13
    assert rows[1]["context"] == rows[0]["text"]


def test_what_classify_writes_it_reads_again(tmp_path):
    first = run("classify", NEWS, "--output", tmp_path / "out.jsonl")
    assert (first.returncode, first.stdout) == (0, "")
    again = run("classify", "--file", tmp_path / "out.jsonl", "--output", tmp_path / "two.jsonl")
    assert again.returncode == 0
    assert (tmp_path / "out.jsonl").read_text() == (tmp_path / "two.jsonl").read_text()


@pytest.mark.parametrize("arguments", [[], ["--output", "out.csv"], ["--output", "out.jsonl"]])
def test_what_is_left_out_is_counted(tmp_path, arguments):
    lines = [json.dumps({"text": NEWS}), "broken", "also", json.dumps({"text": NEWS})]
    (tmp_path / "news.jsonl").write_text("\n".join(lines))
    arguments = ["classify", "--file", "news.jsonl", *arguments]
    done = run(*arguments, "--on-error", "skip", cwd=tmp_path)
    assert done.returncode == 0
    assert "2 rows that cannot be used were left out; --on-error keep keeps them" in done.stderr
    kept = run(*arguments, "--on-error", "keep", cwd=tmp_path)
    assert "left out" not in kept.stderr


def test_the_table_is_plain_when_it_is_no_terminal():
    done = run("classify", NEWS, "--format", "table")
    assert "eu_accession" in done.stdout
    assert "\x1b" not in done.stdout


def test_evaluate_prints_one_json_object(tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"text": NEWS, "labels": {"eu_accession": "support"}}) + "\n")
    done = run("evaluate", gold, "--json")
    assert json.loads(done.stdout)["n"] == 1


def test_evaluate_tells_probes_and_writes_a_report(tmp_path):
    done = run("evaluate", "corpus/contrast.jsonl", "--report", tmp_path / "report.html")
    assert done.returncode == 0, done.stderr
    assert "target masked" in done.stdout
    assert "all rows of a family" in done.stdout
    assert "The surest mistakes" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_evaluate_says_what_a_small_set_cannot_tell(tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"text": NEWS, "labels": {"eu_accession": "support"}}) + "\n")
    done = run("evaluate", gold)
    assert "Left out, as no gold label is oppose or neutral" in done.stdout
    assert "stance given the topic, macro-F1   " not in done.stdout


def test_train_then_classify_with_the_users_own_model(small_corpus, tmp_path):
    done = run("train", "--corpus", small_corpus, "--output", tmp_path / "model")
    assert done.returncode == 0, done.stderr
    assert "best" not in done.stderr
    assert "baseline" in done.stdout
    rows = records(run("classify", "They blocked the pipeline.", "--model", tmp_path / "model"))
    assert rows[0]["labels"] == {"energy": "oppose"}


def test_train_py_is_the_same_command(small_corpus, tmp_path):
    done = subprocess.run(
        [sys.executable, "train.py", "--corpus", small_corpus, "--output", tmp_path / "model"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "model" / "pipeline.joblib").exists()


def test_a_strangers_pipeline_is_refused_until_it_is_trusted(small_corpus, tmp_path):
    run("train", "--corpus", small_corpus, "--output", tmp_path / "model")
    gold = small_corpus / "train.jsonl"
    elsewhere = {"XDG_DATA_HOME": str(tmp_path / "another user")}
    ask = ["evaluate", gold, "--json", "--model", tmp_path / "model"]
    assert run(*ask, "--pipeline").returncode == 0
    refused = run(*ask, "--pipeline", env=elsewhere)
    assert refused.returncode == 1
    assert "newstance model trust" in refused.stderr
    assert run(*ask, env=elsewhere).returncode == 0
    assert run("model", "trust", tmp_path / "model", env=elsewhere).returncode == 0
    assert run(*ask, "--pipeline", env=elsewhere).returncode == 0


def test_the_codebook_is_shown_in_its_own_words(codebook):
    shown = run("codebook").stdout
    assert all(topic.covers in shown for topic in codebook.topics)
    assert all(rule.case in shown for rule in codebook.stance_cases)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["classify", "--file", "nowhere.txt"], "nowhere.txt: there is no such file"),
        (["classify", "--file", "tests/benchmarks/none"], "benchmarks/none: there is no such file"),
        (["evaluate", "seeds"], "seeds: is a folder; give a file"),
        (["classify", "--file", "model/pipeline.joblib"], "cannot be read; give one of"),
        (["classify", "x", "--model", "seeds"], "seeds/manifest.json: there is no such file"),
        (["classify", "x", "--output", "README.md/x"], "cannot be written"),
        (["evaluate", "nowhere.jsonl"], "nowhere.jsonl: there is no such file"),
        (["evaluate", "corpus/contrast.jsonl", "--report", "seeds"], "seeds: is a folder"),
        (["evaluate", "/dev/null"], "/dev/null: no sentence to evaluate"),
        (["train", "--corpus", "nowhere"], "nowhere: there is no such folder"),
        (["codebook", "--model", "seeds"], "seeds/manifest.json: there is no such file"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_1(arguments, message):
    done = run(*arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("arguments", [["classify", "--nonsense"], ["nonsense"], ["evaluate"]])
def test_wrong_usage_is_exit_code_2(arguments):
    assert run(*arguments).returncode == 2


@pytest.mark.parametrize(
    "command",
    [
        "classify",
        "evaluate",
        "train",
        "codebook",
        "label",
        "settle",
        "corpus card",
        "corpus doubt",
    ],
)
def test_help_shows_an_example(command):
    assert f"newstance {command}" in " ".join(run(*command.split(), "--help").stdout.split())


def test_a_file_among_the_sentences_is_wrong_usage():
    done = run("classify", "--file", "README.md", "LICENSE")
    assert done.returncode == 2
    assert "'LICENSE' is a file" in done.stderr


def test_control_c_during_the_imports_is_quiet():
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "newstance", "classify", NEWS],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while "typer" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGINT)
        stderr = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in stderr


def test_control_c_is_exit_code_130_without_traceback(write_corpus, tmp_path):
    corpus = write_corpus(small_rows(400))
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "newstance",
            "train",
            "--corpus",
            corpus,
            "--output",
            tmp_path / "m",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    assert not (tmp_path / "m").exists()
