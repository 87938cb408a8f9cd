import re

from readme import ROOT, rendered

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_generated_parts_are_what_the_program_gives_today():
    assert rendered(README) == README, "render them with 'python tests/readme.py'"


def test_every_command_of_the_command_line_is_told():
    from newstance.cli import app

    names = {info.name or info.callback.__name__ for info in app.registered_commands}
    assert all(f"newstance {name}" in README for name in names)


def test_the_python_examples_run(capsys):
    examples = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        exec(compile(example, "README.md", "exec"), {})
    assert "eu_accession" in capsys.readouterr().out
