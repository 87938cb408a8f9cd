"""A project of one's own: a folder with a codebook, an empty corpus, and a page with what is next.

The folder is a corpus from the start; what it lacks are sentences.
"""

import shlex
from collections.abc import Sequence
from pathlib import Path

import tomlkit

from newstance import codebook as codebooks
from newstance.codebook import parse_codebook
from newstance.codebook_draft import Draft, Kind
from newstance.errors import NewstanceError
from newstance.files import replacing_folder

PAGE = "README.md"
MARK = "Written by `newstance init`; `newstance corpus card` puts the dataset card in its place."
STANCES = (
    Draft(Kind.stance, "support", "favours it, advances it, or defends it"),
    Draft(Kind.stance, "oppose", "rejects it, hinders it, or attacks it"),
    Draft(Kind.stance, "neutral", "reports on it without taking a side"),
)

CODEBOOK = """\
# The codebook: what each label means. Whoever labels a sentence goes by it; help texts and cards
# take their words from it. 'newstance codebook check' tells what is wrong or still missing here.

title = {title}

# Goes up by one whenever a topic or stance is added, changed, renamed or removed. An entry that was
# added or changed gets the new number; 'newstance corpus stale' then lists the labels given before.
# 'newstance codebook add', 'rename' and 'remove' count for you; when you change an entry, you do.
version = 1

# What is labelled, and how much of what stands around it a coder may use.
unit = "One news sentence (a headline counts as one), read in its place: `context` holds the one or two sentences before it, where there are any."

# When a sentence has a topic.
topic_rule = "A sentence has any number of topics, none included. A topic is given when the sentence says something about it: a clause at least."

# How the stance is found.
stance_rule = "One stance for each topic of a sentence: that of whoever the main clause gives the word or the deed to; if no one, the author's own."

# The topics, in the order of all columns.
#   name        what stands in the labels: letters, digits and _
#   version     the codebook's version at which the meaning last changed
#   definition  in a few words
#   covers      what counts: a list, as long as it takes
#   excludes    what is near and does not count; "" if nothing
#   target      the thing of this topic that a stance is for or against

{topics}
# Rules for close cases of topics: take the # away and write your own, as many as you need.
#
# [[topic_cases]]
# case = "Lists"
# rule = "A topic that is one of several in a list counts if the sentence is about the list."

# Questions that a coder asks, in this order, to find the stance.
#
# [[questions]]
# question = "What is the target?"
# answer = "The thing of that topic which the main clause is about."

# The stances, in the order of all columns.
#   name, version  as above
#   definition     what the holder of the stance says or does

{stances}
# Rules for close cases of stances.
#
# [[stance_cases]]
# case = "a forecast"
# rule = "`{stance}` only if it comes from someone who wants it"

# Sentences with the labels that they get: one for each topic and stance, and one with no topic.
#
# [[examples]]
# text = "A sentence with the topic."
# labels = {{ {topic} = "{stance}" }}
#
# [[examples]]
# text = "A sentence about something else."
# labels = {{}}
"""
README = """\
# {title}

{mark}

| file | what it holds |
| --- | --- |
| `codebook.toml` | what each topic and stance means; write it out before you label |
| `train.jsonl` | sentences that the model learns from; none yet |
| `exam.jsonl` | sentences that it is measured on and never learns from; none yet |

A row is one line of JSON. Sentences of one news item have the same `group`; keep it in one of the two
files.

```json
{{"text": "…", "context": "…", "labels": {{"TOPIC": "STANCE"}}, "group": "the news item's name"}}
```

## What next

From the folder that holds `{name}/`:

```sh
newstance codebook check {name}                    # what the codebook still lacks
newstance label --help                             # label sentences
newstance corpus add FILE --corpus {name}          # add labelled sentences
newstance corpus check {name}                      # every fault, with file and line
newstance corpus stats {name}                      # how many of each label there are
newstance train --corpus {name} --output {name}/model
newstance classify --model {name}/model "A sentence."
newstance corpus stale {name}                      # labels that a change of the codebook left behind
```

Training needs every topic, every stance, and sentences without each topic in ten news items or more
(a row without `group` is an item of its own): some 200 sentences are enough to begin with.
"""


def init(
    directory: Path, *, title: str, topics: Sequence[Draft], stances: Sequence[Draft] = STANCES
) -> None:
    """Write a new project's folder in one step.

    Raises NewstanceError if something stands there, or if the labels make no codebook.
    """
    check_free(directory)
    path = directory / codebooks.FILE
    if not topics:
        raise NewstanceError(f"{path}: would have no topic; give at least one, 'name: definition'.")
    codebook = codebook_text(title, topics, stances)
    parse_codebook(codebook, name=str(path))
    with replacing_folder(directory) as folder:
        (folder / codebooks.FILE).write_text(codebook, encoding="utf-8")
        (folder / "train.jsonl").touch()
        (folder / "exam.jsonl").touch()
        page = README.format(title=title, mark=MARK, name=shlex.quote(directory.name))
        (folder / PAGE).write_text(page, encoding="utf-8")


def check_free(directory: Path) -> None:
    """Raise NewstanceError if something stands where a project is to be written."""
    if directory.exists() or directory.is_symlink():
        raise NewstanceError(
            f"{directory}: is there already and stays as it is; give a path that is free."
        )


def codebook_text(title: str, topics: Sequence[Draft], stances: Sequence[Draft]) -> str:
    """The text of a new codebook, with comments that say what each field is for."""
    return CODEBOOK.format(
        title=_quoted(title),
        topics=_entries(topics),
        stances=_entries(stances),
        topic=tomlkit.key(topics[0].name).as_string(),
        stance=stances[0].name if stances else "",
    )


def _entries(drafts: Sequence[Draft]) -> str:
    return "\n".join(
        "".join(
            [
                f"[[{draft.kind.key}]]\n",
                *(f"{key} = {_quoted(value)}\n" for key, value in draft.to_entry(1).items()),
            ]
        )
        for draft in drafts
    )


def _quoted(value: str | int) -> str:
    return tomlkit.item(value).as_string()
