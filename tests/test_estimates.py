import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import f1_score

from newstance.estimates import (
    Estimate,
    Items,
    confusion,
    in_digits,
    macro_f1,
    micro_f1,
    share,
    topic_hits,
)

LABELS = arrays(int, (9, 4), elements=st.integers(-1, 2))


def one_row(part, whole):
    return np.array([[part, whole]], dtype=float)


@given(LABELS, arrays(int, (9, 4), elements=st.integers(0, 2)))
def test_macro_f1_is_that_of_scikit_learn(gold, guessed):
    has = gold >= 0
    if has.any():
        expected = f1_score(
            gold[has], guessed[has], average="macro", labels=[0, 1, 2], zero_division=0
        )
        summed = confusion(gold, np.eye(3)[guessed]).sum(axis=0)
        assert macro_f1(summed) == pytest.approx(expected)


@given(LABELS, LABELS)
def test_micro_f1_is_that_of_scikit_learn(gold, decided):
    if (gold >= 0).any() or (decided >= 0).any():
        expected = f1_score(gold >= 0, decided >= 0, average="micro", zero_division=0)
        assert micro_f1(topic_hits(gold, decided).sum(axis=0)) == pytest.approx(expected)


def test_a_score_of_nothing_is_no_number():
    assert np.isnan(micro_f1(np.zeros(2)))
    assert np.isnan(share(np.zeros(2)))


def test_the_interval_holds_the_score():
    rng = np.random.default_rng(0)
    tally = np.stack([rng.random(60) < 0.3, np.ones(60)], axis=1)
    told = Items([str(n // 2) for n in range(60)]).estimate(tally, share)
    assert told.value == tally[:, 0].mean()
    assert told.low < told.value < told.high


def test_few_news_items_give_no_interval():
    tally = np.repeat(one_row(1, 2), 8, axis=0)
    assert Items(["a", "b", "c", "d"] * 2).estimate(tally, share) == Estimate(0.5, None, None)


def test_news_items_that_add_nothing_do_not_make_an_interval():
    tally = np.concatenate([one_row(1, 2), np.zeros((20, 2))])
    assert Items([str(n) for n in range(21)]).estimate(tally, share).low is None


def test_an_estimate_reads_as_score_and_interval():
    assert str(Estimate(0.5, 0.4, 0.625)) == "0.50 (0.40–0.62)"
    assert str(Estimate(0.5, None, None)) == "0.50"
    assert str(Estimate(0.01, -0.02, 0.04)) == "0.01 (−0.02 to 0.04)"


def test_nothing_is_not_shown_as_less_than_nothing():
    assert in_digits(-0.001) == "0.00"
