"""Training on 200,000 sentences: time and memory.

    python tests/benchmarks/large_training.py [SENTENCES]

The sentences are those of the corpus again and again, each time with a tenth of their words left
out; they measure time and memory and nothing else. Memory is the sum over all processes of what
each has for itself and of its part of what is shared (PSS), looked at twice a second. What was seen
last is kept in ``large_training.md``.
"""

import json
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import psutil

from newstance.corpus import read_corpus

CORPUS = Path(__file__).parent.parent.parent / "corpus"
DROPPED = 0.1


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        shutil.copy(CORPUS / "codebook.toml", corpus)
        write_sentences(corpus / "train.jsonl", n)
        command = ["newstance", "train", "--corpus", corpus, "--output", Path(folder) / "model"]
        seconds, peak = watch([sys.executable, "-m", *map(str, command)])
    libraries = ", ".join(f"{name} {version(name)}" for name in ("newstance", "scikit-learn"))
    text = (
        f"# Training on {n:,} sentences\n\n{seconds / 60:.1f} minutes, {peak / 2**30:.2f} GiB at "
        f"the most, with {psutil.cpu_count()} processors. Python {platform.python_version()}, "
        f"{libraries}.\n"
    )
    sys.stdout.write(text)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


def write_sentences(path: Path, n: int) -> None:
    drawn = random.Random(0)
    sentences = read_corpus(CORPUS).splits["train"]
    with path.open("w", encoding="utf-8") as stream:
        for number in range(n):
            sentence = sentences[number % len(sentences)]
            words = [word for word in sentence.text.split() if drawn.random() >= DROPPED]
            row = {
                "text": " ".join(words),
                "context": sentence.context,
                "labels": sentence.labels,
                "group": f"{sentence.other['group']} {number // len(sentences)}",
            }
            stream.write(json.dumps(row) + "\n")


def watch(command: list[str]) -> tuple[float, int]:
    """The seconds that a command takes, and the most memory of it and all that it starts."""
    began, peak = time.monotonic(), 0
    with subprocess.Popen(command) as process:
        own = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, memory(own))
            time.sleep(0.5)
    if process.returncode:
        sys.exit(process.returncode)
    return time.monotonic() - began, peak


def memory(process: psutil.Process) -> int:
    try:
        every = [process, *process.children(recursive=True)]
        return sum(one.memory_full_info().pss for one in every)
    except psutil.Error:  # one of them has just ended
        return 0


if __name__ == "__main__":
    main()
