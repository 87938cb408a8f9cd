"""The command that shows why a model says what it says."""

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from newstance.cli.app import ModelOption, app, print_json
from newstance.errors import NewstanceError

if TYPE_CHECKING:
    from newstance.explain import Explanation, Flip
    from newstance.model import Model


class Format(StrEnum):
    """How explanations are printed."""

    table = "table"
    json = "json"
    html = "html"


class _ModelAlone(TyperCommand):
    """``--model`` without a folder is the shipped one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[-1] == "--model":
            from newstance.model import shipped_model

            args = [*args, str(shipped_model())]
        return super().parse_args(ctx, args)


@app.command(
    cls=_ModelAlone, epilog="Example: newstance explain 'Sofia vetoed the talks with the EU.'"
)
def explain(
    sentences: Annotated[list[str] | None, typer.Argument(help="Sentences.")] = None,
    context: Annotated[str, typer.Option(help="The one or two sentences before.")] = "",
    topics: Annotated[
        list[str] | None,
        typer.Option(
            "--topic",
            help="A topic to explain; repeatable.",
            show_default="those given, else the likeliest",
        ),
    ] = None,
    with_flip: Annotated[
        bool, typer.Option("--flip", help="The fewest words whose removal changes the decision.")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.table,
    model: ModelOption = None,
) -> None:
    """Show what each word and phrase adds to each topic and stance.

    Without a sentence, --model shows the strongest words of a model.
    """
    from newstance.explain import explain as explained
    from newstance.explain import flip
    from newstance.model import load_model
    from newstance.records import Sentence

    if not sentences and model is None:
        raise typer.BadParameter("give a sentence, or --model for the strongest words of a model")
    loaded = load_model(model)
    if not sentences:
        _show_model(loaded, form)
        return
    found = [explained(loaded, Sentence(text, context)) for text in sentences]
    shown = [_topics(explanation, topics, loaded) for explanation in found]
    flips = [
        [flip(loaded, e.sentence, topic) for topic in own] if with_flip else []
        for e, own in zip(found, shown, strict=True)
    ]
    _show(found, shown, flips, form, loaded)


def _topics(explanation: "Explanation", asked: list[str] | None, model: "Model") -> list[str]:
    """The topics to show: those asked for, else those given, else the likeliest."""
    names = model.codebook.topic_names
    for topic in asked or []:
        if topic not in names:
            raise NewstanceError(
                f"--topic {topic}: is no topic of this model; it has {', '.join(names)}: "
                "name one of them."
            )
    likeliest = names[int(explanation.total.topics.argmax())]
    return asked or list(explanation.sentence.labels or {}) or [likeliest]


def _show(
    found: "list[Explanation]",
    shown: list[list[str]],
    flips: "list[list[Flip | None]]",
    form: Format,
    model: "Model",
) -> None:
    if form is Format.html:
        from newstance.explain_html import page

        typer.echo(page(found, shown, flips), nl=False)
        return
    if form is Format.table:
        from newstance.terminal.explaining import show_explanation, show_flip

    for explanation, topics, own in zip(found, shown, flips, strict=True):
        if form is Format.json:
            row = explanation.to_json(model.scorer.tables)
            if own:
                row["flip"] = {t: f and asdict(f) for t, f in zip(topics, own, strict=True)}
            print_json(row, indent=None)
            continue
        show_explanation(explanation, topics, model.codebook)
        for topic, flip in zip(topics, own, strict=False):
            show_flip(flip, topic, explanation.sentence.text)


def _show_model(model: "Model", form: Format) -> None:
    from newstance.weights import strongest

    if form is Format.html:
        raise typer.BadParameter("a model's strongest words are shown as table or json")
    found = strongest(model)
    if form is Format.json:
        print_json([asdict(one) for one in found])
    else:
        from newstance.terminal.explaining import show_strongest

        show_strongest(found)
