"""Deletes one customer's rows from a prediction log: `python -m services.common.forget FOLDER ID`.

Exit codes: 0 done, also where there was nothing to delete; 2 there is no such folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from services.common.prediction_log import forget

__all__ = ["main"]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("unit_id", metavar="ID")
def main(folder: Path, unit_id: str) -> None:
    """Delete the rows of one customer or session from a prediction log."""
    deleted = forget(folder, unit_id)
    sys.stdout.write(f"{deleted} rows deleted.\n")


if __name__ == "__main__":
    main()
