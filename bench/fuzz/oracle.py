"""Is the verdict about a mutant right? Valid although a reader sees something else: false. Refused although nothing but
validation data came: false alarm."""

import signal
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw

from signatures.verification import Verdict

from .bases import Base
from .moves.listing import Kind, listed
from .views import DPI, READERS, View

FALSE, ALARM, RIGHT = "false valid", "false alarm", ""
# Looser than the product on purpose: what it may still allow is no finding. Of the page, and of the box in ink.
_LARGEST_PLACE, _MOST_INK = 0.25, 0.02
_SECONDS = 30


class TooSlow(BaseException):
    """Not an Exception: verification says something about every one of these."""


class Place(NamedTuple):
    """Where a later signature may be seen: the page from 0, the box in points; `ours` when the product laid it out."""

    page: int
    box: list[float]
    ours: bool = False


@dataclass
class Mutant:
    base: Base
    pdf: bytes
    moves: list[str]
    honest: bool = False
    places: list[Place] = field(default_factory=list)


@dataclass
class Found:
    verdict: str  # or "too slow"
    failure: str = RIGHT
    what: str = ""


class Oracle:
    """Keeps what the readers see in each base as it was signed."""

    def __init__(self, readers=READERS):
        self._readers, self._truth, self._signers = readers, {}, {}

    def judge(self, mutant: Mutant, *, look: bool = True) -> Found:
        """`look` at what is called valid; not looking saves time where nothing is expected."""
        try:
            with _in_time():
                said = mutant.base.judge(mutant.pdf)
        except TooSlow:
            return Found("too slow")
        if said.verdict == "valid" and self._dropped(mutant, said):
            return Found(said.verdict)  # it says that somebody else signed, and that is true
        if said.verdict == "valid" and look and (what := self.difference(mutant)):
            return Found(said.verdict, FALSE, what)
        if said.verdict != "valid" and mutant.honest and not self.difference(mutant):
            return Found(said.verdict, ALARM, "; ".join(said.reasons)[:300])
        return Found(said.verdict)

    def _dropped(self, mutant: Mutant, said: Verdict) -> bool:
        """Somebody signed later, and the verdict does not speak of all who signed before."""
        if mutant.base.name not in self._signers:
            self._signers[mutant.base.name] = _signers(mutant.base.judge(mutant.base.pdf))
        later = {move.name for move in listed(Kind.LATER)}.intersection(mutant.moves)
        return bool(later) and _signers(said) <= self._signers[mutant.base.name]

    def difference(self, mutant: Mutant) -> str:
        """What a reader sees otherwise than it was signed, in words; "" when none does."""
        view = View(mutant.pdf)
        for reader in self._readers:
            true, now = self._true(mutant.base, reader), view.sight(reader)
            other = [what for what in {**true, **now} if true.get(what) != now.get(what)]
            if other and mutant.places:
                other = self._outside(mutant, view, reader, other)
            if other:
                return f"{reader}: {', '.join(other)}"
        return ""

    def _true(self, base: Base, reader: str) -> dict:
        key = base.name, reader
        if key not in self._truth:
            self._truth[key] = View(base.signed).sight(reader)
        return self._truth[key]

    def _outside(self, mutant: Mutant, view: View, reader: str, other: list[str]) -> list[str]:
        """A later signature shows itself, in its place; whatever is not in the picture of the page is in none."""
        rest = [what for what in other if not what.startswith("picture") and what != "text"]
        if rest or reader == "qpdf":
            return rest
        true, now = View(mutant.base.signed).pages(reader), view.pages(reader)
        if [one.size for one in true] != [one.size for one in now]:
            return ["pages"]
        for index, (old, new) in enumerate(zip(true, now, strict=True)):
            places = [
                box
                for place in mutant.places
                if place.page == index and _is_modest(box := _pixels(place.box, old.height), place, old)
            ]
            if _differs(old, new, places):
                return [f"picture of page {index + 1} outside the places"]
        return []


def _signers(said: Verdict) -> int:
    return sum(one.capacity != "stamp" for one in said.signatures)


def _pixels(box, height: int) -> tuple[int, int, int, int]:
    x0, x1 = sorted((box[0], box[2]))
    y0, y1 = sorted((box[1], box[3]))
    scale = DPI / 72
    return (
        int(x0 * scale) - 2,
        int(height - y1 * scale) - 2,
        int(x1 * scale) + 3,
        int(height - y0 * scale) + 3,
    )


def _is_modest(box, place: Place, page: Image.Image) -> bool:
    width, height = box[2] - box[0], box[3] - box[1]
    if width * height > _LARGEST_PLACE * page.width * page.height:
        return False
    if place.ours:
        return True
    ink = page.convert("L").crop(box).histogram()[:128]
    return sum(ink) <= _MOST_INK * width * height


def _differs(old: Image.Image, new: Image.Image, boxes) -> bool:
    other = ImageChops.difference(old.convert("RGB"), new.convert("RGB"))
    for box in boxes:
        ImageDraw.Draw(other).rectangle(box, fill=(0, 0, 0))
    return other.getbbox() is not None


@contextmanager
def _in_time():
    def stop(*_):
        raise TooSlow

    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)
