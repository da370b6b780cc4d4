"""What is deployed is what Kubernetes, Knative and Compose take, rendered by their own tools."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.debian import require_program
from ui.models import Task

DEPLOY = Path(__file__).parents[2] / "deploy"
TASKS = tuple(str(task) for task in Task)
VERSION = "1.33"

Manifest = dict[str, Any]


@pytest.fixture(scope="session")
def kubectl() -> str:
    """Debian's, of 2020: it renders what newer ones render."""
    return require_program("kubectl", "kubernetes-client")


def older(folder: Path) -> None:
    """Say in a copy what Debian's kubectl knows by the names of 2019."""
    for file in folder.rglob("kustomization.yaml"):
        said = yaml.safe_load(file.read_text())
        is_folder = {name: (file.parent / name).is_dir() for name in said["resources"]}
        said["bases"] = [name for name, there in is_folder.items() if there]
        said["resources"] = [name for name, there in is_folder.items() if not there]
        for label in said.pop("labels", []):
            assert label["includeSelectors"]
            said.setdefault("commonLabels", {}).update(label["pairs"])
        file.write_text(yaml.safe_dump(said))


def rendered(kubectl: str, name: str, folder: Path) -> list[Manifest]:
    shutil.copytree(DEPLOY / name, folder / name)
    older(folder / name)
    command = [kubectl, "kustomize", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


@pytest.fixture(scope="module")
def kubernetes(kubectl: str, tmp_path_factory: pytest.TempPathFactory) -> list[Manifest]:
    return rendered(kubectl, "kubernetes", tmp_path_factory.mktemp("kubernetes"))


@pytest.fixture(scope="module")
def knative(kubectl: str, tmp_path_factory: pytest.TempPathFactory) -> list[Manifest]:
    return rendered(kubectl, "knative", tmp_path_factory.mktemp("knative"))


def named(manifests: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in manifests if one["kind"] == kind}


def test_kubernetes_takes_every_manifest(kubernetes) -> None:
    for manifest in kubernetes:
        kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_a_field_that_there_is_not_would_be_found(kubernetes) -> None:
    spoilt = next(one for one in kubernetes if one["kind"] == "Deployment") | {"specs": {}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(spoilt, VERSION, strict=True)


@pytest.mark.parametrize(
    "kind", ["Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"]
)
def test_each_service_has_one_of_each_kind_in_the_one_namespace(kubernetes, kind) -> None:
    found = named(kubernetes, kind)
    assert {f"clickwise-{task}" for task in TASKS} <= set(found)
    assert {one["metadata"]["namespace"] for one in found.values()} == {"clickwise"}


@pytest.mark.parametrize("task", TASKS)
def test_whatever_belongs_to_a_service_points_at_it_and_at_no_other(kubernetes, task) -> None:
    name = f"clickwise-{task}"
    pods = named(kubernetes, "Deployment")[name]["spec"]["template"]
    labels = pods["metadata"]["labels"]
    assert labels["app.kubernetes.io/component"] == task
    assert pods["spec"]["containers"][0]["image"] == f"{name}:latest"
    assert named(kubernetes, "Service")[name]["spec"]["selector"] == labels
    budget = named(kubernetes, "PodDisruptionBudget")[name]["spec"]
    assert budget["selector"]["matchLabels"] == labels
    scaler = named(kubernetes, "HorizontalPodAutoscaler")[name]["spec"]
    assert scaler["scaleTargetRef"]["name"] == name


def containers(manifests: list[Manifest]) -> Iterator[Manifest]:
    for manifest in manifests:
        if manifest["kind"] == "Deployment" or manifest["apiVersion"].startswith("serving.knative"):
            yield from manifest["spec"]["template"]["spec"]["containers"]


def test_every_container_is_confined_and_has_its_limit(kubernetes, knative) -> None:
    found = list(containers(kubernetes)) + list(containers(knative))
    assert len(found) == 2 * len(TASKS) + 1
    for container in found:
        confined = container["securityContext"]
        assert confined["readOnlyRootFilesystem"]
        assert not confined["allowPrivilegeEscalation"]
        assert confined["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]


def test_no_variable_of_kubernetes_is_taken_for_a_setting_of_ours(kubernetes, knative) -> None:
    pods = [one for one in kubernetes if one["kind"] == "Deployment"]
    for manifest in [*pods, *(one for one in knative if "template" in one["spec"])]:
        assert manifest["spec"]["template"]["spec"]["enableServiceLinks"] is False


def test_every_image_can_be_taken_from_a_registry_by_its_kustomization(kubernetes) -> None:
    for container in containers(kubernetes):
        assert container["imagePullPolicy"] == "IfNotPresent"
    for name in (*TASKS, "app"):
        said = yaml.safe_load((DEPLOY / "kubernetes" / name / "kustomization.yaml").read_text())
        assert [one["newName"] for one in said["images"]] == [f"clickwise-{name}"]


def test_the_app_knows_the_services_by_the_names_that_they_have(kubernetes) -> None:
    (container,) = containers([named(kubernetes, "Deployment")["clickwise-app"]])
    told = {one["name"]: one.get("value") for one in container["env"]}
    for task in TASKS:
        assert told[f"CLICKWISE_{task.upper()}_URL"] == f"http://clickwise-{task}:3000"
        assert f"clickwise-{task}" in named(kubernetes, "Service")


def test_nobody_is_let_in_but_by_a_policy_that_says_so(kubernetes) -> None:
    policies = named(kubernetes, "NetworkPolicy")
    assert policies["nothing-else"]["spec"] == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }
    services = policies["to-services"]["spec"]["podSelector"]["matchLabels"].items()
    for task in TASKS:
        pods = named(kubernetes, "Deployment")[f"clickwise-{task}"]["spec"]["template"]["metadata"]
        assert services <= pods["labels"].items()


@pytest.mark.parametrize("task", TASKS)
def test_knative_is_given_pods_that_kubernetes_takes(knative, task) -> None:
    template = named(knative, "Service")[f"clickwise-{task}"]["spec"]["template"]
    assert template["spec"].pop("containerConcurrency") > 0
    assert template["spec"].pop("timeoutSeconds") > 0
    assert template["spec"]["containers"][0]["image"] == f"clickwise-{task}:latest"
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": task}, "spec": template["spec"]}
    kubernetes_validate.validate(pod, VERSION, strict=True)
    annotations = template["metadata"]["annotations"]
    assert all(isinstance(value, str) for value in annotations.values())
    assert annotations["autoscaling.knative.dev/min-scale"] == "0"


def test_compose_takes_the_file() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, str(DEPLOY / "compose.yaml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_compose_publishes_the_app_alone_and_over_loopback() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert set(services) == {*TASKS, "app"}
    assert [name for name, service in services.items() if "ports" in service] == ["app"]
    assert all(port.startswith("127.0.0.1:") for port in services["app"]["ports"])
    for name, service in services.items():
        assert service["image"] == f"clickwise-{name}:latest"
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["networks"] == ["clickwise"]
        assert "memory" in service["deploy"]["resources"]["limits"]
