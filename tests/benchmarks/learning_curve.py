"""How much more labelled news still helps: scores at 1/8, 1/4, 1/2 and all of the training items.

    python tests/benchmarks/learning_curve.py

News items, not sentences, are drawn, three times for each share below 1. It measures on the exam
and on the news, and writes ``learning-curve.json`` and ``.svg`` into the corpus, whose card shows
them (run ``newstance corpus card`` after it).
"""

import json
from pathlib import Path

import matplotlib as mpl
import numpy as np
from joblib import Parallel, delayed
from matplotlib import pyplot as plt

from newstance.codebook import Codebook
from newstance.corpus import corpus_digest, read_corpus
from newstance.cross_validation import Rows, to_rows
from newstance.metrics import measure
from newstance.pipeline import TopicStanceClassifier, to_target

CORPUS = Path(__file__).parent.parent.parent / "corpus"
SHARES = (1 / 8, 1 / 4, 1 / 2, 1)
DRAWS = 3
MEASURES = ("topic_micro_f1", "stance_macro_f1")
LABELS = {
    "topic_micro_f1": "topics, micro-F1",
    "stance_macro_f1": "stance given the topic, macro-F1",
}


def main() -> None:
    corpus = read_corpus(CORPUS)
    codebook, splits = corpus.codebook, corpus.splits
    rows = to_rows(splits["train"], codebook)
    told = {name: to_rows(splits[name], codebook) for name in ("exam", "news")}
    runs = [(share, draw) for share in SHARES for draw in range(DRAWS if share < 1 else 1)]
    found = Parallel(n_jobs=-1)(
        delayed(fit_and_measure)(rows, told, codebook, share, draw) for share, draw in runs
    )
    points = [summary([run for run in found if run["share"] == share]) for share in SHARES]
    curve = {"corpus": corpus_digest(CORPUS), "sizes": counts(told), "points": points}
    text = json.dumps(curve, indent=1) + "\n"
    (CORPUS / "learning-curve.json").write_text(text, encoding="utf-8")
    draw_figure(points, counts(told))


def fit_and_measure(
    rows: Rows, told: dict[str, Rows], codebook: Codebook, share: float, draw: int
) -> dict[str, float]:
    items = np.unique(rows.groups)
    chosen = np.random.default_rng(draw).permutation(items)[: round(share * len(items))]
    part = rows[np.flatnonzero(np.isin(rows.groups, chosen))]
    model = TopicStanceClassifier(codebook.topic_names, codebook.stance_names)
    model.fit(part.inputs, to_target(part.gold, codebook.stance_names), groups=part.groups)
    run: dict[str, float] = {"share": share, "sentences": len(part.gold), "items": len(chosen)}
    for name, split in told.items():
        said = model.predictions(split.inputs)
        scores = measure(split.gold, said, groups=split.groups, codebook=codebook, n_resamples=2)
        run |= {f"{name} {key}": scores.measures[key] for key in MEASURES}
    return run


def summary(runs: list[dict[str, float]]) -> dict[str, float]:
    """The mean of the draws of one share, and the spread (largest less smallest) of each score."""
    means = {key: float(np.mean([run[key] for run in runs])) for key in runs[0]}
    spreads = {
        f"{key} spread": float(np.ptp([run[key] for run in runs]))
        for key in runs[0]
        if key.endswith("f1")
    }
    return {key: round(value, 4) for key, value in (means | spreads).items()}


def counts(told: dict[str, Rows]) -> dict[str, int]:
    return {name: len(split.gold) for name, split in told.items()}


def draw_figure(points: list[dict[str, float]], sizes: dict[str, int]) -> None:
    mpl.rcParams["svg.hashsalt"] = "newstance"
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    sentences = [point["sentences"] for point in points]
    for name, style in zip(sizes, ("-o", "--s"), strict=True):
        for key, colour in zip(MEASURES, ("tab:blue", "tab:orange"), strict=True):
            scores = [point[f"{name} {key}"] for point in points]
            label = f"{LABELS[key]} ({name}, {sizes[name]})"
            axes.plot(sentences, scores, style, color=colour, label=label)
    axes.set_xscale("log", base=2)
    axes.set_xticks(sentences, [f"{number:,.0f}" for number in sentences])
    axes.set_xlabel("training sentences")
    axes.set_ylabel("score")
    axes.set_ylim(0, 1)
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", frameon=False)
    figure.savefig(CORPUS / "learning-curve.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
