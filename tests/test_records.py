import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newstance.errors import NewstanceError
from newstance.records import Sentence, TopicScore, parse_jsonl, parse_line, to_line

TEXTS = st.text(st.characters(codec="utf-8"))


@given(TEXTS, TEXTS, st.dictionaries(st.sampled_from(["id", "outlet"]), TEXTS))
def test_written_then_read_gives_the_same_record(text, context, other):
    sentence = Sentence(text, context, {"energy": "support"}, other=other)
    assert parse_line(to_line(sentence)) == sentence


def test_scores_are_written_as_the_layout_says():
    score = TopicScore(0.93, {"support": 0.81, "oppose": 0.04, "neutral": 0.15})
    row = Sentence("It flows.", "", {"energy": "support"}, {"energy": score}).to_row()
    assert row["scores"] == {
        "energy": {"probability": 0.93, "support": 0.81, "oppose": 0.04, "neutral": 0.15}
    }


def test_other_fields_travel_through():
    row = {"text": "a", "context": "", "id": 7, "outlet": "x", "date": None}
    assert json.loads(to_line(parse_line(json.dumps(row)))) == row


def test_dates_and_bytes_of_a_tables_columns_are_written_as_text():
    other = {"day": date(2024, 5, 23), "raw": b"\x00\xff"}
    written = json.loads(to_line(Sentence("a", other=other)))
    assert (written["day"], written["raw"]) == ("2024-05-23", "00ff")


def test_context_may_be_missing_or_null():
    assert parse_line('{"text": "a"}') == parse_line('{"text": "a", "context": null}')


def test_null_stances_are_absent_topics(codebook):
    line = '{"text": "a", "labels": {"energy": "support", "defence": null}}'
    assert parse_line(line, codebook=codebook).labels == {"energy": "support"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 3: is not JSON"),
        ("[1]", "line 3: is no JSON object"),
        ('{"txt": "a"}', "line 3: has no 'text' that is a string; add it"),
        ('{"text": 5}', "line 3: has no 'text' that is a string"),
        ('{"text": "a", "context": 5}', "line 3: 'context' is no string"),
        ('{"text": "a"}', "line 3: has no 'labels'; add an object"),
        ('{"text": "a", "labels": {"energy": "pro"}}', "line 3: unknown stance 'pro'"),
    ],
)
def test_a_faulty_line_is_an_error_with_its_place(codebook, line, message):
    data = f'{{"text": "fine", "labels": {{}}}}\n\n{line}\n'.encode()
    with pytest.raises(NewstanceError, match=message):
        list(parse_jsonl(data, name="gold.jsonl", codebook=codebook))


def test_a_line_separator_within_a_text_does_not_end_a_line():
    data = '{"text": "one\u2028two\x85three"}\n'.encode()
    assert [s.text for s in parse_jsonl(data, name="x")] == ["one\u2028two\x85three"]
