import json
import subprocess
import sys

import pytest
from conftest import ROOT

from newstance.corpus import read_corpus, writing
from newstance.corpus_add import add_to_corpus
from newstance.errors import NewstanceError
from newstance.exchange.reading import read_labelled

SUPPORT, OPPOSE = {"energy": "support"}, {"energy": "oppose"}


def vote(coder, labels, **fields):
    return {"coder": coder, **fields, "labels": labels}


def row(text, labels, *votes, **fields):
    return {"text": text, "labels": labels, **fields} | ({"votes": list(votes)} if votes else {})


@pytest.fixture
def add(tmp_path, codebook):
    """A function that adds rows to a corpus by way of a file."""

    def add(directory, rows, *, split="train", **options):
        path = tmp_path / "in.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        found = read_labelled([path], codebook)
        return add_to_corpus(found, directory, split=split, **options)

    return add


def rows_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_new_rows_go_below_those_that_are_there(write_corpus, add):
    directory = write_corpus([row("One.", SUPPORT)])
    before = (directory / "train.jsonl").read_bytes()
    added = add(directory, [row("Two.", OPPOSE, id="2", source="desk")])
    after = (directory / "train.jsonl").read_bytes()
    assert after.startswith(before)
    assert rows_of(directory / "train.jsonl")[1] == {
        "text": "Two.",
        "context": "",
        "labels": OPPOSE,
        "id": "2",
        "source": "desk",
    }
    assert (added.n_rows, added.n_added, added.path) == (1, 1, directory / "train.jsonl")


def test_a_last_line_without_its_end_is_no_obstacle(write_corpus, add):
    directory = write_corpus([])
    (directory / "train.jsonl").write_text('{"text": "One.", "labels": {}}')
    add(directory, [row("Two.", {})])
    assert [r["text"] for r in rows_of(directory / "train.jsonl")] == ["One.", "Two."]


def test_a_folder_of_a_split_gets_a_file_of_its_own(write_corpus, add):
    directory = write_corpus([row("One.", SUPPORT)])
    (directory / "train").mkdir()
    (directory / "train.jsonl").rename(directory / "train" / "first.jsonl")
    added = add(directory, [row("Two.", {})])
    assert added.path == directory / "train" / "added.jsonl"
    assert len(read_corpus(directory).splits["train"]) == 2


def test_a_corpus_needs_only_a_codebook(write_corpus, add):
    directory = write_corpus([])
    (directory / "train.jsonl").unlink()
    add(directory, [row("One.", SUPPORT)], split="exam")
    assert rows_of(directory / "exam.jsonl")[0]["labels"] == SUPPORT


def test_a_double_is_not_added_and_its_new_coders_votes_join(write_corpus, add):
    mine = row("One is here.", SUPPORT, vote("anna", SUPPORT), outlet="x", scores={"energy": {}})
    directory = write_corpus([mine, row("Two.", {})])
    second = (directory / "train.jsonl").read_text().splitlines()[1]
    theirs = [vote("anna", OPPOSE), vote("ben", SUPPORT, date="2026-01-31")]
    added = add(directory, [row(" one  IS here.", SUPPORT, *theirs)])
    assert (added.n_added, added.n_doubles, added.n_votes) == (0, 1, 1)
    assert rows_of(directory / "train.jsonl")[0] == mine | {"votes": [*mine["votes"], theirs[1]]}
    assert (directory / "train.jsonl").read_text().splitlines()[1] == second


def test_the_same_text_in_another_context_is_another_sentence(write_corpus, add):
    directory = write_corpus([row("It left.", SUPPORT, context="The fleet came.")])
    assert add(directory, [row("It left.", OPPOSE, context="The gas came.")]).n_added == 1


def test_in_a_conflict_what_is_there_stays_and_both_places_are_told(write_corpus, add, tmp_path):
    directory = write_corpus([row("One.", SUPPORT, note="settled")])
    before = (directory / "train.jsonl").read_bytes()
    added = add(directory, [row("Two.", {}), row("one.", OPPOSE)], is_dry_run=False)
    (conflict,) = added.conflicts
    assert str(conflict.place) == f"{tmp_path / 'in.jsonl'} line 2"
    assert str(conflict.standing) == f"{directory / 'train.jsonl'} line 1"
    assert (conflict.labels, conflict.standing_labels) == (OPPOSE, SUPPORT)
    assert (directory / "train.jsonl").read_bytes().startswith(before)


def test_a_vote_that_differs_joins_too_so_that_agreement_is_not_overstated(write_corpus, add):
    directory = write_corpus([row("One.", SUPPORT, vote("anna", SUPPORT))])
    add(directory, [row("One.", OPPOSE, vote("ben", OPPOSE))])
    (now,) = rows_of(directory / "train.jsonl")
    assert now["labels"] == SUPPORT
    assert now["votes"] == [vote("anna", SUPPORT), vote("ben", OPPOSE)]


def test_a_conflict_can_replace_the_label_and_the_old_votes_stay(write_corpus, add):
    mine = row("One.", SUPPORT, vote("anna", SUPPORT), id="1", note="settled")
    directory = write_corpus([mine])
    theirs = row("One.", OPPOSE, vote("ben", OPPOSE), id="x")
    add(directory, [theirs], is_replacing=True)
    votes = [vote("anna", SUPPORT), vote("ben", OPPOSE)]
    assert rows_of(directory / "train.jsonl") == [mine | {"labels": OPPOSE, "votes": votes}]


def test_doubles_and_conflicts_in_the_input_follow_the_same_rule(write_corpus, add):
    rows = [
        row("One.", SUPPORT, vote("anna", SUPPORT)),
        row("one.", SUPPORT, vote("ben", SUPPORT)),
        row("ONE.", OPPOSE, vote("cleo", OPPOSE)),
    ]
    directory = write_corpus([])
    added = add(directory, rows)
    assert (added.n_added, added.n_doubles, len(added.conflicts)) == (1, 1, 1)
    (now,) = rows_of(directory / "train.jsonl")
    assert (now["text"], now["labels"]) == ("One.", SUPPORT)
    assert [v["coder"] for v in now["votes"]] == ["anna", "ben", "cleo"]


@pytest.mark.parametrize("labels", [SUPPORT, OPPOSE])
def test_a_sentence_of_another_split_is_left_alone(write_corpus, add, labels):
    directory = write_corpus([row("One.", {})])
    (directory / "exam.jsonl").write_text(json.dumps(row("Two.", SUPPORT)) + "\n")
    before = (directory / "exam.jsonl").read_bytes()
    added = add(directory, [row("two.", labels, vote("anna", labels))], is_replacing=True)
    assert added.n_added == added.n_doubles == len(added.conflicts) == 0
    (left_out,) = added.left_out
    assert left_out.reason == f"stands in split 'exam' ({directory / 'exam.jsonl'} line 1)"
    assert (directory / "exam.jsonl").read_bytes() == before


@pytest.mark.parametrize("split", ["train", "exam"])
def test_a_sentence_of_two_splits_is_left_alone_in_both(write_corpus, add, split):
    directory = write_corpus([row("One.", {})])
    (directory / "exam.jsonl").write_text(json.dumps(row("One.", {})) + "\n")
    added = add(directory, [row("One.", SUPPORT, vote("anna", SUPPORT))], split=split)
    assert (len(added.left_out), len(added.conflicts), added.n_votes) == (1, 0, 0)


def test_a_news_item_of_another_split_is_an_error(write_corpus, add):
    directory = write_corpus([row("One.", {}, group="talks")])
    with pytest.raises(NewstanceError, match=r"item 'talks' is in split 'train' .*--split train"):
        add(directory, [row("Two.", {}, group="talks")], split="exam")


def test_an_id_of_another_sentence_is_an_error(write_corpus, add):
    directory = write_corpus([row("One.", {}, id="7")])
    with pytest.raises(NewstanceError, match=r"in.jsonl line 1: the id '7' also stands at .*e 1"):
        add(directory, [row("Two.", {}, id=7)])


def test_a_corpus_with_faults_is_not_touched(write_corpus, add):
    directory = write_corpus([row("One.", {"energy": "pro"})])
    before = (directory / "train.jsonl").read_bytes()
    with pytest.raises(NewstanceError, match=r"unknown stance 'pro'.* Nothing was added"):
        add(directory, [row("Two.", {})])
    assert (directory / "train.jsonl").read_bytes() == before


def test_a_dry_run_tells_the_same_and_writes_nothing(write_corpus, add):
    directory = write_corpus([row("One.", SUPPORT)])
    before = {path: path.read_bytes() for path in directory.iterdir()}
    rows = [row("Two.", {}), row("One.", OPPOSE), row("one.", SUPPORT, vote("a", SUPPORT))]
    rows = [rows[0], row("One.", OPPOSE, vote("b", OPPOSE)), rows[2]]
    told = add(directory, rows, is_dry_run=True)
    assert {path: path.read_bytes() for path in directory.iterdir()} == before
    assert add(directory, rows) == told


def test_a_second_writer_gets_a_clear_error(write_corpus, add):
    directory = write_corpus([row("One.", SUPPORT)])
    program = (
        "import sys; from pathlib import Path; from newstance.corpus import writing\n"
        "with writing(Path(sys.argv[1])): print('held', flush=True); input()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, directory],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert other.stdout.readline() == "held\n"
        before = (directory / "train.jsonl").read_bytes()
        with pytest.raises(NewstanceError, match="another process is writing to this corpus"):
            add(directory, [row("Two.", {})])
        assert (directory / "train.jsonl").read_bytes() == before
    finally:
        other.communicate("\n")
    assert add(directory, [row("Two.", {})]).n_added == 1


def test_a_lock_is_free_again_after_an_error(write_corpus):
    directory = write_corpus([])
    with pytest.raises(ZeroDivisionError), writing(directory):
        1 / 0  # noqa: B018
    with writing(directory):
        pass
