import numpy as np
import pytest

from newstance.estimates import Items
from newstance.families import families
from newstance.records import Sentence


def told(names, gold, decided):
    sentences = [Sentence("x", other={"family": name} if name else {}) for name in names]
    items = Items([str(n) for n in range(len(names))])
    return families(sentences, np.array(gold), np.array(decided), items)


def test_a_family_is_right_if_all_its_rows_are():
    gold = [[0, -1], [1, -1], [0, -1], [2, -1]]
    found = told(["a", "a", "b", "b"], gold, [[0, -1], [1, -1], [0, -1], [1, -1]])
    assert (found.n, found.all_right.value, found.rows_right.value) == (2, 0.5, 0.75)


def test_a_wrong_topic_makes_a_row_wrong():
    assert told(["a", "a"], [[0, -1], [1, -1]], [[0, 0], [1, -1]]).rows_right.value == 0.5


def test_the_majority_answer_is_the_most_frequent_label():
    gold = [[0, -1], [1, -1], [0, -1], [0, -1], [0, -1]]
    found = told(["a", "a", "b", "b", "b"], gold, np.full((5, 2), -1))
    assert found.majority_rows_right.value == pytest.approx(4 / 5)
    assert found.majority_all_right.value == 0.5


def test_rows_of_no_family_or_alone_in_it_do_not_count():
    found = told(["a", "a", "b", None], [[0]] * 4, [[0], [0], [1], [1]])
    assert (found.n, found.n_rows, found.rows_right.value) == (1, 2, 1)


def test_without_families_nothing_is_told():
    assert told([None, "", "a"], [[0]] * 3, [[0]] * 3) is None
