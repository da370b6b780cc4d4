"""A short form of `make chaos`: a worker is killed under load, and no answer is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.services import hand_made, serving


def test_no_answer_is_wrong_while_workers_are_killed(tmp_path: Path) -> None:
    home = tmp_path / "bentoml"
    serving.store(home, [hand_made.purchase_bundle(tmp_path / "bundle").path])
    command = [sys.executable, "-m", "benchmarks.chaos", "--part", "kills"]
    command += ["--seconds", "20", "--users", "8", "--every", "7"]
    done = subprocess.run(
        command,
        cwd=serving.ROOT,
        env=os.environ | {"BENTOML_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[1-9] of them killed", done.stdout)
    assert ", 0 answered wrong" in done.stdout
