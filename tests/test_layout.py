"""The house: which module may import which, and what never comes along at start."""

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

ORDER = [
    {"__init__", "__main__"},
    {"cli"},
    {"terminal"},
    {"cluster", "doubt", "settle", "report"},
    {"mistakes", "slices", "coders", "diagrams"},
    {"train"},
    {"stream", "evaluate", "ablation", "confidence", "explain_html", "weights"},
    {"corpus_card", "corpus_check", "corpus_add", "corpus_export", "cross_validation"},
    {"label", "codebook_edit"},
    {"explain"},
    {"runs"},
    {"classify", "corpus_stats", "codebook_toml", "project", "probes", "curves", "undefined"},
    {"promotion", "share", "receipt"},
    {"compare", "versions", "shift"},
    {"families", "relabel"},
    {"stale"},
    {"model", "metrics", "agreement", "spoiling", "merge"},
    {"model_card"},
    {"cards", "trust", "exchange", "serialized", "shaping"},
    {"survey", "writers"},
    {"readers", "tables"},
    {"blocks", "processes"},
    {"sources"},
    {"flatten", "typed"},
    {"pipeline"},
    {"ngrams", "calibration"},
    {"corpus", "seeds", "overlap", "answers", "queue", "estimates"},
    {"features"},
    {"bootstrap", "flat"},
    {"scores", "lookup"},
    {"predictions"},
    {"records"},
    {"codebook_draft", "codebook_check"},
    {"codebook", "text", "words"},
    {"codebook_faults"},
    {"files", "progress"},
    {"errors"},
]
HEAVY = {"sklearn", "scipy", "datasets", "pandas", "matplotlib", "joblib"}
MODULES = sorted((ROOT / "newstance").rglob("*.py"))


def room_of(path):
    """The module's name, or that of the folder that it is a part of."""
    return path.relative_to(ROOT / "newstance").parts[0].removesuffix(".py")


def rank(name):
    return next(n for n, room in enumerate(ORDER) if name in room)


def imports(path):
    """The modules of newstance that a module imports when it runs; not those for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("newstance"):
            _, _, name = node.module.partition(".")
            yield from [name.split(".")[0]] if name else [alias.name for alias in node.names]


@pytest.mark.parametrize("path", MODULES, ids=room_of)
def test_a_module_imports_only_from_those_to_its_right(path):
    own = room_of(path)
    for name in imports(path):
        assert name == own or rank(own) < rank(name), f"{own} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=room_of)
def test_the_library_does_without_the_command_line(path):
    if room_of(path) not in {"cli", "terminal", "__main__"}:
        roots = {
            (name.name if isinstance(node, ast.Import) else node.module).split(".")[0]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        assert not roots & {"typer", "rich", "click"}


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], HEAVY | {"numpy", "newstance.records"}),
        (["classify", "--help"], HEAVY | {"numpy"}),
        (["classify", "Gas flows."], HEAVY),
        (["evaluate", "corpus/exam.jsonl"], HEAVY | {"jinja2"}),
    ],
)
def test_help_and_classify_start_without_heavy_imports(arguments, absent):
    program = (
        "import sys; from typer.testing import CliRunner; from newstance.cli import app\n"
        f"assert CliRunner().invoke(app, {arguments}).exit_code == 0\n"
        f"print({absent} & set(sys.modules) or 'none')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "none"


@pytest.mark.parametrize("path", MODULES, ids=room_of)
def test_a_module_holds_one_subject(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
