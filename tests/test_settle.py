import pytest
from sklearn.metrics import cohen_kappa_score

from newstance.answers import Did, open_journal
from newstance.corpus import read_corpus
from newstance.errors import NewstanceError
from newstance.label import Coder, Session
from newstance.records import Sentence, read_jsonl
from newstance.settle import (
    CODED_TWICE,
    DIFFERING,
    State,
    check_output,
    gather,
    select,
    upheld,
    write_rows,
)

FOR, AGAINST = {"energy": "support"}, {"energy": "oppose"}
NEWS = [Sentence(f"Gas {n}.", other={"id": str(n), "picked": "random"}) for n in range(5)]
ANNA = [FOR, FOR, {}, FOR]
BEN = [FOR, AGAINST, FOR]


@pytest.fixture
def journal(tmp_path, codebook):
    """Two coders who agree on sentence 0 and differ on 1 and 2; only one answered 3."""
    with open_journal(tmp_path / "a.jsonl", codebook) as journal:
        for name, answers in {"anna": ANNA, "ben": BEN}.items():
            session = Session(journal, NEWS, Coder(name, "2026-11-20", codebook))
            for labels in answers:
                session.answer(labels)
            session.skip("tired")
        yield journal


@pytest.fixture
def chief(journal, codebook):
    coder = Coder("chief", "2026-11-21", codebook)
    return Session(journal, select(gather(journal.entries), *DIFFERING), coder, did=Did.settled)


def states(journal):
    return {row.sentence.text: row.state.value for row in gather(journal.entries)}


def test_each_sentence_that_was_answered_has_its_state(journal):
    assert states(journal) == {
        "Gas 0.": "agreed",
        "Gas 1.": "unsettled",
        "Gas 2.": "unsettled",
        "Gas 3.": "single",
    }


def test_what_is_settled_has_the_settled_labels_the_note_and_all_votes(journal, chief):
    chief.answer(AGAINST, note="the owner is hit")
    row = gather(journal.entries)[1]
    assert (row.state, row.sentence.labels) == (State.settled, AGAINST)
    assert row.sentence.other["note"] == "the owner is hit"
    votes = [(vote["coder"], vote["labels"]) for vote in row.sentence.other["votes"]]
    assert votes == [("anna", FOR), ("ben", AGAINST)]


def test_only_what_differs_is_asked_and_settling_can_be_undone(journal, chief):
    assert [question.text for question in chief.queue] == ["Gas 1.", "Gas 2."]
    chief.answer(FOR)
    assert chief.question.text == "Gas 2."
    assert chief.undo()
    assert chief.question.text == "Gas 1."
    assert states(journal)["Gas 1."] == "unsettled"
    assert not chief.undo()


def test_a_coder_may_settle_and_keeps_the_own_vote(journal, codebook):
    queue = select(gather(journal.entries), *DIFFERING)
    anna = Session(journal, queue, Coder("anna", "2026-11-21", codebook), did=Did.settled)
    anna.answer(AGAINST)
    anna.undo()
    assert states(journal)["Gas 1."] == "unsettled"
    anna.answer(AGAINST)
    assert states(journal)["Gas 1."] == "settled"


def test_nobody_undoes_what_another_settled(journal, chief, codebook):
    chief.answer(FOR)
    deputy = Coder("deputy", "2026-11-21", codebook)
    assert not Session(journal, chief.queue, deputy, did=Did.settled).undo()
    assert states(journal)["Gas 1."] == "settled"


def test_what_a_coder_settled_is_no_answer_of_the_coders(journal, codebook):
    queue = select(gather(journal.entries), *DIFFERING)
    anna = Coder("anna", "2026-11-21", codebook)
    Session(journal, queue, anna, did=Did.settled).answer(AGAINST)
    labelling = Session(journal, NEWS, anna)
    assert len(labelling.done) == 5
    labelling.undo()
    assert states(journal)["Gas 1."] == "settled"


def test_what_is_left_for_later_is_not_asked_again_in_this_session(journal, chief):
    chief.skip("")
    assert chief.question.text == "Gas 2."
    chief.skip("")
    assert chief.question is None
    assert states(journal)["Gas 1."] == "unsettled"


def test_the_rows_are_a_corpus_in_the_order_of_the_answers(journal, chief, write_corpus):
    chief.answer({})
    directory = write_corpus([])
    write_rows(gather(journal.entries), directory / "train.jsonl")
    corpus = read_corpus(directory)
    assert corpus.faults == ()
    assert [s.text for s in corpus.splits["train"]] == ["Gas 0.", "Gas 1.", "Gas 3."]
    assert [s.labels for s in corpus.splits["train"]] == [FOR, {}, FOR]
    assert [s.other["id"] for s in corpus.splits["train"]] == ["0", "1", "3"]


def test_a_note_and_a_seen_proposal_go_along_with_their_vote(tmp_path, codebook):
    with open_journal(tmp_path / "b.jsonl", codebook) as journal:
        session = Session(journal, NEWS, Coder("anna", "2026-11-20", codebook))
        session.answer(FOR, note="odd", saw_proposal=True)
        write_rows(gather(journal.entries), tmp_path / "rows.jsonl")
    (row,) = read_jsonl(tmp_path / "rows.jsonl", codebook=codebook)
    assert row.other["votes"][0]["note"] == "odd"
    assert row.other["votes"][0]["saw_proposal"] is True
    assert "note" not in row.other


def test_each_coder_is_compared_with_what_stands(journal, chief, codebook):
    chief.answer(AGAINST)
    chief.answer({})
    found = upheld(gather(journal.entries), codebook)
    by_variable = {told.variable: told.value for told in found["ben"]}
    assert by_variable["energy"] == pytest.approx(cohen_kappa_score([1, 1, 1], [1, 1, 0]))
    assert by_variable["stance"] == pytest.approx(cohen_kappa_score(["s", "o"], ["s", "o"]))
    assert {told.variable: told.n for told in found["anna"]}["stance"] == 2


def test_what_was_coded_twice_is_what_agreement_is_measured_on(journal):
    rows = select(gather(journal.entries), *CODED_TWICE)
    assert [len(row.other["votes"]) for row in rows] == [2, 2, 2]


def test_rows_are_never_written_over_the_answers(journal):
    with pytest.raises(NewstanceError, match="holds the answers themselves"):
        check_output(journal.path, journal.path)


def test_nothing_answered_gives_no_rows():
    assert gather([]) == []
