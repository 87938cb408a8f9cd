"""Models that were trained, and those that are kept."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from newstance.terminal.measures import show_scores
from newstance.terminal.text import plain_table, remark, visible

if TYPE_CHECKING:
    from newstance.codebook import Codebook
    from newstance.train import Training
    from newstance.versions import Version

SCORES = {"topic_micro_f1": "topics", "stance_macro_f1": "stance", "pair_f1": "both"}
SETS = ("exam", "cross-validation")


def show_training(training: "Training") -> None:
    """The scores; beside them what was left out, where the model is kept, and the verdict."""
    for fault in training.left_out:
        remark(str(fault))
    if training.left_out:
        remark(f"{len(training.left_out)} training sentences were left out.")
    if training.n_repeated:
        remark(f"{training.n_repeated} rows stood in an earlier corpus too and counted once.")
    show_scores(training.metrics)
    size = _megabytes(sum(file.stat().st_size for file in training.version.iterdir()))
    remark(f"kept as version {training.version.name} ({size}) in {training.version.parent}")
    if training.verdict and training.verdict.is_promoted:
        remark(f"promoted: not worse than {training.verdict.over or 'nothing, the first one'}")


def show_versions(versions: Sequence["Version"]) -> None:
    """A row for each version; the reasons of refusals and the disk that all take, below."""
    table = plain_table("version", "in use", "verdict", "size", "corpus", "set", *SCORES.values())
    for version in versions:
        name, scores = main_scores(version.metrics)
        table.add_row(
            version.name,
            "yes" if version.is_in_use else "",
            _verdict(version),
            _megabytes(version.size),
            visible(", ".join(version.manifest.corpora) or version.manifest.corpus[:12]),
            visible(name),
            *(f"{scores[key]:.3f}" for key in SCORES),
        )
    console = Console()
    console.print(table)
    for version in versions:
        for reason in version.verdict.reasons if version.verdict else ():
            console.print(visible(f"{version.name} refused: {reason}"))
    remark(f"all versions: {_megabytes(sum(version.size for version in versions))}")


def show_version(version: "Version", codebook: "Codebook") -> None:
    """What a model is: labels, versions, what it was trained on, and its main scores."""
    manifest = version.manifest
    name, scores = main_scores(version.metrics)
    train = manifest.counts["train"]
    lines = {
        "version": version.name,
        "codebook": f"{codebook.title}, version {codebook.version}",
        "topics": ", ".join(codebook.topic_names),
        "stances": ", ".join(codebook.stance_names),
        "corpus": ", ".join(manifest.corpora) or manifest.corpus,
        "trained on": f"{train['sentences']} sentences of {train['items']} news items",
        "left out": f"{manifest.left_out} too like exam or contrast, {manifest.repeated} repeated",
        name: ", ".join(f"{words} {scores[key]:.3f}" for key, words in SCORES.items()),
        "made with": f"newstance {manifest.newstance}, Python {manifest.python}, "
        + ", ".join(f"{library} {number}" for library, number in manifest.libraries.items()),
        "format": str(manifest.format),
        "size": _megabytes(version.size),
    }
    if version.verdict:
        lines["verdict"] = "; ".join((_verdict(version), *version.verdict.reasons))
    for title, line in lines.items():
        Console().print(Text.assemble((f"{title}: ", "bold"), visible(line)))


def main_scores(metrics: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The set that tells most of a model, of those that it was measured on, and its scores."""
    name = next(name for name in (*SETS, *metrics) if name in metrics)
    return name, metrics[name]


def _verdict(version: "Version") -> str:
    if version.verdict is None:
        return ""
    return "promoted" if version.verdict.is_promoted else "refused"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
