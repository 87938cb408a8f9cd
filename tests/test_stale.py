import json

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from newstance.corpus import read_corpus
from newstance.errors import NewstanceError
from newstance.records import Sentence, read_jsonl
from newstance.stale import find_stale, latest_votes, write_queue

CODEBOOK = """
title = "t"
version = 3
unit = "u"
topic_rule = "r"
stance_rule = "r"
topics = [
  { name = "old", version = 1, definition = "d", covers = "c", excludes = "", target = "t" },
  { name = "changed", version = 2, definition = "d", covers = "c", excludes = "", target = "t" },
  { name = "new", version = 3, definition = "d", covers = "c", excludes = "", target = "t" },
]
stances = [
  { name = "pro", version = 1, definition = "d" },
  { name = "con", version = 3, definition = "d" },
]
"""


@pytest.fixture
def write(tmp_path):
    def write(*rows):
        (tmp_path / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
        lines = [json.dumps({"text": "x", "labels": {}, **row}) + "\n" for row in rows]
        (tmp_path / "train.jsonl").write_text("".join(lines), encoding="utf-8")
        return read_corpus(tmp_path)

    return write


def vote(version, labels, coder="anna"):
    return {"coder": coder, "codebook": version, "labels": labels}


def found(corpus):
    return [(f.place.line, f.state, f.entry) for f in find_stale(corpus).findings]


@pytest.mark.parametrize(
    ("version", "labels", "expected"),
    [
        (3, {"old": "con", "changed": "pro", "new": "con"}, []),
        (2, {"changed": "pro"}, [("uncoded", "new")]),
        (2, {"old": "con"}, [("uncoded", "new"), ("stale", "con")]),
        (2, {"new": "pro"}, [("stale", "new")]),
        (1, {"old": "pro"}, [("uncoded", "changed"), ("uncoded", "new")]),
        (1, {"changed": "con"}, [("stale", "changed"), ("uncoded", "new"), ("stale", "con")]),
        (1, {}, [("uncoded", "changed"), ("uncoded", "new")]),
    ],
)
def test_a_vote_is_judged_by_each_entry_that_is_newer(write, version, labels, expected):
    corpus = write({"votes": [vote(version, labels)]})
    assert found(corpus) == [(1, *finding) for finding in expected]


def test_a_finding_tells_place_coder_and_both_versions(write):
    corpus = write({}, {"votes": [vote(2, {"new": "pro"})]})
    (finding,) = find_stale(corpus).findings
    assert str(finding).endswith(
        "train.jsonl line 2: 'anna' gave 'new': the label is by codebook 2, the entry of version 3."
    )
    told = finding.to_json()
    assert (told["line"], told["vote_version"], told["entry_version"]) == (2, 2, 3)


def test_a_coders_vote_by_a_later_codebook_takes_the_place_of_an_earlier(write):
    corpus = write({"votes": [vote(3, {"new": "pro"}), vote(1, {"changed": "con"})]})
    assert found(corpus) == []


def test_another_coders_vote_does_not(write):
    corpus = write({"votes": [vote(3, {}, "ben"), vote(2, {"new": "pro"})]})
    assert found(corpus) == [(1, "stale", "new")]


def test_a_row_without_votes_is_judged_by_the_codebook_that_it_names(write):
    assert found(write({"labels": {"new": "pro"}, "codebook": 2})) == [(1, "stale", "new")]


@pytest.mark.parametrize(
    "row",
    [{}, {"votes": []}, {"codebook": "2"}, {"votes": [{"coder": "a", "labels": {"new": "pro"}}]}],
)
def test_a_row_without_any_number_is_of_unknown_version(write, row):
    staleness = find_stale(write(row, {"votes": [vote(3, {})]}))
    assert (staleness.n_rows, staleness.n_unknown, staleness.findings) == (2, 1, ())


def test_rows_are_counted_once_for_an_entry_and_state(write):
    votes = [vote(2, {"new": "pro"}), vote(2, {"new": "con"}, "ben")]
    staleness = find_stale(write({"votes": votes}, {"votes": [vote(2, {})]}))
    assert staleness.counts() == {
        "new": {"stale": 1, "uncoded": 1},
        "con": {"stale": 1, "uncoded": 0},
    }
    assert staleness.n_found == 2
    assert staleness.to_json()["entries"] == staleness.counts()


def test_the_queue_holds_each_sentence_once_without_what_is_stale(write, tmp_path):
    stale, good = vote(2, {"new": "pro"}), vote(3, {"new": "con"}, "ben")
    row = {"id": "7", "group": "g", "context": "c", "labels": {"new": "pro"}}
    corpus = write({"votes": [vote(3, {})]}, {**row, "votes": [stale, good]})
    assert write_queue(corpus, find_stale(corpus), tmp_path / "queue.jsonl") == 1
    (question,) = read_jsonl(tmp_path / "queue.jsonl")
    assert (question.text, question.context, question.labels) == ("x", "c", None)
    assert question.other == {
        "id": "7",
        "group": "g",
        "votes": [good],
        "picked": "stale",
        "stale": {"labels": {"new": "pro"}, "votes": [stale]},
    }


def test_the_queue_begins_with_what_is_stale(write, tmp_path):
    labels = [{}, {"old": "pro"}, {"new": "pro"}, {}]
    corpus = write(*({"id": n, "votes": [vote(2, own)]} for n, own in enumerate(labels)))
    assert write_queue(corpus, find_stale(corpus), tmp_path / "queue.jsonl") == 4
    ids = [question.other["id"] for question in read_jsonl(tmp_path / "queue.jsonl")]
    assert ids == [2, 0, 1, 3]


def test_a_queue_of_rows_without_votes_has_no_votes(write, tmp_path):
    corpus = write({"labels": {"new": "pro"}, "codebook": 2})
    write_queue(corpus, find_stale(corpus), tmp_path / "queue.jsonl")
    assert read_jsonl(tmp_path / "queue.jsonl")[0].other["votes"] == []


def test_a_vote_by_a_codebook_that_is_not_there_yet_is_a_fault(write):
    (fault,) = write({"votes": [vote(4, {})]}).faults
    assert "the vote of 'anna' is by codebook 4, and the codebook is at version 3" in str(fault)


def test_a_corpus_with_a_fault_is_not_judged(write):
    with pytest.raises(NewstanceError, match=r"train.jsonl line 1: unknown topic 'sport'"):
        find_stale(write({"labels": {"sport": "pro"}}))


def test_nothing_in_the_shipped_corpus_is_stale():
    staleness = find_stale(read_corpus(ROOT / "corpus"))
    assert staleness.n_rows > 10_000
    assert (staleness.n_unknown, staleness.findings) == (0, ())


LABELS = st.dictionaries(
    st.sampled_from(["old", "changed", "new"]), st.sampled_from(["pro", "con"])
)
VOTE = st.builds(vote, st.none() | st.integers(1, 3), LABELS, st.sampled_from("abc"))


@given(st.lists(VOTE))
def test_every_coder_has_one_latest_vote(votes):
    latest = latest_votes(Sentence("x", other={"votes": votes} if votes else {}))
    coders = [own["coder"] for own in latest]
    assert sorted(coders) == sorted({own["coder"] for own in votes} or {""})
    for own in latest:
        rivals = [v["codebook"] or 0 for v in votes if v["coder"] == own["coder"]]
        assert (own["codebook"] or 0) == max(rivals, default=0)
