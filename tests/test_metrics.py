import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import brier_score_loss, f1_score, precision_recall_fscore_support

from newstance.metrics import measure
from newstance.predictions import Predictions

LABELS = arrays(int, (12, 4), elements=st.integers(-1, 2))


def predictions(decided, topics=None, stances=None):
    decided = np.asarray(decided)
    if topics is None:
        topics = (decided >= 0).astype(float)
    if stances is None:
        stances = np.eye(3)[np.maximum(decided, 0)]
    return Predictions(decided, topics, stances, np.ones(len(decided), dtype=bool))


def told(gold, said, codebook, groups=None):
    groups = groups or [str(n) for n in range(len(gold))]
    return measure(np.asarray(gold), said, groups=groups, codebook=codebook, n_resamples=50)


@settings(max_examples=30)
@given(LABELS, LABELS)
def test_f1_is_that_of_scikit_learn(codebook, gold, decided):
    said = told(gold, predictions(decided), codebook)
    has, given_ = gold >= 0, decided >= 0
    assert said.measures["topic_micro_f1"] == pytest.approx(
        f1_score(has, given_, average="micro", zero_division=0)
    )
    assert said.measures["topic_macro_f1"] == pytest.approx(
        f1_score(has, given_, average="macro", zero_division=0)
    )
    precision, recall, f1, _ = precision_recall_fscore_support(has, given_, zero_division=0)
    for k, row in enumerate(said.topics.values()):
        assert (row["precision"], row["recall"], row["f1"]) == pytest.approx(
            (precision[k], recall[k], f1[k])
        )
    if has.any():
        guessed = np.maximum(decided, 0)[has]
        assert said.measures["stance_macro_f1"] == pytest.approx(
            f1_score(gold[has], guessed, average="macro", labels=[0, 1, 2], zero_division=0)
        )
    pairs = np.eye(4)[gold + 1][..., 1:].reshape(12, -1), np.eye(4)[decided + 1][..., 1:]
    assert said.measures["pair_f1"] == pytest.approx(
        f1_score(pairs[0], pairs[1].reshape(12, -1), average="micro", zero_division=0)
    )


def test_brier_score_of_topics_is_that_of_scikit_learn(codebook):
    rng = np.random.default_rng(0)
    gold, topics = rng.integers(-1, 3, (50, 4)), rng.random((50, 4))
    said = told(gold, predictions(gold, topics), codebook)
    for k, row in enumerate(said.topics.values()):
        assert row["brier"] == pytest.approx(brier_score_loss(gold[:, k] >= 0, topics[:, k]))


def test_perfect_predictions_have_perfect_scores(codebook):
    gold = np.array([[0, -1, -1, -1], [-1, 1, 2, -1], [-1, -1, -1, -1]])
    measures = told(gold, predictions(gold), codebook).measures
    for name in ("topic_micro_f1", "stance_accuracy", "pair_f1", "none_recall", "none_precision"):
        assert measures[name] == 1
    for name in ("topic_brier", "stance_brier", "topic_ece", "stance_ece"):
        assert measures[name] == 0


def test_calibration_error_is_the_gap_between_confidence_and_accuracy(codebook):
    gold = np.array([[0, -1, -1, -1]] * 3 + [[-1, -1, -1, -1]])
    topics = np.zeros((4, 4))
    topics[:, 0] = 0.95
    said = told(gold, predictions(gold, topics), codebook)
    assert said.topics["defence"]["ece"] == pytest.approx(0.95 - 0.75)
    assert said.topics["energy"]["ece"] == 0


def test_the_baseline_is_the_best_majority_answer(codebook):
    gold = np.array([[0, -1, -1, -1]] * 2 + [[-1, 1, -1, -1]] + [[-1, -1, -1, -1]] * 3)
    baseline = told(gold, predictions(gold), codebook).baseline
    assert baseline["topic_micro_f1"] == pytest.approx(2 * 2 / (3 + 6))
    assert baseline["topic_macro_f1"] == pytest.approx((2 * 2 / (2 + 6) + 2 * 1 / (1 + 6)) / 4)
    assert baseline["pair_f1"] == pytest.approx(2 * 2 / (3 + 6))
    assert baseline["stance_accuracy"] == 1
    assert baseline["none_recall"] == 1
    assert baseline["none_precision"] == 0.5
    assert baseline["topic_brier"] == pytest.approx((2 / 6 * 4 / 6 + 1 / 6 * 5 / 6) / 4)


def test_intervals_draw_whole_news_items(codebook):
    gold = np.array([[0, -1, -1, -1]] * 40)
    decided = np.array([[0, -1, -1, -1]] * 20 + [[1, -1, -1, -1]] * 20)
    items = ["one"] * 20 + ["other"] * 20
    whole = told(gold, predictions(decided), codebook, items).intervals["stance_accuracy"]
    apart = told(gold, predictions(decided), codebook).intervals["stance_accuracy"]
    assert whole == (0, 1)
    assert 0.3 < apart[0] < 0.5 < apart[1] < 0.7


def test_the_same_random_state_gives_the_same_intervals(codebook):
    rng = np.random.default_rng(0)
    gold, decided = rng.integers(-1, 3, (50, 4)), rng.integers(-1, 3, (50, 4))
    assert told(gold, predictions(decided), codebook) == told(gold, predictions(decided), codebook)


def test_no_sentences_are_an_error(codebook):
    with pytest.raises(ValueError, match="there is no sentence to evaluate"):
        told(np.empty((0, 4), dtype=int), predictions(np.empty((0, 4), dtype=int)), codebook)
