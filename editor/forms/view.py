"""A form as its template shows it: every control with its value, its choices and what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from editor.forms.controls import ORIGIN, Lookup, Value, has_lines, is_yes, items, moment_parts, text_of
from editor.forms.fields import BODY, Field
from editor.forms.posted import Values
from site_builder.content.vocabulary import Terms
from site_builder.problems import Problem

Option = tuple[str, str, bool]
"""Value, what is shown, whether it is chosen."""


@dataclass(frozen=True)
class Control:
    """One control of the form, or a group of them."""

    field: Field
    name: str
    text: str = ""
    texts: Sequence[str] = ()
    clock: str = ""
    is_on: bool = False
    options: Sequence[Option] = ()
    choices: Sequence[Sequence[Option]] = ()
    """For each of several lists of choices: its options."""
    controls: Sequence["Control"] = ()
    parts: Sequence["Part"] = ()
    problems: Sequence[Problem] = ()

    @property
    def id(self) -> str:
        """The id of the control that the focus goes to."""
        return f"f-{self.name}"

    @property
    def kind(self) -> str:
        """The macro that shows it: a list whose items have several lines is shown as such."""
        return "markdowns" if self.field.kind == "lines" and self.texts else self.field.kind

    @property
    def rows(self) -> int:
        """So many rows a text is shown in."""
        return max(
            1 if self.field.kind == "text" else 2,
            min(24, sum(1 + len(line) // 70 for line in self.text.split("\n"))),
        )

    @property
    def is_wrong(self) -> bool:
        """Whether something in it, or in what it holds, stops publication."""
        inner = (*self.controls, *(one for part in self.parts for one in part.controls))
        return any(one.severity == "error" for one in self.problems) or any(one.is_wrong for one in inner)


@dataclass(frozen=True)
class Part:
    """One of a repeated part."""

    name: str
    number: int
    origin: str
    controls: Sequence[Control]


def controls_of(
    fields: Iterable[Field],
    values: Values,
    look: Lookup,
    vocabularies: Mapping[str, Terms],
    problems: Mapping[str, list[Problem]],
) -> list[Control]:
    """The whole form; `problems` by the name of the control that they belong to."""
    making = _Making(look, vocabularies, problems)
    return [making.control(field, field.name, values.fields.get(field.name)) for field in fields]


def body_control(values: Values, problems: Mapping[str, list[Problem]]) -> Control:
    """The control of the text of the page."""
    made = Field(
        BODY, "Text", "Sidans text. Rubriker, listor, länkar och tabeller skrivs med Markdown.", "markdown"
    )
    return Control(made, BODY, text=text_of(values.body), problems=problems.get(BODY, []))


@dataclass(frozen=True)
class _Making:
    look: Lookup
    vocabularies: Mapping[str, Terms]
    problems: Mapping[str, list[Problem]]

    def control(self, field: Field, name: str, value: Value) -> Control:
        return Control(field, name, problems=self.problems.get(name, []), **self._shown(field, name, value))

    def _shown(self, field: Field, name: str, value: Value) -> dict[str, Any]:
        if field.kind == "groups":
            return {"parts": self._parts(field, name, value)}
        if field.kind == "group":
            return {"controls": self._inner(field, name, value)}
        if field.kind in ("lines", "markdowns", "references", "terms"):
            return self._several(field, value)
        if field.kind == "moment":
            return dict(zip(("text", "clock"), moment_parts(value), strict=True))
        if field.kind == "yes_no":
            return {"is_on": is_yes(value)}
        if field.kind == "choice":
            return {"options": _choice(field, text_of(value))}
        if field.kind == "reference":
            return {"text": self.look.title(text_of(value), field.types)}
        return {"text": text_of(value)}

    def _several(self, field: Field, value: Value) -> dict[str, Any]:
        texts = [text_of(item) for item in items(value)]
        if field.kind == "terms":
            return self._terms(field, texts)
        if field.kind == "references":
            return {"texts": [*(self.look.title(text, field.types) for text in texts), ""]}
        if field.kind == "lines" and has_lines(value):
            return {"text": "\n".join(texts)}
        return {"texts": texts or [""]}

    def _inner(self, field: Field, name: str, value: Value) -> list[Control]:
        values = value if isinstance(value, dict) else {}
        return [self.control(part, f"{name}.{part.name}", values.get(part.name)) for part in field.parts]

    def _parts(self, field: Field, name: str, value: Value) -> list[Part]:
        listed = value if isinstance(value, list) else items(value)
        return [
            Part(
                f"{name}.{number}", number,
                str(item.get(ORIGIN, number)) if isinstance(item, dict) else str(number),
                self._inner(field, f"{name}.{number}", item),
            )
            for number, item in enumerate(listed)
        ]  # fmt: skip

    def _terms(self, field: Field, chosen: list[str]) -> dict[str, Any]:
        terms = self.vocabularies.get(field.vocabulary, {})
        names = {slug: term.name for slug, term in terms.items()}
        names |= {word: word for word in chosen if word not in names}
        if not field.most:
            return {"options": [(slug, name, slug in chosen) for slug, name in names.items()]}
        places = range(max(field.most, len(chosen)))
        return {
            "choices": [
                [("", "–", place >= len(chosen))]
                + [(slug, name, chosen[place : place + 1] == [slug]) for slug, name in names.items()]
                for place in places
            ]
        }


def _choice(field: Field, value: str) -> list[Option]:
    chosen = value or field.default
    words = list(field.choices)
    if chosen and chosen not in words:
        words.append(chosen)
    blank = [] if field.default else [("", "– välj –", not chosen)]
    return [
        *blank,
        *((word, word[:1].upper() + word[1:].replace("-", " "), word == chosen) for word in words),
    ]


def control_name(field: str) -> str:
    """`kanaler.2.mål`, as editors count, as the name of a control; a value of a plain list is the list's."""
    path = field.split(".")
    numbered = [str(int(part) - 1) if part.isdecimal() else part for part in path]
    return numbered[0] if len(path) == 2 and path[1].isdecimal() else ".".join(numbered)
