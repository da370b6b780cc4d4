"""Settings of a service, one typed object.

`python -m services.common.settings` prints them as the Markdown table of `docs/settings.md`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import Field, PositiveFloat, PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["ServiceSettings", "settings_table"]


class ServiceSettings(BaseSettings):
    """Each is an environment variable with the prefix `CLICKWISE_SERVICE_`."""

    model_config = SettingsConfigDict(env_prefix="CLICKWISE_SERVICE_", frozen=True)

    api_keys: str | None = Field(
        default=None,
        description="keys that may ask, as `owner:sha256` and separated by commas; "
        "`python -m services.common.keys OWNER` makes one",
    )
    api_keys_file: Path | None = Field(
        default=None, description="the same in a file, one per line; read again when it changes"
    )
    requests_per_minute: PositiveInt | None = Field(
        default=None, description="what one owner may ask of one worker; 429 beyond"
    )
    concurrent_requests: PositiveInt = Field(
        default=64,
        description="requests of one owner that one worker answers at a time; 503 beyond",
    )
    cors_origins: str | None = Field(
        default=None,
        description="web pages that may ask from a browser, separated by commas; none if unset",
    )
    threads: PositiveInt = Field(
        default=1, description="threads for DuckDB and for ONNX Runtime, each, in one worker"
    )
    request_log: bool = Field(
        default=False,
        description="whether every request leaves a line in the log, not only failed ones",
    )
    prediction_log: Path | None = Field(
        default=None,
        description="folder for what was asked and answered, as Parquet; none is kept if unset",
    )
    prediction_log_ids: bool = Field(
        default=False,
        description="whether ids of units are kept in it, so that one's rows can be found",
    )
    prediction_log_rows: PositiveInt = Field(
        default=10_000, description="rows after which a file of it is closed"
    )
    prediction_log_seconds: PositiveFloat = Field(
        default=60.0, description="seconds after which a file of it is closed"
    )
    prediction_log_files: PositiveInt = Field(
        default=1_000, description="files of it that are kept; the oldest go first"
    )


def settings_table() -> str:
    """Every setting with its name, default and meaning, as a Markdown table."""
    prefix = ServiceSettings.model_config["env_prefix"]
    lines = ["| name | default | meaning |", "| --- | --- | --- |"]
    for name, field in ServiceSettings.model_fields.items():
        default = "not set" if field.default is None else f"`{field.default}`"
        lines.append(f"| `{prefix}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(settings_table())
