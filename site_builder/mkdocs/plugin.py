"""The MkDocs plugin's hooks only translate; the work is done by the pipeline.

MkDocs asks for pages (`on_files`), reads them (`on_page_markdown`) and renders them with its own loop, by the
theme's templates (`on_env`, `on_page_context`). A problem that stops `site-builder build` stops it as well.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.base import Config as PluginConfig
from mkdocs.config.config_options import ListOfItems, Optional, Type
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as MkDocsPage

from site_builder.config import from_mkdocs
from site_builder.editing.report import report
from site_builder.media.published import published
from site_builder.pages import Page
from site_builder.problems import has_errors
from site_builder.publishing import manifest
from site_builder.publishing.build import read
from site_builder.publishing.outputs import STATIC
from site_builder.publishing.rendering import Renderer

log = get_plugin_logger("medborgarfokus")


class Settings(PluginConfig):  # type: ignore[no-untyped-call]
    """The plugin's own settings in mkdocs.yml."""

    content = ListOfItems(Type(str), default=[])
    """More content folders, beside `docs_dir`."""
    published = Optional(Type(str))
    """The manifest of what the public last saw; beside `site/` where nothing else is said."""
    now = Optional(Type(str))
    """The moment of the build (ISO 8601), for tests; otherwise now."""


class Plugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]
    """Renders the municipality's site inside MkDocs."""

    renderer: Renderer
    pages: dict[str, Page]
    """By the path of the file to be written."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read and check everything; stop where `site-builder build` would."""
        roots = [Path(config.docs_dir), *map(Path, self.config.content)]
        roots = [path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path for path in roots]
        now = datetime.fromisoformat(self.config.now) if self.config.now else datetime.now(UTC)
        settings = from_mkdocs(config, config.extra)
        seen = manifest.read(Path(self.config.published or "site.publicerat.json"))
        site, pages, problems = read(roots, now, config=settings, withdrawn=manifest.overridden(seen))
        problems += manifest.gate(site, seen)
        if has_errors(problems, strict=config.strict):
            raise PluginError(report(problems, "text", len(site.all)))
        self.renderer = Renderer(site)
        self.pages = {page.path: page for page in pages}
        config.theme.static_templates.clear()
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """One MkDocs page for each page with an address of its own; the theme's own static files."""
        static = [file for file in files if file.src_uri.partition("/")[0] in STATIC]
        made = [
            _file(config, path) for path in self.pages if path.endswith("/index.html") or path == "index.html"
        ]
        return Files([*static, *made])

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:  # noqa: ARG002 - the hook's signature
        """The pipeline's own environment: escaping, strict, with its filters."""
        return self.renderer.environment

    def on_page_markdown(self, markdown: str, *, page: MkDocsPage, **_: Any) -> str:
        """Tell MkDocs which template the page wants."""
        page.meta = {"template": self._page(page).template}
        return markdown

    def on_page_context(self, context: Any, *, page: MkDocsPage, **_: Any) -> Any:  # noqa: ARG002 - the hook's signature
        """What the template sees is what the pipeline shows it, and nothing of MkDocs' own."""
        return self.renderer.context(self._page(page))

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the pages that are no addresses (404.html, the service's shell), pictures and documents."""
        for path, page in self.pages.items():
            if not path.endswith("index.html"):
                _write(Path(config.site_dir, path), self.renderer.html(page))
        for one in published(self.renderer.site.content.assets):
            _write(Path(config.site_dir, one.path), one.make(*one.arguments))

    def _page(self, page: MkDocsPage) -> Page:
        return self.pages[page.file.dest_uri]


def _write(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _file(config: MkDocsConfig, path: str) -> File:
    return File.generated(config, path.removesuffix(".html") + ".md", content=" ")
