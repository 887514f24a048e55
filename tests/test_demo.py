"""The demo itself: played once, as a newcomer plays it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROOFS = 10


@pytest.mark.timeout(180)
def test_the_demo_ends_with_every_proof_holding(tmp_path: Path) -> None:
    environment = {**os.environ, "STAY": "", "NO_COLOR": "1", "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "tests.demo", "--svg", str(tmp_path / "demo.svg")]
    playing = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    told = playing.stdout
    assert playing.returncode == 0, told + playing.stderr
    for line in ("Ada types /link spotify", "Something is gone from your library", "[ Bring it back… ]"):
        assert line in told
    assert told.count("✓ proved") == PROOFS
    assert "\x1b[" not in told
    assert max(map(len, told.splitlines())) <= 100
    picture = tmp_path / "demo.svg"
    assert "url(http" not in picture.read_text()
    assert list(tmp_path.iterdir()) == [picture]  # everything else was tidied away
