"""A session of labelling as it is seen in a terminal, and how it ends."""

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.text import Text

from newstance.answers import Did, Journal
from newstance.doubt import DOUBT
from newstance.label import Session
from newstance.queue import PICKED, RANDOM
from newstance.records import Sentence, drop_nulls
from newstance.terminal.draft import SAVE, Command, Draft, keymap
from newstance.terminal.keys import Keys
from newstance.terminal.questions import doubt_view, model_view, question_view, rules_in_words
from newstance.terminal.text import remark

Propose = Callable[[Sentence], Sentence]


class Screen:
    """A session as it is seen: draws questions and reads keys until all are done or one quits.

    ``propose`` gives a sentence with the model's labels and scores, for those who ask to see them.
    """

    def __init__(
        self, session: Session, keys: Keys, *, propose: Propose, show_proposal: bool = False
    ) -> None:
        self._session = session
        self._codebook = session.coder.codebook
        self._keys = keys
        self._keymap = keymap(self._codebook)
        self._propose = propose
        self._show_proposal = show_proposal
        self._console = Console(highlight=False)

    def run(self) -> None:
        """Ask one question after the other."""
        try:
            while (question := self._session.question) and self._ask(question):
                pass
        except EOFError:
            return

    def _ask(self, question: Sentence) -> bool:
        """Ask until the question is answered or left; False to quit."""
        draft = self._draft(question)
        self._keys.forget()
        self._draw(question, draft)
        while True:
            key = self._keys.key()
            command = self._keymap.commands.get(key)
            if command is Command.quit:
                return False
            if self._does_save(draft) if key == SAVE else self._does_leave(command, draft):
                return True
            if command is None and key != SAVE:
                draft.press(key, self._keymap, self._codebook)
            if self._keys.is_live or command or draft.message:
                self._draw(question, draft)

    def _does_save(self, draft: Draft) -> bool:
        if draft.open:
            draft.message = f"Still to be decided: {', '.join(sorted(draft.open))}."
            return False
        self._session.answer(draft.chosen, note=draft.note, saw_proposal=draft.is_proposal_shown)
        return True

    def _does_leave(self, command: Command | None, draft: Draft) -> bool:
        """Do a command, if it is one; whether the question is to be left."""
        draft.message = ""
        if command is Command.proposal:
            draft.is_proposal_shown = True
        elif command is Command.rules:
            self._page(Markdown(rules_in_words(self._codebook, draft.topic)))
        elif command is Command.comment:
            draft.note = self._keys.text("Comment: ")
        elif command is Command.undo:
            if self._session.undo():
                return True
            draft.message = "There is nothing of yours to undo."
        elif command is Command.skip:
            reason = "" if self._session.settles else self._keys.text("Why skip it? ")
            if reason or self._session.settles:
                self._session.skip(reason)
                return True
        return False

    def _draft(self, question: Sentence) -> Draft:
        """An empty answer; where votes are to be settled, what they have in common."""
        topics = self._codebook.topic_names
        draft = Draft(dict.fromkeys(topics), is_proposal_shown=self._show_proposal)
        if len(topics) == 1:
            draft.topic = topics[0]
        for topic in topics:
            said = {vote["labels"].get(topic) for vote in self._votes(question)}
            if len(said) > 1:
                draft.open.add(topic)
            elif said:
                draft.labels[topic] = said.pop()
        return draft

    def _votes(self, question: Sentence) -> list[Mapping[str, Any]]:
        """The votes that may be seen: none but when they are to be settled."""
        votes = question.other["votes"] if self._session.settles else []
        return [{**vote, "labels": drop_nulls(vote["labels"])} for vote in votes]

    def _draw(self, question: Sentence, draft: Draft) -> None:
        if self._console.is_terminal:
            self._console.clear()
        self._console.print(
            question_view(
                question,
                draft,
                title=f"{len(self._session.done) + 1} of {len(self._session.queue)}",
                codebook=self._codebook,
                keys=self._keymap,
                votes=self._votes(question),
                proposal=self._proposal(question) if draft.is_proposal_shown else None,
            )
        )

    def _proposal(self, question: Sentence) -> RenderableType:
        """What may sway the coder: the model's answer, or why the label there is doubted."""
        if question.other.get(PICKED) == DOUBT and DOUBT in question.other:
            return doubt_view(question)
        return model_view(self._propose(question))

    def _page(self, view: RenderableType) -> None:
        """Show something long, a screen at a time."""
        with self._console.capture() as captured:
            self._console.print(view)
        lines = captured.get().rstrip().splitlines()
        height = max(self._console.height - 2, 1) if self._keys.is_live else len(lines)
        for start in range(0, len(lines), height):
            if self._console.is_terminal:
                self._console.clear()
            self._console.print(Text.from_ansi("\n".join(lines[start : start + height])))
            if self._keys.is_live:
                self._console.print(Text("Any key goes on, q goes back.", style="dim"))
                if self._keys.key() == Command.quit:
                    return


def tell_cut(journal: Journal) -> None:
    """That a line was cut off, if one was."""
    if journal.cut:
        remark(
            f"{journal.path}: the last line was cut short by a crash ({journal.cut} bytes) and is "
            "removed; all answers before it are kept."
        )


def tell_end(session: Session) -> None:
    """Where the answers are, how many are left, and what they cannot tell."""
    done = session.done
    skipped = sum(entry.did is Did.skipped for entry in done)
    left = len(session.queue) - len(done)
    remark(
        f"{session.journal.path}: {len(done) - skipped} answered and {skipped} skipped by "
        f"{session.coder.name}; "
        + (f"{left} left, go on with the same command." if left else "all are done.")
    )
    drawn = sum(e.sentence.other.get(PICKED) == RANDOM for e in done if e.did is Did.answered)
    remark(
        "Do not estimate shares from these answers: the sentences were picked, not drawn; "
        f"only the {drawn} with picked: {RANDOM} were drawn from the news at random."
    )
