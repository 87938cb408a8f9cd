"""The command that compares two models."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newstance.cli.app import JsonOption, app, print_json
from newstance.errors import NewstanceError

if TYPE_CHECKING:
    from newstance.model import Model


@app.command(
    epilog="Example: newstance compare model.versions/0a1b2c3d4e5f model --gold gold.jsonl"
)
def compare(
    old: Annotated[Path, typer.Argument(help="The folder of the model that was in use.")],
    new: Annotated[Path, typer.Argument(help="The folder of the model to compare with it.")],
    gold: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Compare on records with 'labels', as JSON lines."),
    ] = None,
    on: Annotated[
        list[Path] | None,
        typer.Option(metavar="NEWS", help="Compare shares in news without labels; repeatable."),
    ] = None,
    before: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="NEWS",
            help="Old news, with --on: split the change from OLD on it to NEW on the new news into "
            "what the news changed and what the model did; repeatable.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two models on labelled sentences, or the shares that they find in news."""
    from newstance.compare import check_comparable
    from newstance.model import load_model

    if bool(gold) == bool(on) or (before and not on):
        raise typer.BadParameter("give either --gold FILE, or --on NEWS, to which --before can go")
    models = load_model(old), load_model(new)
    check_comparable(*models)
    if gold:
        _compare_on_gold(*models, gold, as_json=as_json)
    else:
        _compare_shares(*models, on or [], before or [], as_json=as_json)


def _compare_on_gold(old: "Model", new: "Model", gold: Path, *, as_json: bool) -> None:
    from newstance.compare import compare as compared
    from newstance.records import read_jsonl
    from newstance.terminal.comparing import show_comparison

    sentences = read_jsonl(gold, codebook=old.codebook)
    try:
        told = compared(sentences, old.predict(sentences), new.predict(sentences), old.codebook)
    except NewstanceError as error:
        raise NewstanceError(f"{gold}: {error}") from None
    if as_json:
        print_json(told.to_json())
    else:
        show_comparison(told)


def _compare_shares(
    old: "Model", new: "Model", news: list[Path], before: list[Path], *, as_json: bool
) -> None:
    from newstance.shift import read_news, shift, split_shift
    from newstance.terminal.comparing import show_shifts

    if before:
        told = split_shift(old, new, read_news(news), before=read_news(before))
    else:
        told = shift(old, new, read_news(news))
    if as_json:
        rows = {name: share.to_json() for name, share in told.items()}
        print_json(rows)
    else:
        show_shifts(told)
