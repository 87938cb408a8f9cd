import json

import pytest
from conftest import small_rows

from newstance.corpus import corpus_digest, count, groups, read_corpus
from newstance.errors import NewstanceError


def test_every_fault_is_listed_with_file_and_line(write_corpus):
    rows = small_rows(2)
    rows[1]["labels"] = {"energy": "pro"}
    del rows[3]["text"]
    directory = write_corpus(rows)
    faults = read_corpus(directory).faults
    assert [(fault.place.path.name, fault.place.line) for fault in faults] == [
        ("train.jsonl", 2),
        ("train.jsonl", 4),
    ]
    assert "unknown stance 'pro'" in str(faults[0])


@pytest.mark.parametrize(
    ("vote", "message"),
    [
        ({"labels": {}}, "a vote is no object with 'coder'"),
        ({"coder": "a", "labels": {"energy": "pro"}}, "in the vote of 'a', unknown stance 'pro'"),
        ({"coder": "a", "labels": {}, "date": "May"}, "the vote of 'a' has no date like"),
    ],
)
def test_a_faulty_vote_is_a_fault(write_corpus, vote, message):
    directory = write_corpus([{"text": "a", "labels": {}, "votes": [vote]}])
    assert message in read_corpus(directory).faults[0].message


def test_a_folder_without_sentences_is_an_error(write_corpus):
    with pytest.raises(NewstanceError, match=r"no labelled sentences in train.jsonl"):
        read_corpus(write_corpus([]))


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(NewstanceError, match="there is no such folder"):
        read_corpus(tmp_path / "nowhere")


def test_the_digest_changes_with_a_letter(write_corpus):
    rows = small_rows(2)
    before = corpus_digest(write_corpus(rows))
    assert corpus_digest(write_corpus(rows)) == before
    rows[0]["text"] += "!"
    assert corpus_digest(write_corpus(rows)) != before


def test_rows_without_group_are_items_of_their_own():
    assert groups(["a", None, "a", None]) == ["a", "row 1", "a", "row 3"]


def test_counts_are_those_of_the_labels(codebook):
    labels = [{"energy": "support", "defence": "neutral"}, {}, {"energy": "support"}]
    counts = count(labels, ["a", "a", "b"], codebook)
    assert (counts["sentences"], counts["items"], counts["none"]) == (3, 2, 1)
    assert counts["labels"]["energy"] == {"support": 2, "oppose": 0, "neutral": 0}
    assert json.dumps(counts)
