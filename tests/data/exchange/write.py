"""Write the binary files beside this one: python tests/data/exchange/write.py."""

from pathlib import Path

import pyarrow as pa
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value
from pyarrow import parquet

HERE = Path(__file__).parent
TEXTS = ["Ankara lifted its veto on the alliance.", "The fleet stays in port.", "A choir sang."]


def saved() -> None:
    """A data set as the Hub has them: stances as class labels, -1 where there is none."""
    columns = Features(
        {
            "sentence": Value("string"),
            "target": Value("string"),
            "label": ClassLabel(names=["AGAINST", "FAVOR", "NONE"]),
        }
    )
    rows = {"sentence": TEXTS, "target": ["defence"] * 3, "label": [1, 2, -1]}
    data = DatasetDict({"train": Dataset.from_dict(rows, features=columns)})
    data.save_to_disk(HERE / "saved")


def saved_argilla() -> None:
    """Records of Argilla, flat: lists of responses, users and states for each question."""
    rows = {
        "id": ["f-1", "f-2", "f-3"],
        "status": ["completed", "completed", "pending"],
        "_server_id": ["s1", "s2", "s3"],
        "text": TEXTS,
        "context": ["", "", ""],
        "defence.responses": [["support", "support"], ["neutral", "oppose"], None],
        "defence.responses.users": [["u1", "u2"], ["u1", "u2"], None],
        "defence.responses.status": [["submitted"] * 2, ["submitted", "draft"], None],
        "defence.suggestion": [None, None, "neutral"],
        "defence.suggestion.score": [None, None, 0.3],
        "defence.suggestion.agent": [None, None, "some-model"],
    }
    Dataset.from_dict(rows).save_to_disk(HERE / "saved-argilla")


if __name__ == "__main__":
    saved()
    saved_argilla()
    rows = {"text": TEXTS, "labels": [{"defence": "support"}, {"defence": "neutral"}, {}]}
    kinds = {"text": pa.string(), "labels": pa.struct({"defence": pa.string()})}
    parquet.write_table(pa.table(rows, schema=pa.schema(kinds)), HERE / "news.parquet")
