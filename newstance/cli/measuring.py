"""The command that measures a model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newstance.cli.app import JsonOption, ModelOption, app, print_json
from newstance.errors import NewstanceError

if TYPE_CHECKING:
    from newstance.spoiling import Predict


@app.command(epilog="Example: newstance evaluate gold.jsonl --report report.html")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Records with 'labels', as JSON lines.")],
    as_json: JsonOption = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write a report, a page of HTML.")
    ] = None,
    use_pipeline: Annotated[
        bool, typer.Option("--pipeline", help="Measure the scikit-learn pipeline itself.")
    ] = False,
    model: ModelOption = None,
) -> None:
    """Measure a model on labelled sentences, with 95 % intervals, baselines and probes."""
    from newstance.evaluate import examine
    from newstance.files import read_bytes
    from newstance.model import load_model
    from newstance.records import parse_jsonl
    from newstance.terminal.measures import show_examination

    loaded = load_model(model)
    data = read_bytes(gold)
    sentences = list(parse_jsonl(data, name=str(gold), codebook=loaded.codebook))
    if not sentences:
        raise NewstanceError(f"{gold}: no sentence to evaluate; add at least one record.")
    predict = _asking_pipeline(model) if use_pipeline else loaded.predict
    examination = examine(sentences, predict, loaded.codebook)
    if report is not None:
        from newstance.report import Subject, write_report

        subject = Subject(gold, data, model, use_pipeline)
        write_report(report, examination, model=loaded, subject=subject)
    if as_json:
        print_json(examination.to_json())
    else:
        show_examination(str(gold), examination)


def _asking_pipeline(directory: Path | None) -> "Predict":
    from newstance.model import load_pipeline
    from newstance.pipeline import to_input
    from newstance.trust import read_trusted, user_file

    pipeline = load_pipeline(directory, trusted=read_trusted(user_file()))
    return lambda sentences: pipeline.predictions(to_input(sentences))
