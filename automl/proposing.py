"""What `clickwise inspect` says of a file that no source knows: a mapping to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clickstream.errors import ClickwiseError
from clickstream.sources.mapping import Proposal

__all__ = ["proposal_dict", "proposal_lines", "write_proposal"]


def proposal_dict(proposal: Proposal) -> dict[str, Any]:
    """For machines."""
    guesses = [
        {
            "column": guess.column,
            "key": guess.key,
            "certainty": guess.certainty,
            "why": guess.why,
        }
        for guess in proposal.guesses
    ]
    return {"mapping": proposal.keys, "guesses": guesses, "missing": list(proposal.missing)}


def proposal_lines(proposal: Proposal) -> list[str]:
    """For readers: a line per column."""
    width = max(len(guess.column) for guess in proposal.guesses)
    return [
        f"proposed mapping, kind {proposal.keys['kind']}:",
        *(
            f"  {guess.column:{width}} {guess.key:9} {guess.certainty:7} {guess.why}"
            for guess in proposal.guesses
        ),
        *(f"  missing: {sentence}" for sentence in proposal.missing),
    ]


def write_proposal(proposal: Proposal, out: Path) -> str:
    """Write the proposed mapping as a commented TOML file, and say what to do next.

    Raises
    ------
    ClickwiseError
        If the file is there already or cannot be written.
    """
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(proposal.toml())
    except FileExistsError as error:
        raise ClickwiseError(
            f"{out} exists already and may hold what somebody wrote. Name another --write-mapping."
        ) from error
    except OSError as error:
        raise ClickwiseError(f"{out} cannot be written: {error.strerror}.") from error
    if proposal.missing:
        return f"{out}: written; add what is missing, then use it with --mapping {out}"
    return f"{out}: written; check it, then use it with --mapping {out}"
