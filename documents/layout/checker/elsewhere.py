"""What is not said, or only noted, of a paper made elsewhere: neither its text nor the program that laid it out is known."""

from collections import Counter

from .guards import NONE
from .values import Paper

# No sentence of the decree says these, only a sample shows them; or they hang on what may belong to another text.
NOTES = frozenset({"T06", "D06", "A02", "A03"})
# Customs, and what the decree does not forbid: every office has its own.
CUSTOMS = frozenset({"D03", "T07", "C14", "S06", "S09", "X03"})

SCALED = "Trang đã bị thu nhỏ hoặc phóng to khi in ra tệp: cỡ chữ, lề không còn là số đo của văn bản, nên không xét."
_HALF, _OFF, _MUCH = 0.5, 0.12, 0.6


def doubt(paper: Paper) -> tuple[str, str] | None:
    """(state, why) where what was read is no measure of the paper that was issued."""
    return (NONE, SCALED) if paper.placed and _scaled(paper) else None


def _scaled(paper: Paper) -> bool:
    """Word processors know sizes in halves of a point; where most letters have others, the page was made smaller or larger."""
    sizes: Counter = Counter()
    for sheet in paper.sheets[:3]:
        for row in sheet.rows:
            for span in (span for line in row for span in line.drawn):
                sizes[abs(span.size / _HALF - round(span.size / _HALF)) * _HALF > _OFF] += len(span.text)
    return sizes[True] > _MUCH * (sizes.total() or 1)
