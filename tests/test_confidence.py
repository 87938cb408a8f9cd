"""How sure a label has to be, found on held-out answers."""

import json
import shutil

import numpy as np
import pytest
from conftest import ROOT

from newstance.classify import classify
from newstance.confidence import (
    FEWEST_LABELS,
    count_by_confidence,
    describe_confidence,
    least_for_precision,
    read_least,
)
from newstance.errors import NewstanceError
from newstance.predictions import Predictions
from newstance.records import Sentence

NEWS = Sentence("Hungary backs Serbia on its way into the EU.")


def said(topics, stances, decided):
    n = len(topics)
    return Predictions(
        np.array(decided), np.array(topics), np.array(stances), np.ones(n, dtype=bool)
    )


@pytest.fixture
def three(codebook):
    """One label of confidence 0.72 that is right, one of 0.4 that is not, and none."""
    topics = [[0.9, 0, 0, 0], [0.8, 0, 0, 0], [0.1, 0, 0, 0]]
    stances = [[[0.8, 0.2, 0.0]] * 4, [[0.5, 0.3, 0.2]] * 4, [[1.0, 0.0, 0.0]] * 4]
    decided = [[0, -1, -1, -1], [0, -1, -1, -1], [-1, -1, -1, -1]]
    gold = np.array([[0, -1, -1, -1], [1, -1, -1, -1], [0, -1, -1, -1]])
    return gold, said(topics, stances, decided), codebook


def test_a_label_is_as_sure_as_topic_and_stance_together(three):
    _, predictions, _ = three
    assert predictions.confidence[:, 0] == pytest.approx([0.72, 0.4, 0.1])


def test_labels_are_counted_from_each_hundredth_on(three):
    counts = count_by_confidence(*three)["defence"]
    assert [counts["kept"][step] for step in (0, 40, 41, 72, 73, 100)] == [2, 2, 1, 1, 0, 0]
    assert [counts["right"][step] for step in (0, 40, 41, 72, 73, 100)] == [1, 1, 1, 1, 0, 0]


def test_what_metrics_keep_is_json(three):
    gold, predictions, codebook = three
    told = describe_confidence(gold, predictions, groups=["a", "b", "c"], codebook=codebook)
    assert json.loads(json.dumps(told)) == told
    assert sum(told["reliability"]["topics"]["count"]) == 12
    assert sum(told["reliability"]["stances"]["count"]) == 3


def counts(kept, right):
    """Counts that fall once, from all labels to those of half the confidence or more."""
    every = [kept[0]] * 50 + [kept[1]] * 51
    return {"energy": {"kept": every, "right": [right[0]] * 50 + [right[1]] * 51}}


def test_the_least_confidence_that_reaches_a_precision_is_found():
    (least,) = least_for_precision(0.9, counts(kept=(200, 100), right=(150, 95)))
    assert least.confidence == 0.5
    assert least.precision == pytest.approx(0.95)
    assert least.coverage == pytest.approx(0.5)


def test_a_precision_that_all_labels_reach_leaves_none_out():
    (least,) = least_for_precision(0.7, counts(kept=(200, 100), right=(150, 95)))
    assert (least.confidence, least.coverage) == (0.0, 1.0)


def test_a_precision_out_of_reach_is_refused_with_the_best():
    with pytest.raises(NewstanceError, match=r"'energy'.*0\.99.*the best is 0\.95.*0\.5"):
        least_for_precision(0.99, counts(kept=(200, 100), right=(150, 95)))


def test_a_handful_of_labels_proves_no_precision():
    few = FEWEST_LABELS - 1
    with pytest.raises(NewstanceError, match=r"the best is 0\.75"):
        least_for_precision(0.9, counts(kept=(200, few), right=(150, few)))


def test_unsure_labels_are_left_out_named_and_kept_in_the_scores(shipped):
    (sure,) = classify(shipped, [NEWS])
    (unsure,) = classify(shipped, [NEWS], least=(1.0,) * 4)
    assert "eu_accession" in sure.labels
    assert unsure.labels == {}
    assert unsure.remark.startswith("unsure: eu_accession support 0.")
    assert unsure.scores == sure.scores


def test_a_threshold_holds_for_its_topic_alone(shipped):
    (answer,) = classify(shipped, [NEWS], least=(1.0, 1.0, 0.0, 1.0))
    assert "eu_accession" in answer.labels


def test_the_shipped_model_tells_what_a_precision_costs():
    found = read_least(ROOT / "model", 0.8)
    assert [least.topic for least in found] == [
        "defence",
        "energy",
        "eu_accession",
        "srebrenica_vote",
    ]
    assert all(least.precision >= 0.8 and 0 < least.coverage < 1 for least in found)


def test_a_model_that_tells_no_confidence_is_refused(tmp_path):
    shutil.copytree(ROOT / "tests" / "data" / "model-format-1", tmp_path / "old")
    with pytest.raises(NewstanceError, match=r"old/metrics\.json: tells no confidence"):
        read_least(tmp_path / "old", 0.8)
