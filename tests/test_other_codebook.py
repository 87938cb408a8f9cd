"""Another codebook and corpus: the same estimator is at least as good as the plain one."""

import numpy as np
import pytest
from conftest import ROOT
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_union

from newstance.corpus import read_corpus
from newstance.cross_validation import to_rows
from newstance.metrics import measure
from newstance.pipeline import TopicStanceClassifier, to_target
from newstance.predictions import Predictions

CLIMATE = ROOT / "tests" / "data" / "climate"


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(CLIMATE)


@pytest.fixture(scope="module")
def rows(corpus):
    return to_rows(corpus.splits["train"], corpus.codebook)


def fitted(rows, kept, codebook):
    own = rows[kept]
    model = TopicStanceClassifier(codebook.topic_names, codebook.stance_names)
    model.fit(own.inputs, to_target(own.gold, codebook.stance_names), groups=own.groups)
    return model.predictions


def plain(rows, kept, codebook, strength):
    """TF-IDF of words and letters and a logistic regression for each topic and its stance."""
    gold = rows.gold[kept]
    both = make_union(
        TfidfVectorizer(ngram_range=(1, 2)),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)),
    )
    features = both.fit_transform(rows.inputs[kept, 0])
    topics, stances = [], []
    for k in range(len(codebook.topics)):
        is_given = gold[:, k] >= 0
        blank = LogisticRegression(C=strength, max_iter=500)
        topics.append(blank.fit(features, is_given))
        blank = LogisticRegression(C=strength, max_iter=500)
        stances.append(blank.fit(features[is_given], gold[is_given, k]))

    def predict(inputs):
        some = both.transform(inputs[:, 0])
        p = np.column_stack([model.predict_proba(some)[:, 1] for model in topics])
        q = np.stack([model.predict_proba(some) for model in stances], axis=1)
        decided = np.where(p >= 0.5, q.argmax(axis=2), -1)
        return Predictions(decided, p, q, np.ones(len(inputs), dtype=bool))

    return predict


def cross_validated(rows, codebook, fit):
    folds = list(GroupKFold(2, shuffle=True, random_state=0).split(rows.gold, groups=rows.groups))
    said = [fit(rows, kept, codebook)(rows.inputs[left_out]) for kept, left_out in folds]
    gold = np.concatenate([rows.gold[left_out] for _, left_out in folds])
    items = [str(item) for _, left_out in folds for item in rows.groups[left_out]]
    told = measure(gold, Predictions.concatenate(said), groups=items, codebook=codebook)
    return told.measures


def test_it_is_at_least_as_good_as_tfidf_with_logistic_regression(rows, corpus):
    ours = cross_validated(rows, corpus.codebook, fitted)
    for strength in (10, 100):
        theirs = cross_validated(
            rows, corpus.codebook, lambda *args, c=strength: plain(*args, strength=c)
        )
        assert ours["topic_micro_f1"] > theirs["topic_micro_f1"]
        assert ours["stance_macro_f1"] > theirs["stance_macro_f1"]
        assert ours["pair_f1"] > theirs["pair_f1"]
