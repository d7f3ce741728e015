"""Somebody signs or stamps behind what was done: with a certificate that is trusted."""

import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfTimeStamper

from signatures import pades
from signatures.errors import SigningError

from ..draft import Draft, Unfit
from ..values import Name, Ref
from .forms import _BOXES, look, placed, planted
from .listing import Kind, move

_SMALL = [300, 60, 420, 110]


def _empty_field(draft: Draft, corners, picture) -> str:
    name = f"o_{draft.rng.randrange(10**6)}"
    page = draft.pages()[0]
    field = {
        "/FT": Name("/Sig"),
        "/T": name.encode(),
        "/Type": Name("/Annot"),
        "/Subtype": Name("/Widget"),
        "/F": 132,
    }
    ref = draft.add(field | {"/P": Ref(page), "/Rect": corners, "/AP": {"/N": picture}})
    draft.edit_in(draft.edit(page), "/Annots", list).append(ref)
    draft.edit_in(draft.edit_form(), "/Fields", list).append(ref)
    return name


def _stamp(draft: Draft, field: str | None) -> None:
    writer, out = IncrementalPdfFileWriter(io.BytesIO(bytes(draft.pdf)), strict=False), io.BytesIO()
    stamper = PdfTimeStamper(draft.cast.services().timestamper, field_name=field)
    stamper.timestamp_pdf(writer, "sha256", bytes_reserved=16384, output=out)
    draft.reopen(out.getvalue())


def _hand(draft: Draft) -> None:
    if draft.cast is None or not draft.base.own:
        raise Unfit
    draft.commit()


@move(Kind.LATER, 2)
def stamped(draft: Draft) -> None:
    _hand(draft)
    _stamp(draft, None)


@move(Kind.LATER, 2)
def stamped_with_a_picture(draft: Draft) -> None:
    """A document time stamp that is drawn over the page."""
    _hand(draft)
    box = draft.rng.choice(_BOXES)
    how = draft.rng.randrange(3)
    if how == 0:
        picture, corners = planted(draft, box)
        name = _empty_field(draft, corners, picture)
    elif how == 1:
        name = _empty_field(draft, placed(draft, box), look(draft, box))
    draft.commit()
    _stamp(draft, name if how < 2 else None)
    if how == 2:  # moved after it was stamped
        draft.edit(draft.fields()[-1]).update({"/Rect": placed(draft, box), "/AP": {"/N": look(draft, box)}})
        draft.commit()


@move(Kind.LATER, 3)
def signed_by_a_colleague(draft: Draft) -> None:
    """In a new field: small and apart, or with a picture over the page."""
    _hand(draft)
    box = draft.rng.choice([*_BOXES, _SMALL, _SMALL])
    if box is _SMALL:
        draft.place_for_later = [float(one) for one in box]
    name = _empty_field(draft, placed(draft, box), look(draft, box))
    draft.commit()
    _sign(draft, name)


@move(Kind.LATER, 3)
def signed_in_an_empty_field(draft: Draft) -> None:
    """In one that lay there when the first signed."""
    _hand(draft)
    empty = [
        one for one in draft.fields()
        if draft.objects[one].get("/FT") == "/Sig" and draft.objects[one].get("/V") is None and b"/" not in draft.objects[one].get("/T", b"/")
    ]  # fmt: skip
    if not empty:
        raise Unfit
    field = draft.edit(draft.rng.choice(empty))
    box = draft.get(field.get("/Rect")) or [0, 0, 0, 0]
    field["/AP"] = {"/N": look(draft, [float(one) for one in box])}
    draft.commit()
    _sign(draft, field["/T"].decode("latin-1"))


@move(Kind.LATER, 2)
def sealed_by_the_office(draft: Draft) -> None:
    """The product's own seal, on whatever the file has become; number and date go into their places."""
    _hand(draft)
    if draft.base.name != "signed":
        raise Unfit
    words = {"number_text": "05", "date_text": "ngày 17 tháng 8 năm 2026"}
    try:
        pdf = pades.seal(bytes(draft.pdf), draft.cast.agency(), at=draft.cast.now, **words)
    except SigningError as error:
        raise Unfit from error
    draft.own_places = True
    draft.reopen(pdf)


def _sign(draft: Draft, field: str) -> None:
    draft.own_places = True
    draft.reopen(draft.cast.approve(bytes(draft.pdf), field=field, who="Người Thứ Hai"))
