"""A file that holds a record, and where in it something stands."""

from typing import NamedTuple

from site_builder.reading.front_matter import Document, line_of


class Source(NamedTuple):
    """A file that holds a record, well or not."""

    file: str
    text: str
    document: Document

    @property
    def head(self) -> str:
        """All that stands before the Markdown."""
        return self.text[: max(0, len(self.text) - len(self.document.markdown))]

    def line(self, *needles: str) -> int:
        """The line of the first of `needles` in the text, or else in the fields; else the text's line."""
        begins = max(0, len(self.text) - len(self.document.markdown) - 1)
        for needle in filter(None, needles):
            start = self.text.find(needle, begins)
            start = self.text.find(needle) if start < 0 else start
            if start >= 0:
                return self.text[:start].count("\n") + 1 + needle.startswith("\n")
        return self.document.markdown_line

    def line_of_link(self, address: str) -> int:
        """The line of a link or picture; its address may begin a longer one."""
        return self.line(f"({address})", f"({address} ", f"<{address}>", f": {address}\n", address)

    def line_of(self, alias: str) -> int:
        """The line of a field."""
        return line_of(self.document.lines, (alias,))
