"""The gaps of a template: `{{họ tên}}` in a text, and what is put in their place."""

import re
from collections.abc import Iterable

_GAP = re.compile(r"\{\{[ \t]*([^{}\n]{1,60}?)[ \t]*\}\}")


def gaps(texts: Iterable[str]) -> list[str]:
    """Their names in the order they stand in, each once; blanks and case make no other name."""
    found: dict[str, str] = {}
    for text in texts:
        for match in _GAP.finditer(text):
            found.setdefault(_key(match[1]), " ".join(match[1].split()))
    return list(found.values())


def filled(text: str, values: dict[str, str]) -> str:
    """`values` by name; a gap without a value stays. What was put in is not looked at again."""
    known = {_key(name): " ".join(value.split()) for name, value in values.items()}
    return _GAP.sub(lambda match: known.get(_key(match[1])) or match[0], text)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()
