import pytest
from conftest import ROOT
from test_codebook_faults import SOUND

from newstance.codebook_check import check_codebook
from newstance.errors import NewstanceError

CODEBOOK = ROOT / "corpus" / "codebook.toml"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text(SOUND, encoding="utf-8")
    return path


def test_a_file_and_its_folder_are_checked_alike(file):
    assert check_codebook(file) == check_codebook(file.parent)


def test_the_shipped_codebook_lacks_nothing_and_leaves_no_coder_alone():
    found = check_codebook(CODEBOOK)
    assert (found.faults, found.warnings, str(found)) == ((), (), "")


def test_warnings_tell_what_coders_will_miss(file):
    assert check_codebook(file).warnings == (
        "topic 'a': 'excludes' is empty; list what is near and does not count",
        "stance 'con' is in no example; add an [[examples]] entry",
        "stance 'pro' is in no rule for a close case; add a [[stance_cases]] entry",
        "stance 'con' is in no rule for a close case; add a [[stance_cases]] entry",
    )


def test_a_definition_that_is_said_again_and_examples_that_all_have_a_topic_are_warnings(file):
    text = SOUND.replace('covers = "c"', 'covers = "d"').replace(
        ', { text = "y", labels = {} }', ""
    )
    file.write_text(text)
    warnings = check_codebook(file).warnings
    assert "topic 'a': 'covers' repeats the definition; list what counts" in warnings
    assert "no example is without topic; add an [[examples]] entry with 'labels = {}'" in warnings


def test_a_warning_is_told_apart_from_a_fault(file):
    assert f"{file}: warning: topic 'a'" in str(check_codebook(file))
    file.write_text(SOUND.replace('"u"', '""'))
    assert str(check_codebook(file)) == f"{file}: 'unit' is empty; write it."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", r"is not valid TOML \(.*line 1.*\)"),
        ('title = "a"\ntitle = "b"', r"is not valid TOML \(.*line 2.*\)"),
        ("a\0", "is a binary file"),
    ],
)
def test_what_is_no_toml_is_an_error_with_its_line(file, text, message):
    file.write_text(text)
    with pytest.raises(NewstanceError, match=message):
        check_codebook(file)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(NewstanceError, match=r"codebook.toml: there is no such file"):
        check_codebook(tmp_path)
