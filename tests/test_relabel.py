import json

from hypothesis import given
from hypothesis import strategies as st

from newstance.relabel import relabel_rows


def same(labels):
    return dict(labels)


def without_energy(labels):
    return {topic: stance for topic, stance in labels.items() if topic != "energy"}


def none_if_neutral(labels):
    return None if "neutral" in labels.values() else dict(labels)


ROWS = [
    {"id": "a", "text": "é", "labels": {"energy": "support", "defence": "neutral"}, "n": 1},
    {"id": "b", "text": "two", "labels": {}},
]


def lines(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def test_a_row_keeps_its_other_fields_and_their_order():
    done = relabel_rows(lines(ROWS), without_energy)
    assert json.loads(done.text.split("\n")[0]) == {**ROWS[0], "labels": {"defence": "neutral"}}
    assert list(json.loads(done.text.split("\n")[0])) == ["id", "text", "labels", "n"]
    assert done.n_rows == 1


def test_votes_are_relabelled_too():
    vote = {"coder": "x", "labels": {"energy": "oppose"}}
    done = relabel_rows(lines([{**ROWS[1], "votes": [vote]}]), without_energy)
    assert json.loads(done.text)["votes"] == [{"coder": "x", "labels": {}}]
    assert done.n_rows == 1


def test_lines_that_do_not_change_stay_letter_for_letter():
    text = (
        '{"labels":{},  "text" : "\\u00e9"}\r\n\n{"text": "b", "labels": {"energy": "support"}}\r\n'
    )
    done = relabel_rows(text, without_energy)
    assert done.text == text.replace('"labels": {"energy": "support"}', '"labels": {}')


def test_a_row_that_no_labels_are_left_for_becomes_a_question():
    votes = [
        {"coder": "x", "labels": {"defence": "neutral"}},
        {"coder": "y", "labels": {"defence": "support"}},
        {"coder": "z", "labels": {}},
    ]
    done = relabel_rows(lines([{**ROWS[0], "votes": votes}, ROWS[1]]), none_if_neutral)
    assert done.text == lines(ROWS[1:])
    assert done.n_rows == 1
    assert json.loads(done.questions[0]) == {
        "id": "a",
        "text": "é",
        "n": 1,
        "votes": votes[1:],
        "picked": "stale",
        "stale": {"labels": ROWS[0]["labels"], "votes": votes[:1]},
    }


def test_a_vote_that_no_labels_are_left_for_is_left_out():
    vote = {"coder": "x", "labels": {"defence": "neutral"}}
    done = relabel_rows(lines([{**ROWS[1], "votes": [vote]}]), none_if_neutral)
    assert json.loads(done.text)["votes"] == []
    assert done.questions == ()


LABELS = st.dictionaries(st.sampled_from(["energy", "defence"]), st.sampled_from(["a", "b"]))
ROW = st.fixed_dictionaries(
    {"text": st.text(st.characters(exclude_categories=["Cs"])), "labels": LABELS}
)


@given(st.lists(ROW), st.booleans())
def test_labels_that_stay_the_same_leave_any_text_as_it_is(rows, is_ascii):
    text = "\n".join(json.dumps(row, ensure_ascii=is_ascii) for row in rows)
    assert relabel_rows(text, same).text == text
    assert relabel_rows(text, same).n_rows == 0
