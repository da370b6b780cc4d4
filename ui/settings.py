"""Where the services are and how long the app waits for them.

`python -m ui.settings` prints every setting as the Markdown table of `docs/settings.md`.
"""

from __future__ import annotations

import sys

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from ui.models import Task

__all__ = ["Settings", "settings_table"]


class Settings(BaseSettings):
    """Settings of the app, each from an environment variable with the prefix `CLICKWISE_`."""

    model_config = SettingsConfigDict(env_prefix="CLICKWISE_", frozen=True)

    conversion_port: PositiveInt = Field(3001, description="port of the conversion service")
    revenue_port: PositiveInt = Field(3002, description="port of the revenue service")
    segmentation_port: PositiveInt = Field(3003, description="port of the segmentation service")
    app_port: PositiveInt = Field(8501, description="port of the app itself")
    app_open_to_everyone: bool = Field(
        False,
        description="whether the app may listen beyond this machine without sign-in",
    )
    conversion_url: str | None = Field(
        None, description="URL of the conversion service; http://127.0.0.1 and its port by default"
    )
    revenue_url: str | None = Field(
        None, description="URL of the revenue service; http://127.0.0.1 and its port by default"
    )
    segmentation_url: str | None = Field(
        None,
        description="URL of the segmentation service; http://127.0.0.1 and its port by default",
    )
    api_key: SecretStr | None = Field(
        None, description="key that the app shows to the services, where they want one"
    )
    timeout: PositiveFloat = Field(
        30.0, description="seconds that one service may take for one answer"
    )
    status_timeout: PositiveFloat = Field(
        3.0, description="seconds that one service may take to say what it serves"
    )
    max_units: PositiveInt = Field(
        10_000, description="sessions, customers or rows of one file that the app scores at most"
    )

    def url(self, task: Task) -> str:
        """Base URL of a task's service, without a slash at its end.

        Parameters
        ----------
        task : Task
            Whose service.
        """
        given: str | None = getattr(self, f"{task}_url")
        port: int = getattr(self, f"{task}_port")
        return (given or f"http://127.0.0.1:{port}").rstrip("/")


def settings_table() -> str:
    """Every setting with its name, default and meaning, as a Markdown table."""
    prefix = Settings.model_config["env_prefix"]
    lines = ["| name | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "not set" if field.default is None else f"`{field.default}`"
        lines.append(f"| `{prefix}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(settings_table())
