"""Validation data with one thing in it that is none: the rim of what may be allowed."""

from ..draft import Draft, Unfit
from ..values import Name, Ref, parts
from .anything import some
from .forms import _BOXES, look, placed
from .honest import evidence_added, stamp_laid_out, stamp_put_in
from .listing import Kind, move


def _bend(draft: Draft) -> None:
    """A key of an object in the present update: changed, added from a neighbour, or removed."""
    known = draft.base.contents.objects if draft.rng.random() < 0.7 else ()  # most often in what is new
    written = [value for number, _, value in draft.update.objects if number not in known]
    inner = [one for value in written for _, one in parts(value) if isinstance(one, dict) and one]
    if not inner:
        raise Unfit
    entries, other = draft.rng.choice(inner), draft.rng.choice(inner)
    how, key = draft.rng.randrange(4), draft.rng.choice(sorted(entries))
    if how == 0:
        entries[key] = some(draft)
    elif how == 1:
        entries[draft.rng.choice(sorted(other))] = some(draft)
    elif how == 2:
        entries[key] = draft.add(entries[key])
    else:
        del entries[key]


@move(Kind.CHANGE, 5)
def evidence_bent(draft: Draft) -> None:
    evidence_added(draft)
    for _ in range(draft.rng.choice([1, 1, 2])):
        _bend(draft)


@move(Kind.LATER, 3)
def stamp_bent(draft: Draft) -> None:
    stamp_laid_out(draft)
    _bend(draft)
    stamp_put_in(draft)


@move(Kind.LATER, 4)
def stamp_made_visible(draft: Draft) -> None:
    """Its field gets a box, a picture, a kid, a border, something to do; the token covers all of that."""
    rng, number = draft.rng, stamp_laid_out(draft)
    box, field = rng.choice(_BOXES), draft.edit(number)
    drawn = {"/Rect": placed(draft, box), "/AP": {"/N": look(draft, box)}}
    kid = {"/Type": Name("/Annot"), "/Subtype": Name("/Widget"), "/F": 4, "/Parent": Ref(number)} | drawn
    how = rng.randrange(6)
    if how < 2:
        field |= drawn
    elif how == 2:
        shown = draft.add(kid)
        field["/Kids"] = [shown]
        draft.edit_in(draft.edit(draft.pages()[0]), "/Annots", list).append(shown)
    elif how == 3:
        field |= {
            "/AP": {"/N": look(draft, box)},
            "/Rect": rng.choice([[0, 0, 0, 500], [0, 0, 595, 0.001], [-1, -1, 1, 1]]),
        }
    elif how == 4:
        field |= {"/MK": {"/BG": [1, 1, 1], "/BC": [0]}, "/BS": {"/W": 500}, "/Border": [0, 0, 500]}
    else:
        field["/AP"] = {"/N": {"/On": look(draft, box)}, "/D": look(draft, box)}
        field |= {"/AS": Name("/On"), "/Rect": placed(draft, box)}
    stamp_put_in(draft)
