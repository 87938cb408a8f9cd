import signal
import subprocess
import sys

import pytest
from conftest import ROOT

from newstance import files
from newstance.errors import NewstanceError
from newstance.files import decode, read_text, replacing_file, replacing_folder


def names(directory):
    return [path.name for path in directory.iterdir()]


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfhello")
    assert read_text(tmp_path / "a.txt") == "hello"


def test_bytes_that_are_not_utf8_are_an_error_with_their_line():
    with pytest.raises(NewstanceError, match=r"news line 2: byte 0xe8 is not UTF-8; save"):
        decode("one\nVu\xe8i".encode("latin-1"), name="news")


def test_binary_bytes_are_an_error():
    with pytest.raises(NewstanceError, match="news: is a binary file"):
        decode(b"\x7fELF\0\0", name="news")


def test_a_folder_where_a_file_is_meant_is_an_error(tmp_path):
    with pytest.raises(NewstanceError, match="is a folder; give a file"):
        read_text(tmp_path)


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "answer.txt"
    path.write_text("old")
    with replacing_file(path) as partial:
        partial.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert names(tmp_path) == ["answer.txt"]


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "answer.txt"
    path.write_text("old")

    def write_half():
        with replacing_file(path) as partial:
            partial.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["answer.txt"]


def test_a_place_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(NewstanceError, match=r"cannot be written .* choose a folder"),
        replacing_file(tmp_path / "file" / "answer.txt"),
    ):
        pass


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_folder_is_replaced_whole(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "old").write_text("")
    with replacing_folder(tmp_path / "model") as partial:
        (partial / "new").write_text("")
        assert names(tmp_path / "model") == ["old"]
    assert names(tmp_path / "model") == ["new"]
    assert names(tmp_path) == ["model"]


def test_a_folder_that_was_not_there_is_made(tmp_path):
    with replacing_folder(tmp_path / "deep" / "model") as partial:
        (partial / "new").write_text("")
    assert names(tmp_path / "deep" / "model") == ["new"]


def test_a_killed_writer_leaves_the_old_folder_whole(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "old").write_text("")
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from newstance.files import replacing_folder\n"
        "with replacing_folder(Path(sys.argv[1])) as partial:\n"
        "    (partial / 'new').write_text('half')\n"
        f"    os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "model")], cwd=ROOT, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert names(tmp_path / "model") == ["old"]
