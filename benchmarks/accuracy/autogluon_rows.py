"""AutoGluon on a split: a script for `.venv-peers`, which has nothing of ours.

python autogluon_rows.py TRAIN.csv TEST.csv LABEL IGNORED,COLUMNS SECONDS FOLDER
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

import pandas as pd
from autogluon.tabular import TabularPredictor

_REPEATS = 20
_LIBRARIES = ("autogluon.tabular", "lightgbm", "catboost", "xgboost-cpu", "scikit-learn", "pandas")


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _median_ms(predictor: TabularPredictor, row: pd.DataFrame) -> float:
    seconds = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        predictor.predict_proba(row)
        seconds.append(time.perf_counter() - began)
    return 1000 * median(seconds)


def main(train: str, test: str, label: str, ignored: str, seconds: str, out: str) -> None:
    """Fit on one file, predict the other, and write what came out as `result.json`."""
    folder = Path(out)
    shutil.rmtree(folder, ignore_errors=True)
    dropped = [name for name in ignored.split(",") if name]
    training, testing = (pd.read_csv(file).drop(columns=dropped) for file in (train, test))
    predictor = TabularPredictor(label, eval_metric="roc_auc", path=folder / "models", verbosity=1)
    began = time.perf_counter()
    predictor.fit(training, presets="best_quality", time_limit=float(seconds), num_cpus=2)
    fitted = time.perf_counter() - began
    size = _size(folder / "models")
    predictor.clone_for_deployment(folder / "deployed")
    row = testing.drop(columns=label).head(1)
    made = {
        "chances": predictor.predict_proba(testing)[True].tolist(),
        "seconds": fitted,
        "milliseconds": _median_ms(predictor, row),
        "size": size,
        "deployed_size": _size(folder / "deployed"),
        "versions": ", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
    }
    predictor.persist()
    made["persisted_milliseconds"] = _median_ms(predictor, row)
    (folder / "result.json").write_text(json.dumps(made), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
