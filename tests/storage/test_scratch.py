import subprocess
import sys
from pathlib import Path

import pytest

from storage.scratch import scratch, tidy_scratch

HOLDER = """
import sys
from pathlib import Path
from storage.scratch import scratch
with scratch(Path(sys.argv[1])) as folder:
    (folder / "readable").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    return tmp_path / "musivault.db"


def test_it_is_its_owner_s_alone_and_gone_at_the_end(beside: Path, tmp_path: Path) -> None:
    with scratch(beside) as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "readable").touch()
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_is_removed_and_nothing_else(beside: Path, tmp_path: Path) -> None:
    left = tmp_path / ".musivault.db-scratch-x"
    left.mkdir()
    (left / "readable").touch()
    (tmp_path / ".other.db-scratch-x").mkdir()
    assert tidy_scratch(beside) == 1
    assert [path.name for path in tmp_path.iterdir()] == [".other.db-scratch-x"]


def test_what_another_process_works_in_stays_until_that_has_ended(beside: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(beside)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert tidy_scratch(beside) == 0
        assert (folder / "readable").exists()
        process.kill()
    assert tidy_scratch(beside) == 1
    assert not folder.exists()


def test_what_this_very_process_works_in_stays_too(beside: Path) -> None:
    with scratch(beside) as folder:
        assert tidy_scratch(beside) == 0
        assert folder.exists()
