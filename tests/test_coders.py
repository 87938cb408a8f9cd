import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from newstance.coders import compare_coders
from newstance.errors import NewstanceError
from newstance.records import Sentence


def sentence(labels, *votes):
    coders = [{"coder": f"coder {n}", "labels": vote} for n, vote in enumerate(votes)]
    return Sentence("x", labels=labels, other={"votes": coders} if votes else {})


def test_the_model_is_compared_with_gold_as_the_coders_with_one_another(codebook):
    rng = np.random.default_rng(0)
    first, second, model = rng.random((3, 40)) < 0.5
    rows = [
        sentence(*({"defence": "support"} if vote else {} for vote in (a, a, b)))
        for a, b in zip(first, second, strict=True)
    ]
    decided = np.full((40, 4), -1)
    decided[model, 0] = 0
    defence = compare_coders(rows, decided, codebook, name="gold")[0]
    assert defence.coders.value == pytest.approx(cohen_kappa_score(first, second))
    assert defence.model.value == pytest.approx(cohen_kappa_score(first, model))
    assert defence.coders.low < defence.coders.value < defence.coders.high


def test_sentences_with_one_vote_do_not_count(codebook):
    rows = [sentence({}, {}), sentence({})]
    assert compare_coders(rows, np.full((2, 4), -1), codebook, name="gold") == []


def test_who_always_says_the_same_tells_nothing(codebook):
    support, oppose = {"defence": "support"}, {"defence": "oppose"}
    rows = [sentence(support, support, oppose if n % 2 else support) for n in range(20)]
    *_, stance = compare_coders(rows, np.zeros((20, 4), dtype=int), codebook, name="gold")
    assert (stance.coders, stance.model) == (None, None)


def test_votes_at_fault_are_told_with_their_place(codebook):
    rows = [sentence({}), Sentence("x", labels={}, other={"votes": 3})]
    with pytest.raises(NewstanceError, match=r"gold.jsonl: sentence 2: 'votes' is no list"):
        compare_coders(rows, np.full((2, 4), -1), codebook, name="gold.jsonl")
