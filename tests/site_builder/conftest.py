"""A small municipality to build sites from: content inside the tests, files in, files out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from site_builder.config import Config
from site_builder.problems import Problem
from site_builder.publishing.build import Options, Result, build, read

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Municipality:
    """A content folder with its site; `write` takes a path and the front matter's lines."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.content = home / "content"
        self.site = home / "site"
        self.now = NOW
        self.config = Config(base="https://kommun.example")
        self._count = 0
        self.write("organ/ks.md", "titel: Kommunstyrelsen", "slag: styrelse", "kontakt: kontakter/vaxel")
        self.write("kontakter/vaxel.md", "titel: Växeln", "telefon: 08-123 456", "frågor: Allt")

    def write(self, path: str, *lines: str, text: str = "", key: int = 0) -> Path:
        """Write a record, published yesterday unless its lines say otherwise; returns its file."""
        self._count += 1
        given = {line.partition(":")[0] for line in lines}
        common = {
            "id": f"00000000-0000-4000-8000-{key or self._count:012}",
            "titel": path.rpartition("/")[2].removesuffix(".md"),
            "ingress": "Kort om saken.",
            "status": "publicerad",
            "publicerad": '"2026-11-23"',
        }
        head = [f"{name}: {value}" for name, value in common.items() if name not in given]
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(["---", *head, *lines, "---", text, ""]), encoding="utf-8")
        return file

    def problems(self) -> dict[str, Problem]:
        """By code: what `check` says."""
        return {problem.code: problem for problem in self.all_problems()}

    def all_problems(self) -> list[Problem]:
        """What `check` says, in its order."""
        return read([self.content], self.now, self.home / "cache")[2]

    def build(self, **options: Any) -> Result:
        """Build; the result's problems say why nothing was published."""
        wanted = Options([self.content], self.site, self.now, cache=self.home / "cache", config=self.config)
        return build(wanted._replace(**options))

    def page(self, address: str) -> str:
        """The HTML at an address, or the text of a file."""
        path = address.lstrip("/")
        return (self.site / (path + "index.html" if not path or path.endswith("/") else path)).read_text(
            encoding="utf-8"
        )

    def has(self, address: str) -> bool:
        """Whether the site answers at an address."""
        return (self.site / address.lstrip("/") / "index.html").exists()


@pytest.fixture
def town(tmp_path: Path) -> Municipality:
    """A municipality with a body and a contact."""
    return Municipality(tmp_path)
