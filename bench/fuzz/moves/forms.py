"""Fields, widgets, notes and the keys of the form: what readers draw over the page."""

from ..draft import Draft, Unfit
from ..small import note, sheet
from ..values import Name, Ref, Stream, copied
from .anything import some
from .listing import Kind, move

_BOXES = [[0, 0, 595, 842], [595, 842, 0, 0], [40, 600, 500, 800], [500, 800, 40, 600], [60, 730, 400, 790]]

_NOTES = """/Stamp /FreeText /Square /Highlight /Redact /Watermark /Widget /Text /Link /Ink /TrapNet /Popup /Caret
 /Screen /FileAttachment""".split()  # noqa: SIM905


def look(draft: Draft, box) -> Ref:
    x0, x1 = sorted((box[0], box[2]))
    y0, y1 = sorted((box[1], box[3]))
    return draft.add(sheet(box=[x0, y0, x1, y1]))


def placed(draft: Draft, box):
    """The box, spelled in one of the ways in which readers and checkers part."""
    how = draft.rng.randrange(8)
    if how == 0:
        return draft.add(list(box))
    if how == 1:
        return [draft.add(one) for one in box]
    if how == 2:
        return [float(one) for one in box]
    if how == 3:
        return [*box, 0]
    if how == 4:
        return [*box[:2], draft.add(box[2]), box[3]]
    if how == 5 and (plan := draft.objects[draft.root].get("/MarkInfo")) is not None:
        return plan if isinstance(plan, Ref) else list(box)
    return list(box)


def _field(draft: Draft, kind: str, picture: Ref, box) -> Ref:
    """A field merged with its widget, with a kid, or with what counts in a parent."""
    rng, page = draft.rng, draft.rng.choice(draft.pages())
    widget = {
        "/Type": Name("/Annot"),
        "/Subtype": Name("/Widget"),
        "/F": rng.choice([4, 132, 0, 4]),
        "/P": Ref(page),
    }
    widget |= {"/AP": {"/N": picture}, "/Rect": placed(draft, box)}
    field = {"/FT": Name(kind), "/T": b"o_%d" % rng.randrange(10**6)}
    if kind == "/Tx":
        field |= {"/V": b"So: 99/QD-UBND", "/DA": b"/F1 12 Tf 0 g"}
    how = rng.randrange(5)
    if how == 0:
        kid = draft.add(widget)
        parent = draft.add(field | {"/Kids": [kid]})
        draft.edit(kid.number)["/Parent"] = parent
        shown, top = kid, parent
    elif how == 1:
        kid = draft.add({k: v for k, v in widget.items() if k != "/Rect"})
        parent = draft.add(field | {"/Kids": [kid], "/Rect": widget["/Rect"]})
        draft.edit(kid.number)["/Parent"] = parent
        shown, top = kid, parent
    elif how == 2:
        shown = top = draft.add(
            {k: v for k, v in (field | widget).items() if k != "/Rect"} | {"/Rect": [0, 0, 0, 0]}
        )
        twin = draft.add(widget)
        draft.edit(shown.number)["/Kids"] = [twin]
        shown = twin
    else:
        shown = top = draft.add(field | widget)
    annots = draft.edit_in(draft.edit(page), "/Annots", list)
    annots.append(shown)
    draft.edit_in(draft.edit_form(), "/Fields", list).append(top)
    return top


@move(Kind.CHANGE, 5)
def field_over_the_page(draft: Draft) -> None:
    box = draft.rng.choice(_BOXES)
    kind = draft.rng.choice(["/Sig", "/Sig", "/Sig", "/Tx", "/Btn", "/Ch"])
    _field(draft, kind, look(draft, box), box)


def planted(draft: Draft, box):
    """Picture and box, brought into the file beforehand as if they were validation data: the reference to the one, and
    how the other can be spelled now."""
    rng, picture = draft.rng, look(draft, box)
    root = draft.edit_root()
    store = draft.edit_in(root, "/DSS")
    draft.edit_in(store, rng.choice(["/Certs", "/Certs", "/CRLs", "/OCSPs"]), list).append(picture)
    whole = rng.random() < 0.5
    piece = draft.add(list(box) if whole else box[3])
    key = rng.choice(["/MarkInfo", "/MarkInfo", "/Extensions", "/ViewerPreferences"])
    where = rng.randrange(4)
    if where < 2:
        root[key] = piece
    elif where == 2:
        root[key] = {"/Khung": piece}
    else:
        draft.edit_in(store, "/VRI")["/" + "A" * 40] = {rng.choice(["/TU", "/TS"]): piece}
    draft.commit()
    return picture, piece if whole else [*box[:3], piece]


@move(Kind.CHANGE, 5)
def field_of_planted_pieces(draft: Draft) -> None:
    picture, corners = planted(draft, draft.rng.choice(_BOXES))
    page = draft.pages()[0]
    field = {
        "/FT": Name("/Sig"),
        "/T": b"o_%d" % draft.rng.randrange(10**6),
        "/Type": Name("/Annot"),
        "/Subtype": Name("/Widget"),
    }
    field |= {"/F": draft.rng.choice([4, 132]), "/P": Ref(page), "/Rect": corners, "/AP": {"/N": picture}}
    ref = draft.add(field)
    draft.edit_in(draft.edit(page), "/Annots", list).append(ref)
    draft.edit_in(draft.edit_form(), "/Fields", list).append(ref)


@move(Kind.CHANGE, 2)
def note_over_the_page(draft: Draft) -> None:
    box = draft.rng.choice(_BOXES)
    made = note(look(draft, box), placed(draft, box))
    made["/Subtype"] = Name(draft.rng.choice(_NOTES))
    draft.edit_in(draft.edit_page(), "/Annots", list).append(draft.add(made))


@move(Kind.CHANGE, 2)
def field_given_another_look(draft: Draft) -> None:
    """Of a field that was signed: another picture, value, place, or hidden."""
    fields = draft.fields()
    if not fields:
        raise Unfit
    field = draft.edit(draft.rng.choice(fields))
    box = draft.get(field.get("/Rect")) or [60, 600, 200, 700]
    choices = [
        {"/AP": {"/N": look(draft, [0, 0, 300, 60])}}, {"/V": b"So: 99/QD-UBND"}, {"/F": 2}, {"/Rect": [0, 0, 595, 842]},
        {"/AS": Name("/Off")}, {"/MK": {"/BG": [0, 0, 0], "/R": 90}}, {"/V": None}, {"/Kids": [draft.add(note(look(draft, [0, 0, 300, 60]), box))]},
        {"/AP": None}, {"/DA": b"/F1 0 Tf 1 g"}, {"/Ff": 2}, {"/Q": 2}, {"/Rect": [100, 100, 100, 100]},
    ]  # fmt: skip
    field |= draft.rng.choice(choices)


@move(Kind.CHANGE, 5)
def form_key_changed(draft: Draft) -> None:
    form = draft.edit_form()
    fonts = {
        "/Font": {
            name: {"/Type": Name("/Font"), "/Subtype": Name("/Type1"), "/BaseFont": Name("/ZapfDingbats")}
            for name in ("/F1", "/Helv")
        }
    }
    choices = [
        {"/NeedAppearances": True}, {"/DA": b"/F1 40 Tf 1 g"}, {"/DR": fonts}, {"/Q": 2}, {"/SigFlags": draft.rng.randrange(4)},
        {"/XFA": draft.add(Stream({}, b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"))}, {"/CO": [Ref(one) for one in draft.fields()]},
        {"/NeedAppearances": draft.add(True)}, {"/Fields": []}, {"/NeedAppearances": True, "/DA": b"/Helv 0 Tf 1 g"},
    ]  # fmt: skip
    form |= draft.rng.choice(choices)


@move(Kind.CHANGE, 1)
def field_dropped_from_the_page(draft: Draft) -> None:
    annots = draft.edit_in(draft.edit_page(), "/Annots", list)
    if not annots:
        raise Unfit
    annots.pop(draft.rng.randrange(len(annots)))


@move(Kind.CHANGE, 1)
def page_key_changed(draft: Draft) -> None:
    page = draft.edit_page()
    sheets = {
        "/Contents": [*_list(page.get("/Contents")), draft.add(Stream({}, b"1 1 1 rg 0 0 595 842 re f"))]
    }
    choices = [
        sheets, {"/Rotate": 180}, {"/CropBox": [0, 0, 300, 400]}, {"/UserUnit": 2}, {"/Tabs": Name("/S")}, {"/StructParents": 0},
        {"/Contents": draft.add(sheet())}, {"/AA": {"/O": {"/S": Name("/URI"), "/URI": b"http://x.test"}}}, {"/Metadata": draft.add(Stream({}, b"<x/>"))},
        {"/Resources": some(draft)}, {"/Annots": copied(page.get("/Annots"))}, {"/Group": {"/S": Name("/Transparency")}},
    ]  # fmt: skip
    page |= draft.rng.choice(choices)


def _list(value) -> list:
    return value if isinstance(value, list) else [value]
