"""The bill of materials of an image: libraries, bundle and base, as CycloneDX."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

__all__ = ["bundle_of", "write_bill"]

Component = dict[str, Any]


def write_bill(locked: Path, base: str, further: Iterable[Component], file: Path) -> Path:
    """Write what an image is made of.

    Parameters
    ----------
    locked : Path
        Its requirements, with hashes.
    base : str
        The image it stands on, whose own packages are named by its maker.
    further : iterable of dict
        What else is in it.
    file : Path
        CycloneDX JSON: each library with its version and hashes, and the rest.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "-", "--output-reproducible"]
    done = subprocess.run(
        command, input=_installed(locked), capture_output=True, text=True, check=True
    )
    bill: dict[str, Any] = json.loads(done.stdout)
    bill["components"] += [{"type": "container", "name": base, "bom-ref": base}, *further]
    file.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    return file


def bundle_of(bento: Path) -> Component:
    """The bundle in a Bento, by the hash of its manifest, which holds those of all its files."""
    (manifest,) = (bento / "models").glob("*/*/bundle/manifest.json")
    name, version = manifest.parts[-4:-2]
    digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
    return {
        "type": "machine-learning-model",
        "name": name,
        "version": version,
        "bom-ref": f"{name}:{version}",
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


_IMAGE = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "python_full_version": "3.11.0",
    "python_version": "3.11",
    "sys_platform": "linux",
}
"""What the images are, whatever the machine that builds them."""


def _installed(locked: Path) -> str:
    """The requirements that are meant for an image."""
    whole = locked.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in whole.splitlines() if line[:1].isalnum()]
    return "\n".join(line for line in lines if _is_meant(line.partition(" --hash")[0]))


def _is_meant(line: str) -> bool:
    marker = Requirement(line).marker
    return marker is None or marker.evaluate(_IMAGE)
