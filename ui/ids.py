"""Numbers of rows, as an address or a form names them."""

from collections.abc import Iterable


def parse_id(text: str) -> int | None:
    """None for what no row can have as its number: PostgreSQL's bigint has no more than nineteen digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def parse_ids(texts: Iterable[str]) -> list[int]:
    """Those that are numbers, in their order; the rest is left out."""
    return [number for number in map(parse_id, texts) if number is not None]
