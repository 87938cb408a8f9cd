"""The plain arrays say what the pipeline says."""

import numpy as np
import pytest
from conftest import ROOT, small_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newstance import flat
from newstance.corpus import read_corpus
from newstance.flat import FlatScorer, load_tables, save_tables
from newstance.flatten import flatten
from newstance.model import load_pipeline
from newstance.pipeline import TopicStanceClassifier, to_input
from newstance.records import Sentence

LETTERS = "NATO gas EU—’'’- \n\t\u2028\x1cİΣßǅ_8×"
WORDS = ["NATO", "gas,", "EU", "vetoed", "the", "pipeline.", "Vučić's", "a", "—", "U.S."]
HOSTILE = st.text(st.characters(codec="utf-8") | st.sampled_from(LETTERS))
NEWS = st.lists(st.sampled_from(WORDS)).map(" ".join)


@pytest.fixture(scope="module")
def pipeline():
    return load_pipeline()


def assert_same(pipeline, scorer, sentences):
    expected = pipeline.predictions(to_input(sentences))
    said = scorer.predict([s.text for s in sentences], [s.context for s in sentences])
    assert np.allclose(said.topics, expected.topics, rtol=0, atol=1e-6)
    assert np.allclose(said.stances, expected.stances, rtol=0, atol=1e-6)
    assert np.array_equal(said.is_known, expected.is_known)
    is_close_call = np.abs(expected.topics - pipeline.threshold) < 1e-6
    two_best = np.sort(expected.stances, axis=2)[..., -2:]
    is_close_call |= np.diff(two_best, axis=2)[..., 0] < 1e-6
    assert np.array_equal(said.decided[~is_close_call], expected.decided[~is_close_call])


def test_the_whole_corpus_gets_the_same_probabilities(pipeline, shipped):
    for sentences in read_corpus(ROOT / "corpus").splits.values():
        assert_same(pipeline, shipped.scorer, sentences)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(HOSTILE | NEWS, HOSTILE | NEWS), min_size=1, max_size=5))
def test_random_and_hostile_strings_get_the_same_probabilities(pipeline, shipped, pairs):
    assert_same(pipeline, shipped.scorer, [Sentence(*pair) for pair in pairs])


def fitted(codebook, rows, contexts, stances):
    """An estimator fitted on rows with the first so many stances, and the sentences."""
    sentences = [Sentence(r["text"], context) for r, context in zip(rows, contexts, strict=True)]
    names = codebook.stance_names[:stances]
    target = np.array(
        [[r["labels"].get(topic, "") for topic in codebook.topic_names] for r in rows], dtype=object
    )
    target[~np.isin(target.astype(str), names)] = ""
    model = TopicStanceClassifier(codebook.topic_names, names)
    return model.fit(to_input(sentences), target, groups=[r["group"] for r in rows]), sentences


@pytest.mark.parametrize("stances", [2, 3])
@pytest.mark.parametrize("has_contexts", [True, False])
def test_other_codebooks_and_corpora_without_context_get_the_same(codebook, stances, has_contexts):
    rows = small_rows()
    contexts = [f"Yesterday it was {row['text']}" if has_contexts else "" for row in rows]
    model, sentences = fitted(codebook, rows, contexts, stances)
    assert_same(model, FlatScorer(flatten(model)), sentences)


def test_written_then_read_gives_the_same_tables(shipped, tmp_path):
    save_tables(shipped.scorer.tables, tmp_path / "flat.npz")
    again = load_tables(tmp_path / "flat.npz")
    for name, value in vars(shipped.scorer.tables).items():
        assert np.array_equal(value, getattr(again, name)), name


def test_one_by_one_equals_in_a_batch(shipped):
    texts = ["NATO signed the pact.", "", "Gas flows to Serbia.", "x"]
    contexts = ["", "The EU met.", "Sofia vetoed it.", ""]
    batch = shipped.scorer.predict(texts, contexts)
    for n in range(len(texts)):
        alone = shipped.scorer.predict(texts[n : n + 1], contexts[n : n + 1])
        assert np.allclose(alone.topics[0], batch.topics[n], atol=1e-12)
        assert np.allclose(alone.stances[0], batch.stances[n], atol=1e-12)


def test_no_sentences_give_empty_arrays(shipped):
    assert shipped.scorer.predict([], []).stances.shape == (0, 4, 3)


def test_a_full_table_of_tokens_is_started_anew_without_a_change(shipped, monkeypatch):
    texts = [f"NATO day {n} gas{n}" for n in range(3000)]
    before = shipped.scorer.predict(texts, texts)
    monkeypatch.setattr(flat, "TOKENS_KEPT", 10)
    scorer = FlatScorer(shipped.scorer.tables)
    for start in range(0, 3000, 500):
        said = scorer.predict(texts[start : start + 500], texts[start : start + 500])
        assert np.allclose(said.topics, before.topics[start : start + 500], atol=1e-12)
    assert len(scorer._rows) < 3000
