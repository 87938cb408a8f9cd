import numpy as np
import pytest

from newstance.evaluate import Examination
from newstance.mistakes import mistakes
from newstance.predictions import Predictions
from newstance.records import Sentence


def found(codebook, gold, decided, topics, n=20):
    gold, decided = np.array(gold), np.array(decided)
    stances = np.tile([0.6, 0.3, 0.1], (*gold.shape, 1))
    said = Predictions(decided, np.array(topics), stances, np.ones(len(gold), dtype=bool))
    sentences = tuple(Sentence(str(row)) for row in range(len(gold)))
    examination = Examination(sentences, gold, (), said, None, None, {})
    return mistakes(examination, codebook, n=n)


def test_the_surest_mistake_comes_first(codebook):
    gold = [[0, -1, -1, -1]] * 4
    decided = [[-1, -1, -1, -1], [0, -1, -1, -1], [0, -1, -1, 0], [-1, -1, -1, -1]]
    topics = [[0.4, 0, 0, 0], [0.9, 0, 0, 0], [0.9, 0, 0, 0.75], [0.1, 0, 0, 0]]
    told = found(codebook, gold, decided, topics)
    assert [mistake.sentence.text for mistake in told] == ["3", "0", "2"]
    assert [mistake.confidence for mistake in told] == pytest.approx([0.9, 0.6, 0.75 * 0.6])


def test_each_topic_in_question_is_told(codebook):
    (told,) = found(codebook, [[1, -1, 2, -1]], [[0, 0, 2, -1]], [[0.9, 0.8, 0.7, 0.1]])
    answers = [(a.topic, a.gold, a.said, a.probability) for a in told.judgements]
    assert answers == [
        ("defence", "oppose", "support", 0.9),
        ("energy", None, "support", 0.8),
        ("eu_accession", "neutral", "neutral", 0.7),
    ]
    assert told.judgements[0].stances == {"support": 0.6, "oppose": 0.3, "neutral": 0.1}


def test_no_more_than_asked_for_are_told(codebook):
    assert len(found(codebook, [[0] * 4] * 9, [[-1] * 4] * 9, [[0.1] * 4] * 9, n=5)) == 5


def test_what_is_right_is_no_mistake(codebook):
    assert found(codebook, [[0, -1, 1, -1]], [[0, -1, 1, -1]], [[0.9] * 4]) == []
