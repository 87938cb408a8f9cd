"""What the tests share: the checkout's folders, a small corpus of their own, a trained model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newstance.codebook import Codebook, read_codebook
from newstance.model import Model, load_model

ROOT = Path(__file__).parent.parent
TOPIC_WORDS = {
    "defence": ("army", "tanks", "brigade", "pact"),
    "energy": ("gas", "pipeline", "refinery", "oil"),
    "eu_accession": ("membership", "chapters", "candidacy", "enlargement"),
    "srebrenica_vote": ("resolution", "Srebrenica", "Assembly", "genocide"),
}
STANCE_WORDS = {
    "support": ("welcomed", "signed", "praised", "backed"),
    "oppose": ("rejected", "blocked", "vetoed", "attacked"),
    "neutral": ("counted", "scheduled", "described", "listed"),
}


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests away from the user's own files."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "huggingface"))


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return read_codebook(ROOT / "corpus" / "codebook.toml")


@pytest.fixture(scope="session")
def shipped() -> Model:
    return load_model()


def small_rows(n_items: int = 24) -> list[dict[str, Any]]:
    """Rows of a toy corpus in which single words tell topic and stance; each item has 13 rows."""
    rows = []
    for item in range(n_items):
        words = [("weather", {})]
        for topic, nouns in TOPIC_WORDS.items():
            for stance, verbs in STANCE_WORDS.items():
                text = f"They {verbs[item % 4]} the {nouns[(item + len(verbs[0])) % 4]}"
                words.append((text, {topic: stance}))
        rows += [
            {
                "id": f"{item}-{n}",
                "group": f"item {item}",
                "text": f"{text} on day {item}.",
                "labels": labels,
            }
            for n, (text, labels) in enumerate(words)
        ]
    return rows


@pytest.fixture
def write_corpus(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a corpus's folder with the shipped codebook and given rows."""

    def write(rows: list[dict[str, Any]], name: str = "corpus") -> Path:
        directory = tmp_path / name
        directory.mkdir(exist_ok=True)
        text = (ROOT / "corpus" / "codebook.toml").read_text(encoding="utf-8")
        (directory / "codebook.toml").write_text(text, encoding="utf-8")
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (directory / "train.jsonl").write_text(lines, encoding="utf-8")
        return directory

    return write


@pytest.fixture
def small_corpus(write_corpus: Callable[..., Path]) -> Path:
    return write_corpus(small_rows())
