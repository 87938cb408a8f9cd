"""What the tests share: the checkout's folders, a small corpus of their own, a trained model."""

import json
import signal
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


# A suite that a shell runs in the background ignores Ctrl-C, and so would the commands it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


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


def write_rows(directory: Path, **splits: list[dict[str, Any]]) -> Path:
    """Write a corpus's folder with the shipped codebook and the rows of each split."""
    directory.mkdir(exist_ok=True)
    text = (ROOT / "corpus" / "codebook.toml").read_text(encoding="utf-8")
    (directory / "codebook.toml").write_text(text, encoding="utf-8")
    for split, rows in splits.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (directory / f"{split}.jsonl").write_text(lines, encoding="utf-8")
    return directory


def told_rows(n_items: int = 8, *, name: str = "exam") -> list[dict[str, Any]]:
    """Rows that say what those of the toy corpus say in longer sentences; items are families."""
    return [
        {
            "id": f"{name} {row['id']}",
            "group": f"{name} {row['group']}",
            "family": f"{name} {row['group']}",
            "text": f"{row['text'].split(' on ')[0]}, the ministers said to reporters in Belgrade.",
            "labels": row["labels"],
        }
        for row in small_rows(n_items)
    ]


def confused_rows(n_items: int = 24) -> list[dict[str, Any]]:
    """Rows like those of the toy corpus whose stances are wrong."""
    wrong = {"support": "oppose", "oppose": "neutral", "neutral": "support"}
    return [
        {
            "id": f"confused {row['id']}",
            "group": f"confused {row['group']}",
            "text": row["text"].replace("on day", "late in the evening of"),
            "labels": {topic: wrong[stance] for topic, stance in row["labels"].items()},
        }
        for row in small_rows(n_items)
    ]


@pytest.fixture(scope="session")
def toy_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy corpus with an exam and contrast sets; not to be changed."""
    directory = tmp_path_factory.mktemp("toy") / "corpus"
    contrast = told_rows(4, name="contrast")
    return write_rows(directory, train=small_rows(), exam=told_rows(), contrast=contrast)


@pytest.fixture(scope="session")
def confused_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus to be added to the toy one that makes its model worse; not to be changed."""
    return write_rows(tmp_path_factory.mktemp("confused") / "corpus", train=confused_rows())


@pytest.fixture(scope="session")
def toy_model(toy_corpus: Path) -> Path:
    """A model trained on the toy corpus; not to be changed."""
    from newstance.train import train

    train(toy_corpus, toy_corpus.parent / "model", n_jobs=1)
    return toy_corpus.parent / "model"


@pytest.fixture(scope="session")
def confused_model(toy_corpus: Path, confused_corpus: Path) -> Path:
    """A model trained on the toy corpus and the confused one; not to be changed."""
    from newstance.train import train

    output = confused_corpus.parent / "model"
    train(toy_corpus, output, added=[confused_corpus], n_jobs=1)
    return output
