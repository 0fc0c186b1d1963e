"""The environment tells the editor what is its own: every `EDITOR_…` variable."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from foundation.settings import BareSettings, Words


class EditorSettings(BareSettings):
    """The editor's settings. `docs/drift.md` lists them; a test holds the two together."""

    model_config = SettingsConfigDict(
        env_prefix="EDITOR_", extra="forbid", frozen=True, env_ignore_empty=True
    )

    content: Words = Field(
        ["content"],
        description="Innehållsmappar. Den första redigeras, och ska ligga i ett Git-förråd.",
    )
    site: str = Field("site", description="Mappen som webbplatsen publiceras till.")
    published: str = Field(
        "", description="Manifestet över vad allmänheten senast såg. Tomt: bredvid webbplatsen."
    )
    config: str = Field("", description="Egna inställningar, samma fil som `site-builder build --config`.")
    cache: str = Field(
        ".cache/site-builder", description="Mapp för det som redigeraren kan räkna ut på nytt."
    )
    remote: str = Field(
        "", description="Git-fjärr som varje publicering skickas till, till exempel origin. Tomt: ingen."
    )
