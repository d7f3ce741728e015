"""Codes of organisations in their two forms: QĐ 20/2020 (H26.09.03) and QĐ 28/2018 (000.03.09.H26)."""

import re

CODE_2020 = re.compile(r"(?=.{3,35}$)[A-Y]\d{2}(\.[A-Z0-9]+)*")
CODE_2018 = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}")
_PROVISIONAL = re.compile(r"\.TAM\d{3}(\.|$)")


def is_code(text: str) -> bool:
    """A code of the 2020 form: up to 35 characters, groups of A-Z and 0-9 (QĐ 20/2020 art. 4)."""
    return CODE_2020.fullmatch(text) is not None


def is_code_2018(text: str) -> bool:
    return CODE_2018.fullmatch(text) is not None


def level_of(code: str) -> int:
    return code.count(".") + 1


def parent_of(code: str) -> str:
    """The code without its last group; empty at level 1."""
    return code.rpartition(".")[0]


def provisional(parent: str, rank: int) -> str:
    """A code no one can take for an official one: H26.TAM012. Rank is the place under the parent, from 1."""
    return f"{parent}.TAM{rank:03d}"


def is_provisional(code: str) -> bool:
    return _PROVISIONAL.search(code) is not None
