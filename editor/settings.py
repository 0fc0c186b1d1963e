"""What the editor is told: `EDITOR_…` for what is its own."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def _folders(value: object) -> object:
    return value.split(":") if isinstance(value, str) else value


class EditorSettings(BaseSettings):
    """`docs/drift.md` lists them; a test holds the two together."""

    model_config = SettingsConfigDict(
        env_prefix="EDITOR_", extra="forbid", frozen=True, env_ignore_empty=True
    )

    content: Annotated[list[Path], NoDecode, BeforeValidator(_folders)] = Field(
        default=[Path("content")],
        description="Innehållsmappar med kolon mellan. Den första redigeras, och ligger i ett Git-förråd.",
    )
    site: Path = Field(default=Path("site"), description="Mappen som webbplatsen publiceras till.")
    published: Path | None = Field(
        default=None, description="Manifestet över vad allmänheten senast såg. Tomt: bredvid webbplatsen."
    )
    config: Path | None = Field(
        default=None, description="Egna inställningar, som `site-builder build --config`."
    )
    base_url: str = Field(default="", description="Webbplatsens adress. Tomt: som inställningarna säger.")
    cache: Path = Field(
        default=Path(".cache/site-builder"), description="Mapp för det som går att räkna ut på nytt."
    )
    remote: str = Field(default="", description="Git-fjärr som varje publicering skickas till. Tomt: ingen.")
