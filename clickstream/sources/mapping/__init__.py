"""`mapping`: any CSV or Parquet file, described by a short TOML file."""

from clickstream.sources.mapping.file import mapping_from, mapping_toml, read_mapping
from clickstream.sources.mapping.model import MAPPED, Mapping
from clickstream.sources.mapping.proposal import Proposal, propose
from clickstream.sources.mapping.reading import read_mapped

__all__ = [
    "MAPPED",
    "Mapping",
    "Proposal",
    "mapping_from",
    "mapping_toml",
    "propose",
    "read_mapped",
    "read_mapping",
]
