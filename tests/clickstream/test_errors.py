from __future__ import annotations

import pytest

from clickstream import ClickwiseError, errors


def test_every_error_is_one_a_user_can_act_on_and_is_a_sentence() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        assert issubclass(kind, ClickwiseError)
        assert kind.__doc__.strip().endswith(".")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SourceError", 2),
        ("InputError", 2),
        ("BundleError", 2),
        ("EngineError", 2),
        ("NotAnswerable", 3),
        ("LeakFound", 3),
        ("ReleaseRefused", 3),
        ("TrainingError", 3),
    ],
)
def test_bad_input_exits_with_2_and_a_refusal_with_3(name: str, code: int) -> None:
    assert getattr(errors, name).exit_code == code
