"""What a package offers is in `__all__`: it exists, and nothing else is used from outside."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import clickstream

ROOT = Path(clickstream.__file__).parent.parent
# The simulator and automl's own packages are held by tests of their own.
FOLDERS = (
    "clickstream",
    "clickstream/description",
    "clickstream/leaks",
    "clickstream/sources",
    "clickstream/sources/mapping",
    "automl",
)


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {
    module_name(file): ast.parse(file.read_text(encoding="utf-8"))
    for folder in FOLDERS
    for file in sorted((ROOT / folder).glob("*.py"))
}


def offered(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    return None


def defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                yield from (alias.asname or alias.name for alias in names)


PUBLIC = [name for name in TREES if name != "automl"]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_module_offers_names_that_exist_in_order(name: str) -> None:
    names = offered(TREES[name])
    assert names is not None, "there is no __all__"
    assert set(names) <= set(defined(TREES[name]))
    constants = [member for member in names if member.isupper()]
    classes = [member for member in names if not member.isupper() and member[0].isupper()]
    functions = [member for member in names if member[0].islower()]
    assert names == [*sorted(constants), *sorted(classes), *sorted(functions)]


def imports(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from ((node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize("folder", ["clickstream", "automl", "services", "ui", "deploy"])
def test_modules_import_from_each_other_only_what_is_offered(folder: str) -> None:
    hidden = [
        f"{file.relative_to(ROOT)} imports {source}.{member}"
        for file in sorted((ROOT / folder).rglob("*.py"))
        for source, member in imports(file)
        if source in PUBLIC
        and member not in (offered(TREES[source]) or ())
        and f"{source}.{member}" not in TREES
    ]
    assert hidden == []


def test_the_ground_floor_offers_its_error_alone() -> None:
    assert clickstream.__all__ == ["ClickwiseError"]


@pytest.mark.parametrize("name", ["clickstream", "clickstream.bundle", "clickstream.scoring"])
def test_what_services_import_brings_neither_ibis_nor_pandas(name: str) -> None:
    heavy = ("ibis", "pandas", "pyarrow", "sklearn", "flaml", "xgboost", "bentoml")
    script = (
        f"import sys, {name}; print([name for name in {heavy!r} if name in sys.modules], "
        "'automl' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[] False"
