import json
import resource

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newstance.answers import Did, Entry, open_journal, read_answers
from newstance.corpus import read_corpus
from newstance.errors import NewstanceError
from newstance.records import Sentence

TEXT = "“Gáz” flows.\n"


def answered(coder="anna", text=TEXT, **other):
    vote = {"coder": coder, "date": "2026-11-20", "codebook": 2, "labels": {"energy": "support"}}
    sentence = Sentence(text, "Before.", {"energy": "support"}, other={**other, "votes": [vote]})
    return Entry(Did.answered, coder, "2026-11-20", sentence)


def undone(entry):
    return Entry(Did.undone, entry.coder, entry.date, entry.question, undoes=entry.did)


def write(path, codebook, *entries):
    with open_journal(path, codebook) as journal:
        for entry in entries:
            journal.add(entry)
    return path


@given(
    st.lists(
        st.tuples(
            st.sampled_from([Did.answered, Did.skipped, Did.settled]),
            st.text('ab \n\u2028é😀"\\{}'),
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read(tmp_path_factory, codebook, told):
    entries = [
        Entry(
            did,
            "anna",
            "2026-11-20",
            answered(text=text, id=n).sentence if did is not Did.skipped else Sentence(text),
            reason=text if did is Did.skipped else "",
        )
        for n, (did, text) in enumerate(told)
    ]
    path = write(tmp_path_factory.mktemp("a") / "a.jsonl", codebook, *entries)
    assert read_answers(path, codebook) == entries


def test_a_file_cut_at_any_byte_keeps_every_whole_line_and_goes_on(tmp_path, codebook):
    one, two, three = (answered(id=name) for name in "123")
    content = write(tmp_path / "whole.jsonl", codebook, one, two).read_bytes()
    first = content.index(b"\n") + 1
    path = tmp_path / "a.jsonl"
    for size in range(first, len(content) + 1):
        path.write_bytes(content[:size])
        kept = [one, two] if size >= len(content) - 1 else [one]
        assert read_answers(path, codebook) == kept
        with open_journal(path, codebook) as journal:
            assert journal.entries == kept
            assert journal.cut == (0 if len(kept) == 2 else size - first)
            journal.add(three)
        assert read_answers(path, codebook) == [*kept, three]


def test_zeros_that_a_power_failure_left_are_cut_off(tmp_path, codebook):
    path = write(tmp_path / "a.jsonl", codebook, answered())
    path.write_bytes(path.read_bytes() + b'{"text"' + b"\0" * 9)
    assert read_answers(path) == [answered()]
    with open_journal(path, codebook) as journal:
        assert journal.cut == 16


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("My only copy of an article", "line 1: is not JSON"),
        ('{"text": "A sentence of news."}', "line 1: has no 'labelling' that tells who did what"),
        ('{"text": "cut\n{"text": "x"}\n', "line 1: is not JSON"),
    ],
)
def test_another_file_is_refused_and_left_as_it_is(tmp_path, codebook, content, message):
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with pytest.raises(NewstanceError, match=message), open_journal(path, codebook):
        pass
    assert path.read_text() == content


def test_labels_of_another_codebook_are_refused(tmp_path, codebook):
    path = write(tmp_path / "a.jsonl", codebook, answered())
    path.write_text(path.read_text().replace("energy", "weather"))
    with pytest.raises(NewstanceError, match="line 1: unknown topic 'weather'"):
        read_answers(path, codebook)


def test_an_answer_whose_votes_are_broken_is_refused(tmp_path, codebook):
    path = write(tmp_path / "a.jsonl", codebook, answered())
    path.write_text(path.read_text().replace('"coder": "anna", "date": "2026-11-20", "co', '"co'))
    with pytest.raises(NewstanceError, match="line 1: has 'votes' that are no list of objects"):
        read_answers(path, codebook)


def test_what_is_undone_no_longer_stands(tmp_path, codebook):
    annas, bens = answered("anna"), answered("ben")
    path = write(tmp_path / "a.jsonl", codebook, annas, bens, undone(annas))
    assert read_answers(path, codebook) == [bens]
    assert read_answers(write(path, codebook, annas), codebook) == [bens, annas]


def test_undoing_an_answer_leaves_what_the_same_person_settled(tmp_path, codebook):
    settled = Entry(Did.settled, "anna", "2026-11-20", answered().sentence)
    path = write(tmp_path / "a.jsonl", codebook, answered(), settled, undone(answered()))
    assert read_answers(path, codebook) == [settled]


def test_a_second_session_on_the_same_file_is_refused(tmp_path, codebook):
    link = tmp_path / "link.jsonl"
    link.symlink_to(tmp_path / "a.jsonl")
    with open_journal(tmp_path / "a.jsonl", codebook):
        for path in (tmp_path / "a.jsonl", link):
            with (
                pytest.raises(NewstanceError, match="another session is writing here"),
                open_journal(path, codebook),
            ):
                pass
    with open_journal(link, codebook) as journal:
        assert journal.entries == []


def test_when_the_disk_is_full_the_file_stays_as_it_was(tmp_path, codebook):
    path = write(tmp_path / "a.jsonl", codebook, answered(id="1"))
    before, limits = path.read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_journal(path, codebook) as journal:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, limits[1]))
        try:
            with pytest.raises(NewstanceError, match="last answer could not be written"):
                journal.add(answered(id="2"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert path.read_bytes() == before
        journal.add(answered(id="3"))
    assert [e.sentence.other["id"] for e in read_answers(path)] == ["1", "3"]


def test_a_place_that_cannot_be_written_to_is_told(tmp_path, codebook):
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "a.jsonl"):
        with (
            pytest.raises(NewstanceError, match="cannot be written"),
            open_journal(path, codebook),
        ):
            pass


def test_a_corpus_reads_answers_as_they_are(write_corpus, codebook):
    directory = write_corpus([])
    write(directory / "train.jsonl", codebook, answered(id="1", picked="random"))
    corpus = read_corpus(directory)
    assert corpus.faults == ()
    assert corpus.splits["train"][0].labels == {"energy": "support"}


def test_a_corpus_does_not_take_what_was_skipped_or_undone_for_labels(write_corpus, codebook):
    directory = write_corpus([])
    skip = Entry(Did.skipped, "anna", "2026-11-20", Sentence("Eh?"), reason="no news")
    write(directory / "train.jsonl", codebook, skip, answered(id="1"), undone(answered(id="1")))
    faults = read_corpus(directory).faults
    assert [fault.place.line for fault in faults] == [1, 3]


def test_no_file_has_no_answers(tmp_path):
    assert read_answers(tmp_path / "none.jsonl") == []


def test_a_line_tells_who_did_what_and_when():
    row = json.loads(answered(outlet="Politika").to_line())
    assert row["labelling"] == {"did": "answered", "coder": "anna", "date": "2026-11-20"}
    assert row["outlet"] == "Politika"
