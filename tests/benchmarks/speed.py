"""How fast newstance is beside scikit-learn, fastText and model2vec, on one core.

    pip install -e ".[dev]" -r tests/benchmarks/requirements.txt
    python tests/benchmarks/speed.py            # about six minutes; writes speed.md beside itself
    python tests/benchmarks/speed.py --quick    # about a minute; prints only

A figure is the median (least–most) of rounds in which all take turns; training is timed once. Of
sentences/s more is better, of all else less. The last columns divide by the median of the first row
of the block, which is newstance's, and by fastText's.

- *newstance* gives four topics and the stance towards each, the peers topics alone. *Warm*: it has
  seen each token of the texts, the best case. *Cold*: it has seen none before a round; *at every
  call*: none before a call, the worst case. *With contexts*: it also reads the sentences before.
- *scikit-learn*: TF-IDF of words 1–2 and characters 2–5 and a logistic regression for each topic.
- *fastText*: supervised, one text a call, as its Python interface is mostly used: with word pairs
  alone and small tables, its fastest; *with characters*: with words 1–2 and characters 3–5 as
  newstance has them, and its default of 2 million buckets.
- *model2vec*: FOR TIMING ONLY. Its 256 numbers a word are random, so its answers mean nothing.
- *sentences/s*: on distinct sentences of the corpus: 1,000, 3,200 and twice 10,000 of them.
- *seconds for n*: a text is half of one sentence of the corpus and half of another, drawn at
  random: few are the same, but none has a new token, which favours newstance. *New tokens*: as many
  are invented as are new in the last tenth of the corpus, given the rest; later, fewer would be.
- *start*: a whole process for one sentence, three times as many rounds; its files are in the
  system's cache, and newstance is compiled to byte code, as it and its peers are once installed.
"""

import argparse
import compileall
import inspect
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, strftime
from typing import Any

import joblib
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline, make_union
from threadpoolctl import threadpool_limits

from newstance.classify import BATCH
from newstance.corpus import read_corpus
from newstance.cross_validation import Rows, to_rows
from newstance.model import FLAT, PIPELINE, load_model, shipped_model
from newstance.pipeline import TopicStanceClassifier, to_target
from newstance.records import Sentence

CORPUS = Path(__file__).parent.parent.parent / "corpus"
PACKAGE = Path(inspect.getfile(Sentence)).parent
LIBRARIES = ("newstance", "numpy", "scipy", "scikit-learn", "typer", "fasttext-wheel", "model2vec")
TEXTS_BY_BATCH = {1: 1000, 32: 3200, 512: 10_000, 10_000: 10_000}
NEWS = "Hungary backs Serbia on its way into the EU, the foreign minister said on Tuesday."
# A process's peak memory counts that of the one it is forked from; this small one starts each.
LAUNCHER = """import subprocess, sys, time; from resource import RUSAGE_CHILDREN, getrusage
start = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(time.perf_counter() - start, getrusage(RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6)"""
COLUMNS = "| measured | program | median (least–most) | ÷ newstance | ÷ fastText |"

Found = dict[str, list[float]]
Contexts = Mapping[str, str]
NONE: Contexts = {}


@dataclass(frozen=True)
class Contender:
    """What classifies a batch of texts; ``renew`` is called, untimed, before each pass."""

    name: str
    predict: Callable[[list[str]], object]
    renew: Callable[[], object] = lambda: None
    path: Path = CORPUS  # of a peer its model, and how long training took
    training_s: float = 0.0


def newstance(state: str, seen: Sequence[str] = (), *, contexts: Contexts = NONE) -> Contender:
    """The shipped model, warmed with ``seen``; making the records is part of the time."""
    model = load_model()
    forget = model.scorer._forget  # what a fresh scorer starts with, in less time than making one

    def predict(texts: Sequence[str]) -> object:
        if state == "cold at every call":
            forget()
        return model.predict([Sentence(text, contexts.get(text, "")) for text in texts])

    predict(seen)
    return Contender(f"newstance, {state}", predict, forget if state == "cold" else lambda: None)


def main() -> None:
    """Measure everything, print the report, and write it unless the run is quick."""
    parser = argparse.ArgumentParser(description="Measure speed; see the head of this file.")
    parser.add_argument("--quick", action="store_true", help="a minute's run, printed only")
    is_quick, began, was = parser.parse_args().quick, perf_counter(), os.getloadavg()[0]
    rounds = 2 if is_quick else 5
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    threadpool_limits(1)
    corpus = read_corpus(CORPUS)
    codebook, splits = corpus.codebook, corpus.splits
    pairs = [(s.text, s.context) for sentences in splits.values() for s in sentences]
    random.Random(0).shuffle(pairs)
    contexts = {" ".join(text.split()): context for text, context in pairs}
    rows = to_rows(splits["train"], codebook)
    with tempfile.TemporaryDirectory() as folder:
        fits = (fit_sklearn, fit_fasttext, fit_fasttext_with_characters, fit_static)
        peers = [fit(rows, Path(folder)) for fit in fits]
        lines = throughput(contexts, peers, rounds)
        lines += growth(list(contexts), peers, power=4 if is_quick else 6, rounds=rounds)
        lines += starts(peers, rounds)
        if not is_quick:
            ours = {"newstance": [fit_newstance(rows, codebook.stance_names)]}
            lines += table_rows("training, s", ours | {p.name: [p.training_s] for p in peers})
            paths = {"newstance": shipped_model() / FLAT, **{p.name: p.path for p in peers}}
            sizes = {name: [path.stat().st_size / 1e6] for name, path in paths.items()}
            lines += table_rows("model's file, MB", sizes)
    run = f"{rounds} rounds in {(perf_counter() - began) / 60:.1f} minutes, {surroundings()}"
    run += f" Load average {was:.2f} before, {os.getloadavg()[1]:.2f} after, of which its own is 1."
    text = "\n".join([f"# Speed\n\n{__doc__}\n{run}\n", COLUMNS, "|" + " --- |" * 5, *lines, ""])
    sys.stdout.write(text)
    if not is_quick:
        Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


def fit_newstance(rows: Rows, stances: Sequence[str]) -> float:
    """The seconds that fitting the estimator takes, without cross-validating it."""
    model = TopicStanceClassifier([str(k) for k in range(rows.gold.shape[1])], stances)
    start = perf_counter()
    model.fit(rows.inputs, to_target(rows.gold, stances), groups=rows.groups)
    return perf_counter() - start


def fit_sklearn(rows: Rows, folder: Path) -> Contender:
    """TF-IDF and logistic regression; n-grams rarer than in newstance's pipeline are left out."""
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=3)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=6)
    head = OneVsRestClassifier(LogisticRegression(C=5, max_iter=1000))
    model = make_pipeline(make_union(words, characters), head)
    start = perf_counter()
    model.fit(rows.inputs[:, 0], (rows.gold >= 0).astype(int))
    training_s, path = perf_counter() - start, folder / "sklearn.joblib"
    joblib.dump(model, path)
    return Contender("scikit-learn", model.predict_proba, path=path, training_s=training_s)


def fit_fasttext(rows: Rows, folder: Path) -> Contender:
    """FastText on word pairs, with tables for not many more than the corpus has."""
    return _fit_fasttext("fastText", rows, folder / "fasttext.bin", bucket=200_000)


def fit_fasttext_with_characters(rows: Rows, folder: Path) -> Contender:
    """FastText on the n-grams that newstance has, with tables of its default size."""
    path = folder / "fasttext-characters.bin"
    return _fit_fasttext("fastText, with characters", rows, path, minn=3, maxn=5)


def _fit_fasttext(name: str, rows: Rows, path: Path, **options: Any) -> Contender:
    """FastText with a label for each topic, or ``none``."""
    import fasttext  # in a function, as the tests import this module without the peers

    text_path, lines = path.with_suffix(".txt"), []
    for text, gold in zip(rows.inputs[:, 0], rows.gold, strict=True):
        labels = [f"__label__{k}" for k in np.flatnonzero(gold >= 0)] or ["__label__none"]
        lines.append(" ".join([*labels, *text.split()]) + "\n")
    text_path.write_text("".join(lines), encoding="utf-8")
    # With its default rate and epochs it learns next to nothing from so little.
    options |= {"lr": 0.5, "epoch": 25, "wordNgrams": 2, "loss": "ova", "thread": 1, "verbose": 0}
    start = perf_counter()
    model = fasttext.train_supervised(str(text_path), **options)
    training_s = perf_counter() - start
    model.save_model(str(path))

    def predict(texts: list[str]) -> None:
        # model.predict fails with numpy 2 at np.array(…, copy=False). It calls this and makes an
        # array of the answer, so that fastText is here a little faster than by its own interface.
        for text in texts:
            model.f.predict(text + "\n", -1, 0.0, "strict")

    return Contender(name, predict, path=path, training_s=training_s)


def fit_static(rows: Rows, folder: Path) -> Contender:
    """Random vectors for the words of the corpus, for timing only, and a logistic regression."""
    from model2vec import StaticModel
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    texts = rows.inputs[:, 0].tolist()
    words = sorted({word for text in texts for word in re.findall(r"\w+|[^\w\s]+", text.lower())})
    vocabulary = {word: n for n, word in enumerate(["[UNK]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    vectors = np.random.default_rng(0).standard_normal((len(vocabulary), 256), dtype=np.float32)
    model, head = StaticModel(vectors, tokenizer), OneVsRestClassifier(LogisticRegression())

    def predict(texts: list[str]) -> object:
        return head.predict_proba(model.encode(texts, use_multiprocessing=False))

    start = perf_counter()
    head.fit(model.encode(texts, use_multiprocessing=False), (rows.gold >= 0).astype(int))
    training_s, path = perf_counter() - start, folder / "static.joblib"
    joblib.dump((model, head), path)
    return Contender("model2vec, random", predict, path=path, training_s=training_s)


def measure(contenders: Sequence[Contender], texts: list[str], batch: int, rounds: int) -> Found:
    """The seconds that each takes for all texts, ``batch`` a call, round by round."""
    parts = [texts[start : start + batch] for start in range(0, len(texts), batch)]
    found: Found = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            contender.renew()
            start = perf_counter()
            for part in parts:
                contender.predict(part)
            found[contender.name].append(perf_counter() - start)
    return found


def throughput(contexts: Contexts, peers: Sequence[Contender], rounds: int) -> list[str]:
    """Sentences a second by batch size; ``contexts`` has those of the corpus' texts."""
    texts = list(contexts)[:10_000]
    ours = [newstance("warm", texts), newstance("warm, with contexts", texts, contexts=contexts)]
    ours += [newstance("cold"), newstance("cold at every call")]
    lines = []
    for batch, n in TEXTS_BY_BATCH.items():
        found = measure([*ours, *peers], texts[:n], batch, rounds)
        rates = {name: [n / s for s in seconds] for name, seconds in found.items()}
        lines += table_rows(f"sentences/s, batch {batch:,}", rates)
    return lines


def growth(source: list[str], peers: Sequence[Contender], *, power: int, rounds: int) -> list[str]:
    """Seconds for 1,000 to 10 to the ``power`` recombined texts, and for some with new tokens."""
    rng, words, lines = random.Random(1), [text.split() for text in source], []
    drawn = (rng.sample(words, 2) for _ in range(10**power))
    made = [" ".join(a[: len(a) // 2] + b[len(b) // 2 :]) for a, b in drawn]
    ours = newstance("cold")
    for n in (10**k for k in range(3, power + 1)):
        others = peers if n < 10**6 else peers[1:2]  # fastText
        lines += table_rows(f"seconds for {n:,}", measure([ours, *others], made[:n], BATCH, rounds))
    fresh = with_new_tokens(made[: 10**5], source)
    found = measure([ours, peers[1]], fresh, BATCH, rounds)
    return lines + table_rows(f"seconds for {len(fresh):,}, new tokens", found)


def with_new_tokens(texts: list[str], source: list[str]) -> list[str]:
    """The texts with the end of some tokens swapped, as many as the source's last tenth has new."""
    tenth, rng = len(source) // 10, random.Random(2)
    known, last = (" ".join(s).lower().split() for s in (source[:-tenth], source[-tenth:]))
    share, ends = len(set(last) - set(known)) / len(last), [t[2:] for t in sorted(set(known))]
    return [
        " ".join(t[:3] + rng.choice(ends) if rng.random() < share else t for t in text.split())
        for text in texts
    ]


def starts(peers: Sequence[Contender], rounds: int) -> list[str]:
    """Seconds and peak megabytes of whole processes, beside the least that they have to import."""
    compileall.compile_dir(PACKAGE, quiet=1)
    program, python = str(Path(sys.executable).with_name("newstance")), (sys.executable, "-c")
    pipeline, plain, fast = map(str, (shipped_model() / PIPELINE, peers[0].path, peers[1].path))
    load = "import joblib; joblib.load({!r}).predict([{!r}])"
    load_fasttext = "import fasttext; fasttext.load_model({!r}).f.predict({!r}, -1, 0.0, 'strict')"
    commands = {
        "newstance classify": (program, "classify", NEWS),
        "python -c 'import numpy'": (*python, "import numpy"),
        "newstance --help": (program, "--help"),
        "python -c 'import typer'": (*python, "import typer"),
        "scikit-learn, pipeline.joblib": (*python, load.format(pipeline, [NEWS, ""])),
        "scikit-learn": (*python, load.format(plain, NEWS)),
        "fastText": (*python, load_fasttext.format(fast, NEWS + "\n")),
    }
    runs: dict[str, list[list[float]]] = {name: [] for name in commands}
    for name, command in [*commands.items()] * (
        3 * rounds + 1
    ):  # the first fills the system's cache
        launch = [*python, LAUNCHER, *command]
        said = subprocess.run(launch, capture_output=True, text=True, check=True).stdout
        runs[name].append([float(figure) for figure in said.split()])
    found = [{name: [run[k] for run in own[1:]] for name, own in runs.items()} for k in (0, 1)]
    return table_rows("start, s", found[0]) + table_rows("start, peak MB", found[1])


def table_rows(measured: str, found: Found) -> list[str]:
    """A row for each program, with its median against the first one's and fastText's."""
    middle = {name: float(np.median(values)) for name, values in found.items()}
    ours, theirs = next(iter(middle.values())), middle["fastText"]
    return [
        f"| {measured} | {name} | {number(middle[name])} ({number(min(own))}–{number(max(own))}) "
        f"| {number(middle[name] / ours)} | {number(middle[name] / theirs)} |"
        for name, own in found.items()
    ]


def number(value: float) -> str:
    """Three significant digits, thousands apart."""
    return f"{float(f'{value:.3g}'):,.{max(0, 2 - int(np.floor(np.log10(value))))}f}"


def surroundings() -> str:
    """The date, the machine and the versions."""
    cpu = re.search(r"model name\s*: *(.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    machine = f"one of {os.cpu_count()} cores ({cpu and cpu[1]}), {memory:.0f} GiB of memory"
    return f"{strftime('%Y-%m-%d')}, on {machine}. Python {sys.version.split()[0]}, {libraries}."


if __name__ == "__main__":
    main()
