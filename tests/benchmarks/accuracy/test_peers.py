from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.accuracy.asked import LeftOut
from benchmarks.accuracy.peers import Peer, autogluon

TOLD = """
import json, sys
from pathlib import Path
train, test, label, ignored, seconds, folder = sys.argv[1:]
Path(folder).mkdir()
told = {
    "chances": [0.25, float(seconds)], "seconds": 1.0, "milliseconds": 2.0, "size": 3,
    "persisted_milliseconds": 4.0, "deployed_size": 5, "versions": f"{label} without {ignored}",
}
(Path(folder) / "result.json").write_text(json.dumps(told))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with an environment for peers, which holds no peer."""
    python = tmp_path / ".venv-peers" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / "benchmarks" / "accuracy").mkdir(parents=True)
    return tmp_path


def ask(checkout: Path) -> Peer:
    files = checkout / "train.csv", checkout / "test.csv"
    return autogluon(*files, "bought", ["derived"], 0.5, checkout / "made", root=checkout)


def test_what_the_script_writes_is_the_result(checkout: Path) -> None:
    (checkout / "benchmarks" / "accuracy" / "autogluon_rows.py").write_text(TOLD)
    peer = ask(checkout)
    assert peer.chances.tolist() == [0.25, 0.5]
    assert peer.versions == "bought without derived"


def test_an_environment_that_is_missing_is_named(checkout: Path) -> None:
    (checkout / ".venv-peers" / "bin" / "python").unlink()
    with pytest.raises(LeftOut, match="make env-peers"):
        ask(checkout)


def test_a_peer_that_fails_is_an_error(checkout: Path) -> None:
    script = checkout / "benchmarks" / "accuracy" / "autogluon_rows.py"
    script.write_text("raise SystemExit(1)")
    with pytest.raises(subprocess.CalledProcessError):
        ask(checkout)
