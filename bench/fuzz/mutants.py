"""Mutant number N of seed S: the same every time for the same bases (but for the seconds of later signatures)."""

import random

from documents.layout.fields import AGENCY, DATE, NUMBER, PERSON

from .bases import Base
from .draft import Draft, Unfit
from .moves import Kind, listed
from .oracle import Mutant, Place
from .values import Ref

HONEST = 0.15  # of all mutants
_ATTEMPTS = 30
_OURS = [one.encode() for one in (NUMBER, DATE, PERSON, AGENCY)]


def mutant(bases: list[Base], seed: int, number: int, cast=None) -> Mutant:
    rng = random.Random(f"{seed}/{number}")
    for _ in range(_ATTEMPTS):
        try:
            honest = rng.random() < HONEST
            fit = [one for one in bases if not honest or not one.trap]
            draft = Draft(rng.choice(fit), rng, cast)
            moves = _honest(draft) if honest else _forged(draft)
        except (Unfit, RecursionError):  # a value that came to hold itself cannot be written
            continue
        if len(draft.pdf) > len(draft.base.pdf) or not honest:
            return Mutant(draft.base, bytes(draft.pdf), moves, honest, _places(draft))
    raise RuntimeError(f"no move fits anywhere: mutant {number}")


def _honest(draft: Draft) -> list[str]:
    made = []
    for _ in range(draft.rng.choice([1, 1, 1, 2, 3])):
        made += _made(draft, Kind.HONEST, 1, honest=True)
        if not draft.pdf.startswith(b"xref", draft.place):  # makers go on with the index that is there
            draft.update.index = "stream"
            if draft.rng.random() < 0.5:
                draft.update.packed = {one[0] for one in draft.update.objects}
        draft.commit()
    return made


def _forged(draft: Draft) -> list[str]:
    rng, made = draft.rng, []
    for _ in range(rng.choices([1, 2, 3], [12, 4, 1])[0]):
        made += _made(draft, Kind.CHANGE, rng.choices([0, 1, 2, 3, 4], [1, 14, 4, 2, 1])[0])
        if rng.random() < 0.15:
            made += _made(draft, Kind.HONEST, 1)
        made += _made(draft, Kind.SHAPE, rng.choices([0, 1, 2], [12, 6, 1])[0])
        draft.commit()
        if rng.random() < 0.12:
            made += _made(draft, Kind.LATER, 1)
    return made


def _made(draft: Draft, kind: Kind, count: int, honest: bool = False) -> list[str]:
    known = listed(kind)
    made = []
    for _ in range(count):
        one = draft.rng.choices(known, [move.weight for move in known])[0]
        try:
            one.act(draft)
        except Unfit:
            raise
        except Exception as error:  # pyHanko does not read, or not write, everything that was bent before
            if honest:
                raise
            raise Unfit from error
        made.append(one.name)
    return made


def _places(draft: Draft) -> list[Place]:
    """Besides a new field, those that the signer saw empty: a number, a date, a seal may come to lie there."""
    found = [Place(0, draft.place_for_later)] if draft.place_for_later else []
    signed = Draft(draft.base, draft.rng)
    pages = signed.pages()
    for number in signed.fields() if draft.own_places else []:
        field = signed.objects[number]
        box, page, name = signed.get(field.get("/Rect")), field.get("/P"), field.get("/T")
        if isinstance(box, list) and all(isinstance(one, (int, float)) for one in box):
            index = pages.index(page.number) if isinstance(page, Ref) and page.number in pages else 0
            found.append(Place(index, box, ours=name in _OURS))
    return found
