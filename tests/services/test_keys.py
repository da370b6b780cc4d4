"""API keys: who may ask, and that a wrong entry is found without being repeated."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.common import keys
from services.common.keys import KeyFileError, Keys, entry_of, new_key


def test_each_key_has_its_owner_and_an_unknown_one_has_none() -> None:
    ours, theirs = new_key(), new_key()
    known = Keys(f"shop:{entry_of('shop', ours)[5:]}, {entry_of('partner', theirs)}")
    assert known.owner(ours) == "shop"
    assert known.owner(theirs) == "partner"
    assert known.owner(new_key()) is None
    assert known.owner("") is None
    assert known.owner("ключ") is None


def test_without_entries_no_keys_are_set_up() -> None:
    assert not Keys().set_up
    assert not Keys("").set_up
    assert Keys(entry_of("shop", new_key())).set_up


def test_a_file_is_read_again_when_it_changes(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(keys, "_LOOK_SECONDS", 0.0)
    old, new = new_key(), new_key()
    file = tmp_path / "keys"
    file.write_text(f"# of the shop\n{entry_of('shop', old)}\n\n")
    known = Keys(file=file)
    assert known.owner(old) == "shop"
    file.write_text(f"{entry_of('shop', new)}  # since May\n")
    assert known.owner(old) is None
    assert known.owner(new) == "shop"


def test_a_file_that_is_spoilt_later_leaves_the_keys_that_were_known_and_is_told(
    tmp_path, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(keys, "_LOOK_SECONDS", 0.0)
    key, file = new_key(), tmp_path / "keys"
    file.write_text(entry_of("shop", key))
    known = Keys(file=file)
    file.write_text("nonsense")
    assert known.owner(key) == "shop"
    assert "Entry 1 of" in caplog.text
    assert "nonsense" not in caplog.text
    file.unlink()
    assert known.owner(key) == "shop"


@pytest.mark.parametrize("entry", ["secret-key", "shop:abc", "shop:" + "g" * 64, "a b:" + "0" * 64])
def test_a_wrong_entry_is_refused_and_not_repeated(entry: str) -> None:
    with pytest.raises(KeyFileError, match="Entry 2 of CLICKWISE_SERVICE_API_KEYS") as refused:
        Keys(f"{entry_of('shop', new_key())},{entry}")
    assert entry not in str(refused.value)


def test_a_file_that_is_not_there_is_refused_at_start(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="cannot be used"):
        Keys(file=tmp_path / "none")


def test_the_command_makes_a_key_that_its_entry_lets_in() -> None:
    command = [sys.executable, "-m", "services.common.keys", "shop"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    key, entry = (line.partition(": ")[2] for line in said.splitlines())
    assert Keys(entry).owner(key) == "shop"
    wrong = subprocess.run([*command, "two"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "one name" in wrong.stderr
