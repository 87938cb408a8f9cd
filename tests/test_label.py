import json

import pytest

from newstance.answers import Did, open_journal, read_answers
from newstance.errors import NewstanceError
from newstance.label import Coder, Session, asked, line_up, read_news
from newstance.records import Sentence

NEWS = [
    Sentence(text, other={"outlet": f"paper {n}"})
    for n, text in enumerate(
        [
            "Hungary backs Serbia on its way into the EU.",
            "The refinery changed hands.",
            "It rained on the coast.",
            "Sofia vetoed the talks.",
            "The army got new tanks.",
            "Nobody spoke of the pact.",
        ]
    )
]


@pytest.fixture
def session(tmp_path, codebook):
    """A function that opens a session on the same answers for a coder."""
    with open_journal(tmp_path / "a.jsonl", codebook) as journal:
        yield lambda name, queue: Session(journal, queue, Coder(name, "2026-11-20", codebook))


@pytest.fixture
def answers(tmp_path):
    return tmp_path / "a.jsonl"


def texts(sentences):
    return [sentence.text for sentence in sentences]


def answer_all(session, labels=None):
    while session.question:
        session.answer(labels or {})


def test_an_answer_is_on_disk_before_the_next_question(session, answers):
    anna = session("anna", NEWS)
    anna.answer({"eu_accession": "support", "defence": "neutral"}, note="odd", saw_proposal=True)
    (entry,) = read_answers(answers)
    assert entry.sentence.labels == {"defence": "neutral", "eu_accession": "support"}
    assert entry.sentence.other["outlet"] == "paper 0"
    assert entry.vote == {
        "coder": "anna",
        "date": "2026-11-20",
        "codebook": 2,
        "labels": {"defence": "neutral", "eu_accession": "support"},
        "note": "odd",
        "saw_proposal": True,
    }
    assert anna.question == NEWS[1]


def test_a_vote_tells_nothing_of_a_proposal_that_was_not_seen(session):
    anna = session("anna", NEWS)
    anna.answer({})
    assert list(anna.done[0].vote) == ["coder", "date", "codebook", "labels"]


def test_a_new_session_goes_on_where_the_last_one_ended(session):
    first = session("anna", NEWS)
    first.answer({})
    first.skip("no news")
    again = session("anna", NEWS)
    assert again.question == NEWS[2]
    assert len(again.done) == 2


def test_undo_takes_back_one_after_the_other_also_of_an_earlier_session(session):
    first = session("anna", NEWS)
    first.answer({})
    first.skip("no news")
    again = session("anna", NEWS)
    assert again.undo()
    assert again.question == NEWS[1]
    assert again.undo()
    assert again.question == NEWS[0]
    assert not again.undo()


def test_undo_takes_back_nothing_of_another_coder(session):
    session("anna", NEWS).answer({})
    ben = session("ben", NEWS)
    assert not ben.undo()
    assert [entry.coder for entry in ben.journal.entries] == ["anna"]


def test_a_skip_has_its_reason_and_no_labels(session, answers):
    session("anna", NEWS).skip("cut short")
    (entry,) = read_answers(answers)
    assert (entry.did, entry.reason, entry.sentence.labels) == (Did.skipped, "cut short", None)


def test_a_label_that_the_codebook_lacks_is_refused_and_not_written(session, answers):
    with pytest.raises(NewstanceError, match="unknown stance 'pro'"):
        session("anna", NEWS).answer({"energy": "pro"})
    assert read_answers(answers) == []


def test_a_coder_has_a_name(codebook):
    with pytest.raises(NewstanceError, match="annotator has no name"):
        Coder(" ", "2026-11-20", codebook)


def test_a_second_coder_is_asked_the_same_in_the_same_order_and_sees_no_answer(session, shipped):
    queue = line_up(NEWS, [], shipped, count=4, random_share=0.5)
    anna = session("anna", queue)
    anna.answer({"energy": "support"}, note="hard")
    anna.skip("no news")
    answer_all(anna, {"defence": "oppose"})
    second = line_up(NEWS, asked(anna.journal), shipped, count=4, random_state=9)
    assert texts(second) == texts(queue)
    for question, first in zip(second, queue, strict=True):
        assert question.labels is None
        assert not question.other.get("votes")
        assert question.other["picked"] == first.other["picked"]
    ben = session("ben", second)
    answer_all(ben)
    assert [len(entry.sentence.other["votes"]) for entry in ben.done] == [1] * 4


def test_the_votes_that_a_row_came_with_stay_in_front(session):
    old = {"coder": "zoe", "date": "2020-01-01", "codebook": 1, "labels": {}}
    anna = session("anna", [Sentence("Gas flows.", other={"votes": [old], "picked": "doubt"})])
    anna.answer({"energy": "support"})
    assert [v["coder"] for v in anna.done[0].sentence.other["votes"]] == ["zoe", "anna"]
    assert asked(anna.journal)[0].other["votes"] == [old]


def test_the_same_command_gives_the_rest_of_the_same_queue(session, shipped):
    queue = line_up(NEWS, [], shipped, count=4)
    anna = session("anna", queue)
    anna.answer({})
    anna.answer({})
    again = line_up(NEWS, asked(anna.journal), shipped, count=4)
    assert texts(again) == texts(queue)


def test_a_larger_count_adds_to_what_was_asked(session, shipped):
    anna = session("anna", line_up(NEWS, [], shipped, count=2))
    answer_all(anna)
    more = line_up(NEWS, asked(anna.journal), shipped, count=5)
    assert texts(more)[:2] == texts(asked(anna.journal))
    assert len(set(texts(more))) == len(more) == 5


def test_rows_that_come_picked_keep_their_order_and_their_mark(shipped):
    rows = [
        Sentence(f"Row {n}.", labels={"energy": "support"}, other={"picked": "stale", "id": n})
        for n in range(60)
    ]
    queue = line_up([*rows, Sentence("Not picked.")], [], shipped)
    assert texts(queue) == texts(rows)
    assert [s.other["picked_rank"] for s in queue] == list(range(1, 61))
    assert all(s.other["picked"] == "stale" and s.labels is None for s in queue)
    assert len(line_up(rows, [], shipped, count=7)) == 7


def test_fifty_sentences_are_picked_unless_told_otherwise(shipped):
    news = [Sentence(f"word{n} other{n} third{n}") for n in range(60)]
    assert len(line_up(news, [], shipped)) == 50


def test_no_sentence_is_an_error(shipped):
    with pytest.raises(NewstanceError, match="no sentence to label"):
        line_up([Sentence("…")], [], shipped)


def test_a_row_whose_votes_are_none_is_an_error(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"text": "One.", "votes": "3 for, 1 against"}) + "\n")
    with pytest.raises(NewstanceError, match=r"'One.' has 'votes' that are no list of objects"):
        read_news([path])


def test_a_row_that_cannot_be_used_is_an_error(tmp_path):
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"text": "One."}) + "\n{}\n")
    with pytest.raises(NewstanceError, match=r"news.jsonl line 2: has no 'text'"):
        read_news([path])
