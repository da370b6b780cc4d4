"""The image of a service answers, as nobody in particular, with what it needs and no more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.deploy.containers import ROOT, Buildah, build_image, buildah_in, make_base, running
from tests.services import hand_made, serving

MIB_ABOVE_BASE = 450


@dataclass(frozen=True)
class Built:
    """An image, as a container."""

    buildah: Buildah
    container: str
    bill: Path
    example: dict[str, object]
    version: str

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.buildah.command(self.container, *command),
            env=dict(self.buildah.environment),
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("images")
    bundle = hand_made.purchase_bundle(folder / "bundle")
    serving.store(folder / "home", [bundle.path])
    serving.build(folder / "home", ["conversion"])
    buildah = buildah_in(folder)
    make_base(buildah, folder)
    build_image(buildah, folder / "home", "conversion", folder / "bills")
    container = buildah("from", "--pull-never", "localhost/clickwise-conversion:latest")
    yield Built(
        buildah,
        container,
        folder / "bills" / "clickwise-conversion.cdx.json",
        bundle.example("purchase"),
        bundle.manifest.model_version,
    )
    # What overlays have mounted would stay mounted.
    buildah("rm", "--all")


@pytest.fixture(scope="module")
def url(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("container") / "log"
    with running(built.buildah, built.container, log) as url:
        yield url


def test_it_answers_from_its_own_bundle(built, url) -> None:
    answered = httpx.post(f"{url}/predict", json=built.example, timeout=30)
    assert answered.status_code == 200, answered.text
    (first, *_) = answered.json()["predictions"]
    assert first["model_version"] == built.version
    assert 0 <= first["value"] <= 1


def test_its_health_check_is_right_while_it_runs_and_wrong_while_it_does_not(built, url) -> None:
    said = json.loads(built.buildah("inspect", built.container))["Docker"]["config"]
    kind, *command = said["Healthcheck"]["Test"]
    assert kind == "CMD"
    port = url.rpartition(":")[2]
    assert built.run(*(word.replace("3000", port) for word in command)).returncode == 0
    assert built.run(*(word.replace("3000", "9") for word in command)).returncode != 0


def test_it_runs_as_nobody_in_particular_who_may_write_to_tmp_alone(built) -> None:
    assert built.run("id", "-u").stdout.strip() == "10001"
    for folder in ("/opt/bento", "/opt/clickwise", "/usr", "/etc", "/"):
        assert built.run("touch", f"{folder}/mine").returncode != 0, folder
    assert built.run("touch", "/tmp/mine").returncode == 0


@pytest.mark.parametrize("program", ["gcc", "cc", "make", "git", "pip", "curl"])
def test_it_holds_no_tool_to_build_or_fetch_with(built, program) -> None:
    assert built.run("sh", "-c", f"command -v {program}").stdout == ""


def test_its_bill_names_what_is_installed_and_nothing_else(built) -> None:
    listing = (
        "from importlib.metadata import distributions\n"
        "for one in distributions(): print(one.name, one.version)"
    )
    installed = {
        tuple(line.split()) for line in built.run("python", "-c", listing).stdout.splitlines()
    }
    components = json.loads(built.bill.read_text())["components"]
    libraries = {(one["name"], one["version"]) for one in components if one["type"] == "library"}

    def plain(found: set[tuple[str, ...]]) -> set[tuple[str, str]]:
        return {(name.lower().replace("_", "-").replace(".", "-"), at) for name, at in found}

    assert plain(libraries) == plain(installed)
    (bundle,) = [one for one in components if one["type"] == "machine-learning-model"]
    assert (bundle["name"], bundle["version"]) == ("clickwise-conversion", built.version)


def test_it_is_small(built) -> None:
    sizes = built.run("du", "-sm", "/opt").stdout
    assert int(sizes.split()[0]) <= MIB_ABOVE_BASE


def test_without_an_engine_the_way_out_is_a_sentence(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "deploy/images.py"],
        cwd=ROOT,
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "None of docker, podman, buildah works here. Install one" in done.stderr
