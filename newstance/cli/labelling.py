"""Commands for labelling: ask people, settle what they disagree on, find doubtful labels."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newstance.cli.app import JsonOption, ModelOption, app, corpora, print_json
from newstance.errors import NewstanceError

if TYPE_CHECKING:
    from newstance.label import Session
    from newstance.model import Model

AnnotatorOption = Annotated[
    str, typer.Option(metavar="NAME", help="Who answers; stands in each vote.")
]


@app.command(
    epilog="Example: newstance label articles/ --answers answers.jsonl --annotator anna --count 20"
)
def label(
    news: Annotated[
        list[Path],
        typer.Argument(
            help="Articles, rows or folders, as classify reads them. Rows with a field 'picked' "
            "are a queue, and are asked in their order."
        ),
    ],
    answers: Annotated[
        Path, typer.Option(metavar="FILE", help="Where each answer is added, as a JSON line.")
    ],
    annotator: AnnotatorOption,
    count: Annotated[
        int | None,
        typer.Option(min=1, help="How many sentences.", show_default="50, or the whole queue"),
    ] = None,
    random_share: Annotated[
        float, typer.Option(min=0, max=1, help="The share that is drawn at random.")
    ] = 0.2,
    random_state: Annotated[int, typer.Option(min=0, help="Another gives another draw.")] = 0,
    show_proposal: Annotated[
        bool, typer.Option("--show-proposal", help="Show the model's answer unasked.")
    ] = False,
    model: ModelOption = None,
) -> None:
    """Label sentences in the terminal, those first of which the model is least certain.

    Each answer is on disk before the next question, and the same command goes on
    where a session ended. With another --annotator it asks the same sentences;
    nobody sees another's answers. Do not estimate shares from the answers: the
    sentences are picked for the model's doubt, save those drawn at 'random'.
    """
    from newstance.answers import open_journal
    from newstance.label import Coder, Session, asked, line_up, read_news
    from newstance.model import load_model
    from newstance.sources import find_files
    from newstance.terminal.labelling import tell_cut, tell_end
    from newstance.terminal.progress import progress_bar

    loaded = load_model(model)
    with open_journal(answers, loaded.codebook) as journal:
        tell_cut(journal)
        with progress_bar("Choosing sentences") as progress:
            queue = line_up(
                read_news(find_files(news, output=answers)),
                asked(journal),
                loaded,
                count=count,
                random_share=random_share,
                random_state=random_state,
                progress=progress,
            )
        coder = Coder(annotator, date.today().isoformat(), loaded.codebook)
        session = Session(journal, queue, coder)
        _hold(session, loaded, show_proposal=show_proposal)
        tell_end(session)


@app.command(
    epilog="Example: newstance settle answers.jsonl --annotator chief --output train/own.jsonl"
)
def settle(
    answers: Annotated[Path, typer.Argument(help="What coders answered to newstance label.")],
    annotator: AnnotatorOption,
    output: Annotated[
        Path, typer.Option(metavar="FILE", help="The rows for a corpus, as JSON lines.")
    ],
    model: ModelOption = None,
) -> None:
    """Decide where coders disagree, and write their answers as rows of a corpus.

    Rows on which coders agree, and those of one coder only, are written without a question.
    """
    from newstance import settle as settling
    from newstance.agreement import agreement
    from newstance.answers import Did, open_journal
    from newstance.label import Coder, Session
    from newstance.model import load_model
    from newstance.terminal.labelling import tell_cut
    from newstance.terminal.settling import show_agreed, show_upheld, tell_states, tell_written

    loaded = load_model(model)
    if not answers.is_file():
        raise NewstanceError(f"{answers}: there is no such file; label first.")
    settling.check_output(output, answers)
    with open_journal(answers, loaded.codebook) as journal:
        tell_cut(journal)
        rows = settling.gather(journal.entries)
        differing = settling.select(rows, *settling.DIFFERING)
        show_agreed(agreement(settling.select(rows, *settling.CODED_TWICE), loaded.codebook))
        tell_states(rows)
        coder = Coder(annotator, date.today().isoformat(), loaded.codebook)
        _hold(Session(journal, differing, coder, did=Did.settled), loaded)
        rows = settling.gather(journal.entries)
    settling.write_rows(rows, output)
    show_upheld(settling.upheld(rows, loaded.codebook))
    tell_written(rows, output)


@corpora.command("doubt", epilog="Example: newstance corpus doubt my-corpus --output doubts.jsonl")
def doubt(
    directory: Annotated[Path, typer.Argument(help="The corpus's folder.")] = Path("corpus"),
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write them as a queue that newstance label asks."),
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="At most so many labels.", show_default="all")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the labels that a model contradicts which never saw them: candidates for a second look.

    It takes as long as training. A doubtful label need not be wrong: the model may be.
    """
    from newstance.doubt import find_doubts, write_queue
    from newstance.terminal.corpora import show_doubts
    from newstance.terminal.progress import progress_bar

    with progress_bar("Cross-validating") as progress:
        found = find_doubts(directory, progress=progress)[:count]
    if output is not None:
        write_queue(found, output)
    if as_json:
        rows = [{**each.to_json(), "text": each.sentence.text} for each in found]
        print_json(rows)
    elif output is None:
        show_doubts(found)


def _hold(session: "Session", model: "Model", *, show_proposal: bool = False) -> None:
    """Ask the questions of a session in the terminal, or by a pipe."""
    from newstance.classify import classify
    from newstance.terminal.keys import reading_keys
    from newstance.terminal.labelling import Screen

    with reading_keys() as keys:
        Screen(
            session,
            keys,
            propose=lambda sentence: next(classify(model, [sentence])),
            show_proposal=show_proposal,
        ).run()
