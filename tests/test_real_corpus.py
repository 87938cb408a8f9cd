"""The shipped corpus: large, labelled twice, without copies, and as its card says."""

import json
from collections import Counter, defaultdict

import pytest
from conftest import ROOT

from newstance.corpus import corpus_digest, read_corpus
from newstance.corpus_check import check
from newstance.corpus_stats import stats
from newstance.seeds import read_seeds

DIRECTORY = ROOT / "corpus"


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(DIRECTORY)


def every_row(corpus):
    return [sentence for own in corpus.splits.values() for sentence in own]


def test_it_has_no_fault_copy_template_or_leak():
    assert check(DIRECTORY) == []


def test_it_is_as_large_as_it_claims(corpus):
    told = stats(corpus).splits
    train = told["train"]
    assert train["sentences"] >= 6000
    assert train["items"] >= 900
    assert 0.25 < train["none"] / train["sentences"] < 0.4
    assert all(n >= 350 for by_stance in train["labels"].values() for n in by_stance.values())
    assert sum(bool(s.other.get("hard_negative")) for s in corpus.splits["train"]) >= 500
    assert told["exam"]["sentences"] >= 600


def test_every_topic_has_forty_contrast_families_of_three_to_six(corpus):
    families = defaultdict(list)
    for sentence in corpus.splits["contrast"]:
        families[sentence.other["family"]].append(sentence)
    assert all(3 <= len(family) <= 6 for family in families.values())
    assert all(len({str(s.labels) for s in family}) > 1 for family in families.values())
    topics = Counter(
        topic for family in families.values() for topic in {t for s in family for t in s.labels}
    )
    assert all(topics[topic] >= 40 for topic in corpus.codebook.topic_names)


def test_every_row_has_an_id_a_news_item_and_two_votes_by_the_current_codebook(corpus):
    for sentence in every_row(corpus):
        votes = sentence.other["votes"]
        assert sentence.other["id"]
        assert sentence.other["group"]
        assert len({vote["coder"] for vote in votes}) == 2
        assert {vote["codebook"] for vote in votes} == {corpus.codebook.version}


def test_a_label_is_what_both_coders_say_or_is_settled_with_a_note(corpus):
    for sentence in every_row(corpus):
        labels = [vote["labels"] for vote in sentence.other["votes"]]
        is_settled = bool(sentence.other.get("note"))
        assert is_settled == (labels[0] != labels[1]), sentence.other["id"]
        assert is_settled or sentence.labels == labels[0], sentence.other["id"]


def test_every_sentence_of_the_seeds_is_in_it(corpus):
    ours = [s.text for s in corpus.splits["train"] if s.other["source"] == "seeds"]
    articles = [seed.article for seed in read_seeds(ROOT / "seeds")]
    assert ours == [span.text for article in articles for span in article.sentences]


def test_context_is_the_sentences_before_in_the_same_item(corpus):
    before = defaultdict(list)
    for sentence in corpus.splits["train"]:
        own = before[sentence.other["group"]]
        assert sentence.context in ("", " ".join(own[-2:])), sentence.other["id"]
        own.append(sentence.text)


def test_minimal_pairs_differ_in_their_labels(corpus):
    families = defaultdict(list)
    for sentence in corpus.splits["train"]:
        if name := sentence.other.get("family"):
            families[name].append(sentence.labels)
    assert len(families) >= 100
    assert all(len(labels) > 1 for labels in families.values())
    assert sum(labels[0] != labels[1] for labels in families.values()) > 0.9 * len(families)


def test_the_learning_curve_is_that_of_this_corpus():
    curve = json.loads((DIRECTORY / "learning-curve.json").read_text(encoding="utf-8"))
    assert curve["corpus"] == corpus_digest(DIRECTORY), "run tests/benchmarks/learning_curve.py"
