from itertools import product

import numpy as np
import pytest
from conftest import ROOT, STANCE_WORDS, TOPIC_WORDS

from newstance.evaluate import evaluate
from newstance.predictions import Predictions
from newstance.probes import probe
from newstance.records import Sentence, read_jsonl
from newstance.words import WORD

TOPICS, STANCES = tuple(TOPIC_WORDS), tuple(STANCE_WORDS)
NOUNS = [[noun.lower() for noun in nouns] for nouns in TOPIC_WORDS.values()]
VERBS = list(STANCE_WORDS.values())


def reader(stance_of):
    """A model that knows topics by their nouns; ``stance_of`` gives the stance's number for a
    topic's number and the words."""

    def predict(sentences):
        words = [set(WORD.findall(s.text.lower())) for s in sentences]
        has = np.array([[bool(own & set(nouns)) for nouns in NOUNS] for own in words])
        stance = np.array([[stance_of(k, own) for k in range(4)] for own in words])
        decided = np.where(has, stance, -1)
        return Predictions(decided, has * 0.9, np.eye(3)[stance], np.ones(len(has), dtype=bool))

    return predict


def by_verb(_, words):
    return next((k for k, verbs in enumerate(VERBS) if words & set(verbs)), 2)


def by_noun(topic, words):
    return next((k for k, noun in enumerate(NOUNS[topic]) if noun in words), 2) % 3


def by_own_verb(topic, words):
    """The verb, if the topic's noun is there too."""
    return by_verb(topic, words) if words & set(NOUNS[topic]) else 2


def by_name(_, words):
    return 0 if "orban" in words else 1 if "merkel" in words else 2


def rows(n_items=20):
    """Every stance towards every topic, by verb, with a name for each stance."""
    return [
        Sentence(
            f"On {name} they {STANCE_WORDS[stance][n % 4]} the {TOPIC_WORDS[topic][n % 4]}.",
            labels={topic: stance},
            other={"group": str(n)},
        )
        for n, topic, (stance, name) in product(
            range(n_items), TOPICS, zip(STANCES, ("Orban", "Merkel", "Monday"), strict=True)
        )
    ]


def probed(codebook, stance_of, sentences=None):
    sentences = sentences or rows()
    predict = reader(stance_of)
    told = probe(sentences, predict(sentences), predict, codebook)
    return {found.name: found for found in told.probes}


def test_the_score_of_the_input_as_it_is_is_that_of_the_evaluation(shipped):
    sentences = read_jsonl(ROOT / "corpus" / "exam.jsonl", codebook=shipped.codebook)[:150]
    said = shipped.predict(sentences)
    told = evaluate(sentences, said, shipped.codebook)
    as_it_is, majority, *_ = probe(sentences, said, shipped.predict, shipped.codebook).probes
    for score, key in ((as_it_is.stance, "stance_macro_f1"), (as_it_is.topics, "topic_micro_f1")):
        assert score.value == pytest.approx(told.measures[key])
        assert (score.low, score.high) == pytest.approx(told.intervals[key])
    assert majority.stance.value == pytest.approx(told.baseline["stance_macro_f1"])
    assert majority.topics.value == pytest.approx(told.baseline["topic_micro_f1"])


def test_who_reads_verbs_alone_does_not_need_the_target(codebook):
    told = probed(codebook, by_verb)
    assert (told["target_masked"].stance.value, told["target_masked"].loss.value) == (1, 0)
    assert told["target_masked"].finding.endswith(
        ": the stance does not depend on the target here."
    )
    assert told["other_topic"].finding.endswith("depend on the topic asked about here.")


def test_who_needs_the_target_loses_without_it(codebook):
    told = probed(codebook, by_own_verb)
    neutral_for_all = 2 * 80 / (240 + 80) / 3  # the F1 of neutral, over three stances
    assert told["target_masked"].stance.value == pytest.approx(neutral_for_all)
    assert told["target_masked"].loss.value == pytest.approx(1 - neutral_for_all)
    assert told["target_masked"].finding is None
    assert told["other_topic"].stance.value == pytest.approx(neutral_for_all)
    assert told["other_topic"].finding is None


def test_who_reads_the_stance_off_the_target_does_as_well_with_it_alone(codebook):
    told = probed(codebook, by_noun)
    assert told["topic_words_only"].loss.value == 0
    assert "does not depend on more than the topic's words" in told["topic_words_only"].finding


def test_who_reads_names_is_found_out(codebook):
    told = probed(codebook, by_name)
    assert told["as_it_is"].stance.value == 1
    assert told["names_masked"].finding.endswith("the stance depends in part on names here.")
    assert probed(codebook, by_verb)["names_masked"].finding is None


def test_topics_are_found_by_their_words_and_not_without(codebook):
    told = probed(codebook, by_verb)
    assert told["topic_words_only"].topics.value == 1
    assert told["target_masked"].topics.value == 0
    assert told["other_topic"].topics is None


def test_a_loss_in_one_item_of_few_tells_neither_way(codebook):
    def by_verb_but_of_one_item(topic, words):
        own = by_own_verb if words & {verbs[3] for verbs in VERBS} else by_verb
        return own(topic, words)

    finding = probed(codebook, by_verb_but_of_one_item, rows(6))["target_masked"].finding
    assert finding.endswith("too few labels to tell whether the stance depends on the target.")


def test_one_news_item_gives_scores_without_intervals_or_findings(codebook):
    one = [Sentence(s.text, labels=s.labels, other={"group": "1"}) for s in rows()]
    for told in probed(codebook, by_verb, one).values():
        assert told.stance.low is None
        assert told.finding is None


def test_a_missing_stance_leaves_stance_out(codebook):
    some = [s for s in rows() if "neutral" not in s.labels.values()]
    for told in probed(codebook, by_verb, some).values():
        assert (told.stance, told.loss, told.finding) == (None, None, None)


def test_no_topic_leaves_all_out(codebook):
    for told in probed(codebook, by_verb, [Sentence("It rained.", labels={})] * 3).values():
        assert (told.stance, told.topics) == (None, None)
