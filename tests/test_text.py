from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newstance.text import split_article

PUNCTUATED = st.text(st.sampled_from("Ab .!?…“”\"'’\n\r\u00a0•-•8×ćN"), max_size=200)


def sentences(source: str) -> list[str]:
    return [sentence.text for sentence in split_article(source).sentences]


@pytest.mark.parametrize(
    "parts",
    [
        ["Belgrade bought BTR-80A vehicles.", "It wants 8×8 ones too."],
        ["Hungary buys 7.62 mm rounds.", "Serbia sells."],
        ["The U.S. imposed sanctions.", "He left the U.S.", "He was glad."],
        ["Gen. Milan Mojsilović spoke.", "Vučić listened."],
        ["Brigade No. 3 is ready.", "It left at dawn."],
        ["“We will sign.”", "He left the room."],
        ["“He told me: ‘We are ready.’ And we are,” said the minister.", "The talks ended."],
        ["He hesitated… Then he spoke.", "The hall was silent."],
        ["He hesitated... and went on.", "Nobody stirred."],
        ["Oil rose by 2.5 per cent.", "It cost $80 on Jan. 10 in St. Petersburg."],
        ["Is it war?", "No!", "It is a drill."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(parts):
    assert sentences(" ".join(parts)) == parts


def test_a_quotation_stays_with_its_attribution():
    quote = "“Both sides decide. Our relations are excellent,” Vučić said after the signing."
    assert sentences(quote) == [quote]


def test_first_line_without_full_stop_is_the_headline_and_a_sentence():
    article = split_article("Talks end\n\nHe left. She stayed.")
    assert article.headline is not None
    assert article.headline.text == "Talks end"
    assert sentences("Talks end\n\nHe left. She stayed.") == [
        "Talks end",
        "He left.",
        "She stayed.",
    ]


def test_first_line_that_is_a_sentence_is_no_headline():
    assert split_article("He left the hall.\nShe stayed.").headline is None


def test_line_ends_of_windows_are_no_part_of_sentences():
    assert sentences("One is here.\r\nTwo is here.\r\n\r\nThree.") == [
        "One is here.",
        "Two is here.",
        "Three.",
    ]


def test_non_breaking_spaces_neither_end_nor_begin_a_sentence():
    assert sentences("It is 7.62\u00a0mm wide.\u00a0Next\u00a0one.") == [
        "It is 7.62\u00a0mm wide.",
        "Next\u00a0one.",
    ]


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u3000"])
def test_a_wide_blank_before_a_full_stop_does_no_harm(blank):
    assert sentences(f"A{blank}.") == [f"A{blank}."]


def test_bullets_are_no_part_of_sentences():
    assert sentences("The plan has parts.\n• First point.\n- Second point") == [
        "The plan has parts.",
        "First point.",
        "Second point",
    ]


@pytest.mark.parametrize("source", ["", " \n\t\n", "\u00a0"])
def test_an_empty_source_has_no_sentences(source):
    assert split_article(source).sentences == ()


def test_a_block_with_a_stock_phrase_and_no_sentence_is_furniture():
    article = split_article("Title\n\nOUTLET\n3 Min Read\n\nHe left.\n\nLeave a Comment")
    assert [span.text for span in article.furniture] == ["OUTLET", "3 Min Read", "Leave a Comment"]
    assert [span.text for span in article.sentences] == ["Title", "He left."]


def test_a_stock_phrase_within_a_paragraph_is_kept():
    source = "Share this post\nHe said so in a full sentence."
    assert split_article(source).furniture == ()


def test_context_is_the_one_or_two_sentences_before():
    assert split_article("A is. B is. C is. D is.").contexts == (
        "",
        "A is.",
        "A is. B is.",
        "B is. C is.",
    )


@given(PUNCTUATED)
def test_spans_cut_the_source_exactly_and_in_order(source):
    article = split_article(source)
    spans = sorted((*article.sentences, *article.furniture), key=lambda span: span.start)
    assert all(source[span.start : span.end] == span.text for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))


@given(PUNCTUATED)
def test_no_letter_of_the_source_is_lost(source):
    article = split_article(source)
    kept = "".join(span.text for span in (*article.sentences, *article.furniture))
    assert sum(map(str.isalnum, kept)) == sum(map(str.isalnum, source))
