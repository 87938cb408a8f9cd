import pytest
from hypothesis import given
from hypothesis import strategies as st

from newstance.overlap import JACCARD, near_copies, near_duplicates, repeated_frames, shared_runs

ONE = "Belgrade signed the contract for twelve French jets in the presence of both presidents."
WORDS = st.lists(
    st.sampled_from(["gas", "oil", "pact", "army", "vote", "chapter", "veto", "treaty"]),
    max_size=14,
)


def pairs(overlaps):
    return [(overlap.later, overlap.earlier) for overlap in overlaps]


def test_a_copy_with_a_changed_word_is_a_near_duplicate():
    texts = [ONE, "Sofia waits.", ONE.replace("twelve", "ten")]
    assert pairs(near_duplicates(texts)) == [(2, 0)]


def test_sentences_on_the_same_event_are_no_near_duplicates():
    assert (
        near_duplicates([ONE, "Both presidents looked on as Serbia bought a dozen Rafales."]) == []
    )


def test_eight_words_in_a_row_are_found_whatever_their_case_and_punctuation():
    texts = ["As he said: the pact between the three capitals threatens nobody at all.", "x"]
    texts.append("THE PACT, between the three capitals, threatens nobody!")
    assert pairs(shared_runs(texts, ["a", "b", "c"])) == [(2, 0)]
    assert shared_runs(texts, ["a", "b", "a"]) == []


def test_seven_words_in_a_row_are_not():
    texts = ["one two three four five six seven", "one two three four five six seven"]
    assert shared_runs(texts, ["a", "b"]) == []


@given(st.lists(WORDS, max_size=6))
def test_shared_runs_are_those_of_a_plain_search(lists):
    runs = [{tuple(words[n : n + 8]) for n in range(len(words) - 7)} for words in lists]
    expected = [
        later for later in range(len(runs)) if any(runs[later] & runs[n] for n in range(later))
    ]
    found = shared_runs([" ".join(words) for words in lists], range(len(lists)))
    assert [overlap.later for overlap in found] == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Serbia will never give up its army, said President Vučić on 4 May.",
            "Croatia will never give up its army, said Zoran Milanović on 17 June.",
        ),
        (
            "In Zagreb the deputies voted with 84 hands for the plan.",
            "In Skopje the deputies voted with 12 hands for the plan.",
        ),
    ],
)
def test_a_frame_with_swapped_names_and_numbers_is_found(one, other):
    assert pairs(repeated_frames([one, "Nothing like it.", other])) == [(2, 0)]


def test_a_short_frame_is_no_frame():
    assert repeated_frames(["Vučić said no to Macron.", "Orbán said no to Merkel."]) == []


LETTERS = st.text(alphabet="ab ", max_size=24)


def shingles(text):
    letters = " ".join(text.lower().split())
    return {letters[n : n + 5] for n in range(max(1, len(letters) - 4))}


@given(st.lists(LETTERS, max_size=6), st.lists(LETTERS, max_size=6))
def test_near_copies_are_those_of_a_plain_search(texts, originals):
    expected = {}
    for number, text in enumerate(texts):
        for n, original in enumerate(originals):
            one, other = shingles(text), shingles(original)
            if number not in expected and len(one & other) / len(one | other) >= JACCARD:
                expected[number] = n
    assert near_copies(texts, originals) == expected


def test_no_texts_have_no_overlap():
    assert near_duplicates([]) == shared_runs([], []) == repeated_frames([]) == []
