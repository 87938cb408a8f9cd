import pyarrow as pa
import pytest

from newstance.errors import NewstanceError
from newstance.records import Sentence, TopicScore
from newstance.tables import Column, Table


def test_a_row_has_a_value_for_each_column(codebook):
    table = Table(codebook, {"id": Column(pa.int64(), "a.jsonl line 1")})
    score = TopicScore(0.9, {"support": 0.7, "oppose": 0.2, "neutral": 0.1})
    sentence = Sentence("Gas.", "Oil.", {"energy": "support"}, {"energy": score}, other={"id": 7})
    row = dict(zip(table.names, table.to_row(sentence), strict=True))
    assert {name: value for name, value in row.items() if value is not None} == {
        "text": "Gas.",
        "context": "Oil.",
        "id": 7,
        "energy": "support",
        "energy_probability": 0.9,
        "energy_support": 0.7,
        "energy_oppose": 0.2,
        "energy_neutral": 0.1,
    }


def test_a_column_with_the_name_of_an_answer_is_an_error(codebook):
    with pytest.raises(NewstanceError, match=r"a.csv: column 'energy' has the name of one of ours"):
        Table(codebook, {"energy": Column(None, "a.csv")})


def test_a_column_that_holds_nothing_is_text(codebook):
    table = Table(codebook, {"id": Column(pa.null(), "a.jsonl line 1")})
    assert table.schema().field("id").type == pa.string()
