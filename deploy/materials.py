"""The bill of materials of an image: libraries, bundle and base, as CycloneDX."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["write_bill"]


def write_bill(bento: Path, base: str, file: Path) -> Path:
    """Write what the image of a Bento is made of.

    Parameters
    ----------
    bento : Path
        The Bento's folder.
    base : str
        The image it stands on, whose own packages are named by its maker.
    file : Path
        CycloneDX JSON: each library with its version and hashes, the bundle with the hash of its
        manifest, which holds the hashes of all its files.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    locked = bento / "env" / "python" / "requirements.txt"
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(locked)]
    done = subprocess.run(
        [*command, "--output-reproducible"], capture_output=True, text=True, check=True
    )
    bill: dict[str, Any] = json.loads(done.stdout)
    bill["components"] += [{"type": "container", "name": base, "bom-ref": base}, _bundle(bento)]
    file.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    return file


def _bundle(bento: Path) -> dict[str, Any]:
    (manifest,) = (bento / "models").glob("*/*/bundle/manifest.json")
    name, version = manifest.parts[-4:-2]
    return {
        "type": "machine-learning-model",
        "name": name,
        "version": version,
        "bom-ref": f"{name}:{version}",
        "hashes": [
            {"alg": "SHA-256", "content": hashlib.sha256(manifest.read_bytes()).hexdigest()}
        ],
    }
