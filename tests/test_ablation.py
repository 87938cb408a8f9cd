"""Each variant is the estimator but for the one thing that it names."""

import numpy as np
import pytest
from conftest import small_rows

from newstance.ablation import AS_IT_IS, PARTS, ablate
from newstance.cross_validation import to_rows
from newstance.ngrams import NgramScorer
from newstance.pipeline import to_input
from newstance.predictions import to_gold
from newstance.records import Sentence

FEWER = {
    "without character n-grams",
    "without words",
    "without word pairs",
    "without names",
}


@pytest.mark.parametrize("name", PARTS)
def test_a_variant_fits_on_the_features_that_it_names(codebook, name):
    rows = small_rows(12)
    inputs = to_input([Sentence(row["text"], "The EU met.") for row in rows])
    gold = to_gold([row["labels"] for row in rows], codebook)
    widths, scores = {}, {}
    for key in ("as it is", name):
        variant, parameters = {**AS_IT_IS, **PARTS}[key]
        scorer = variant(**parameters).fit(inputs, gold)
        widths[key] = scorer.text_features_.transform(inputs).shape[1]
        scores[key] = scorer.score_sentences(inputs)
        assert scores[key].stances.shape == (len(rows), 4, 3)
    assert (widths[name] < widths["as it is"]) == (name in FEWER)
    told = [np.hstack([own.topics, own.stances.reshape(len(rows), -1)]) for own in scores.values()]
    assert not np.allclose(*told, atol=1e-4)


def test_each_variant_is_measured_by_itself(codebook):
    rows = to_rows(
        [Sentence(r["text"], "", r["labels"], {"group": r["group"]}) for r in small_rows(12)],
        codebook,
    )
    told = ablate(rows, codebook, {"weak": (NgramScorer, {"topic_strength": 1e-6})}, n_jobs=1)
    assert [one["variant"] for one in told] == ["as it is", "weak"]
    whole, weak = (one["topic_micro_f1"]["value"] for one in told)
    assert whole > 0.9
    assert weak < 0.1
    assert told[1]["topic_loss"]["value"] == pytest.approx(whole - weak)
    assert told[0]["topic_loss"]["value"] == 0
