"""Laying out a paper as it is typed, short and long; and one of ten pages held against decree 30: measured behind the
walls, judged here."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, repeat

from bench.figures import Figure
from bench.pace import Work, side_by_side
from bench.recognising import LETTER
from bench.stage import Stage
from documents.layout import Page, render
from documents.layout.checker import check
from documents.pdf import preview_pages

PAGES = 10
LIVE = {3: 0.3, 50: 1.5}  # pages of a draft that is typed → seconds that are allowed
_ALLOWED = 1.0  # second


def measure(stage: Stage) -> list[Figure]:
    paper = render(replace(LETTER, body=_body(PAGES)))
    (checked,) = side_by_side(Work(lambda _: check(paper), repeat(None)), seconds=stage.seconds)
    return [
        Figure(f"layout of a paper of {PAGES} pages checked, p95", checked.quantile_ms(0.95) / 1000, "s",
               _ALLOWED, "1 s, which is what is allowed"),
        *(_live(pages, allowed, stage.seconds) for pages, allowed in LIVE.items()),
    ]  # fmt: skip


def _live(pages: int, allowed: float, seconds: float) -> Figure:
    (run,) = side_by_side(
        Work(render, _typed(_body(pages))), seconds=max(seconds, 12 * allowed), turn=allowed
    )
    name = f"a draft of {pages} pages laid out anew after a word was typed, p95"
    return Figure(
        name, run.quantile_ms(0.95) / 1000, "s", allowed, f"{allowed:g} s, which is what is allowed"
    )


def _typed(body: str) -> Iterator[Page]:
    """The same draft with another word each time: nothing that was laid out before serves."""
    return (replace(LETTER, draft=True, body=f"{body} {number}") for number in count())


def _body(pages: int) -> str:
    paragraph = LETTER.body.replace("\n\n", " ")[:600]
    for paragraphs in range(4 * pages, 20 * pages, max(1, pages // 5)):
        body = "\n\n".join([paragraph] * paragraphs)
        if preview_pages(render(replace(LETTER, body=body)), 100) >= pages:
            return body
    raise AssertionError(f"no paper of {pages} pages")
