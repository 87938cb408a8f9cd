import json
from dataclasses import replace

import numpy as np
import pytest
from conftest import small_rows

from newstance.corpus import Corpus, Place
from newstance.doubt import confidently_other, doubts, find_doubts, write_queue
from newstance.errors import NewstanceError
from newstance.label import line_up, read_news
from newstance.predictions import Predictions
from newstance.records import Sentence


def test_a_row_is_confidently_other_from_the_mean_of_that_class_on():
    # means: class 0 (0.9 + 0.7 + 0.2) / 3 = 0.6, class 1 (0.5 + 0.9) / 2 = 0.7
    p = np.array([0.9, 0.7, 0.2, 0.5, 0.1])
    labels = np.array([0, 0, 0, 1, 1])
    assert confidently_other(labels, np.stack([p, 1 - p], axis=1)).tolist() == [-1, -1, 1, -1, -1]


def test_of_several_classes_the_likeliest_counts():
    labels = np.array([0, 1, 2])
    probabilities = np.array([[0.1, 0.4, 0.5], [0.3, 0.3, 0.4], [0.5, 0.1, 0.4]])
    # means 0.1, 0.3, 0.4: each row reaches more than one of them
    assert confidently_other(labels, probabilities).tolist() == [2, 2, 0]


def test_a_class_that_nobody_was_given_is_nobodys():
    assert confidently_other(np.array([0, 0]), np.array([[0.6, 0.4], [0.1, 0.9]])).tolist() == [
        -1,
        -1,
    ]


def test_no_rows_have_no_doubts():
    assert confidently_other(np.empty(0, int), np.empty((0, 3))).tolist() == []


@pytest.fixture
def told(codebook, tmp_path):
    """Six sentences on energy, and a model's word on them: contradicting 2, 3 and 5."""
    labels = ["support", "support", "oppose", None, None, "support"]
    topics = np.full((6, 4), 0.01)
    topics[:, 1] = [0.9, 0.9, 0.9, 0.95, 0.02, 0.03]
    stances = np.full((6, 4, 3), 1 / 3)
    stances[:, 1] = [[0.9, 0.1, 0], [0.8, 0.2, 0], [0.9, 0.05, 0.05], *[[0.8, 0.1, 0.1]] * 3]
    rows = [
        Sentence(f"Gas {n}.", labels={"energy": stance} if stance else {}, other={"id": str(n)})
        for n, stance in enumerate(labels)
    ]
    places = [Place(tmp_path / "train.jsonl", n + 1) for n in range(6)]
    corpus = Corpus(codebook, {"train": tuple(rows)}, {"train": tuple(places)}, ())
    said = Predictions(np.zeros((6, 4), int), topics, stances, np.ones(6, dtype=bool))
    return doubts(corpus, said)


def test_doubts_tell_both_labels_both_probabilities_and_the_place(told):
    found = [
        (d.place.line, d.label, d.likelier, d.label_probability, d.likelier_probability)
        for d in told
    ]
    assert found == [
        (6, "support", None, pytest.approx(0.03), pytest.approx(0.97)),
        (4, None, "support", pytest.approx(0.05), pytest.approx(0.95)),
        (3, "oppose", "support", pytest.approx(0.05), pytest.approx(0.9)),
    ]


def test_the_largest_margin_comes_first(told):
    assert [doubt.margin for doubt in told] == pytest.approx([0.94, 0.9, 0.85])


def test_a_label_that_is_still_the_likelier_is_not_doubted(codebook, tmp_path):
    # the second sentence reaches the mean of those with the topic, 0.3, not that without, 0.8
    topics = np.full((3, 4), 0.01)
    topics[:, 1] = [0.3, 0.4, 0.0]
    rows = tuple(Sentence("Gas.", labels=labels) for labels in ({"energy": "support"}, {}, {}))
    places = tuple(Place(tmp_path / "train.jsonl", line) for line in (1, 2, 3))
    stances = np.full((3, 4, 3), 1 / 3)
    said = Predictions(np.zeros((3, 4), int), topics, stances, np.ones(3, dtype=bool))
    assert doubts(Corpus(codebook, {"train": rows}, {"train": places}, ()), said) == []


def test_the_queue_is_what_label_asks_with_each_rows_own_fields(told, tmp_path, shipped):
    write_queue(told, tmp_path / "q.jsonl")
    queue = line_up(read_news([tmp_path / "q.jsonl"]), [], shipped)
    assert [s.other["id"] for s in queue] == ["5", "3", "2"]
    assert {s.other["picked"] for s in queue} == {"doubt"}
    assert queue[2].other["doubt"]["labels"] == {"energy": "oppose"}
    assert queue[2].other["doubt"]["found"][0]["likelier"] == "support"
    assert all(s.labels is None for s in queue)


def test_a_sentence_with_two_doubtful_labels_is_asked_once(told, tmp_path):
    write_queue([told[0], replace(told[0], topic="defence")], tmp_path / "q.jsonl")
    (line,) = (tmp_path / "q.jsonl").read_text().splitlines()
    assert [found["topic"] for found in json.loads(line)["doubt"]["found"]] == ["energy", "defence"]


def test_labels_that_were_exchanged_are_found(write_corpus):
    rows = small_rows(16)
    energy = next(n for n, row in enumerate(rows) if row["labels"] == {"energy": "support"})
    rows[energy]["labels"] = {"energy": "oppose"}
    rows[energy + 40]["labels"] = {}
    rows[0]["labels"] = {"defence": "support"}
    found = find_doubts(write_corpus(rows), n_jobs=1)
    assert {doubt.place.line for doubt in found} == {1, energy + 1, energy + 41}
    exchanged = next(doubt for doubt in found if doubt.place.line == energy + 1)
    assert exchanged.sentence.text.split()[1] in exchanged.for_likelier
    assert exchanged.sentence.text.split()[1] not in exchanged.for_label


def test_a_corpus_with_a_fault_is_refused(write_corpus):
    with pytest.raises(NewstanceError, match="line 1: 'labels' is no object"):
        find_doubts(write_corpus([{"text": "x", "labels": 3}]))


def test_a_corpus_too_small_to_cross_validate_is_refused(write_corpus):
    with pytest.raises(NewstanceError, match="cross-validation needs 10"):
        find_doubts(write_corpus(small_rows(2)))
