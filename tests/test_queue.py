import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from newstance.predictions import Predictions
from newstance.queue import RANDOM, UNCERTAIN, pick, uncertainty
from newstance.records import Sentence

WORDS = st.lists(st.sampled_from(["gas", "oil", "pact", "army", "vote", "veto"]), max_size=6)


def said(topics, stances):
    topics, stances = np.array(topics, float), np.array(stances, float)
    return Predictions(
        np.zeros(topics.shape, int), topics, stances, np.ones(len(topics), dtype=bool)
    )


def picked(texts, worth, count, random_share=0.0, random_state=0):
    return pick(
        [Sentence(text) for text in texts],
        np.array(worth, float),
        count=count,
        random_share=random_share,
        random_state=random_state,
    )


def texts(sentences):
    return [sentence.text for sentence in sentences]


def test_a_coin_for_the_topic_and_one_for_its_stance_are_one_bit_and_a_half():
    assert uncertainty(said([[0.5]], [[[0.5, 0.5]]])) == pytest.approx([1.5])


def test_what_is_certain_is_worth_nothing():
    assert uncertainty(said([[1.0, 0.0]], [[[1, 0, 0], [0.3, 0.3, 0.4]]])) == pytest.approx([0])


def test_the_uncertainty_is_the_entropy_of_not_given_and_each_stance():
    rng = np.random.default_rng(1)
    topics, stances = rng.random((20, 4)), rng.dirichlet(np.ones(3), (20, 4))
    outcomes = np.concatenate([1 - topics[..., None], topics[..., None] * stances], axis=2)
    expected = entropy(outcomes, base=2, axis=2).sum(axis=1)
    assert uncertainty(said(topics, stances)) == pytest.approx(expected)


def test_near_copies_do_not_fill_the_queue():
    news = [f"The army signed a pact on gas with Sofia {n}." for n in range(9)]
    news += ["Chapters stay shut.", "Oil prices rose."]
    assert set(texts(picked(news, [5.0] * 9 + [2.0, 1.5], 3))) == {news[0], *news[-2:]}


def test_copies_and_sentences_without_a_word_are_never_picked():
    news = ["Gas flows.", "Gas flows.", "", "…", "gas FLOWS!"]
    assert texts(picked(news, [1] * 5, 5)) == ["Gas flows."]
    assert sorted(texts(picked(news, [1] * 5, 5, random_share=1))) == ["Gas flows.", "gas FLOWS!"]


@given(
    st.lists(st.tuples(WORDS, st.integers(1, 9)), max_size=12, unique_by=lambda row: tuple(row[0])),
    st.integers(0, 12),
)
def test_each_next_is_the_worthiest_for_its_unlikeness(rows, count):
    words = [frozenset(own) for own, _ in rows]
    news = [" ".join(own) for own, _ in rows]
    expected = []
    while len(expected) < count:
        value = {
            n: rows[n][1]
            * min((1 - len(own & words[m]) / len(own | words[m]) for m in expected), default=1)
            for n, own in enumerate(words)
            if own and n not in expected
        }
        best = max(value, key=lambda n: (value[n], -n), default=None)
        if best is None or value[best] <= 0:
            break
        expected.append(best)
    assert texts(picked(news, [w for _, w in rows], count)) == [news[n] for n in expected]


def test_the_random_share_is_drawn_whatever_it_is_worth_and_mixed_in_evenly():
    news = [f"word{n}" for n in range(100)]
    queue = picked(news, [1] * 50 + [0] * 50, 20, random_share=0.5)
    assert [s.other["picked"] for s in queue] == [RANDOM, UNCERTAIN] * 10
    assert [s.other["picked_rank"] for s in queue] == list(range(1, 21))
    drawn = [news.index(s.text) for s in queue if s.other["picked"] == RANDOM]
    assert any(number >= 50 for number in drawn)
    assert len(set(texts(queue))) == 20


def test_the_draw_is_uniform():
    news = [f"word{n}" for n in range(10)]
    counts = np.zeros(10)
    for state in range(400):
        for sentence in picked(news, range(10), 3, random_share=1, random_state=state):
            counts[news.index(sentence.text)] += 1
    assert np.abs(counts - 120).max() < 5 * np.sqrt(400 * 0.3 * 0.7)


def test_the_same_random_state_gives_the_same_queue():
    news = [f"word{n} and" for n in range(50)]
    assert picked(news, range(50), 20, 0.3) == picked(news, range(50), 20, 0.3)
    assert picked(news, range(50), 20, 0.3) != picked(news, range(50), 20, 0.3, random_state=1)


def test_no_news_gives_no_queue():
    assert picked([], [], 5, 0.5) == []
