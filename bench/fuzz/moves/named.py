"""Named by what was signed, and nowhere defined, or to be written behind the signed bytes."""

from ..draft import Draft, Unfit
from ..small import APART, FAR, FIRST, OLDER, encoding, note, script, sheet
from ..values import Name, Ref, Stream, spelled
from .anything import some
from .listing import Kind, move

_FALSE = b"q 1 1 1 rg 60 640 400 160 re f Q BT /F1 18 Tf 72 760 Td (So tien 9.000.000.000) Tj ET"


def fitting(draft: Draft, key: str, above: str):
    """What this place would take, and what a forger would put there."""
    stamp = lambda: note(draft.add(sheet()))  # noqa: E731
    attached = {
        "/Type": Name("/Filespec"),
        "/F": b"khac.txt",
        "/UF": b"khac.txt",
        "/EF": {"/F": draft.add(Stream({}, b"khac"))},
    }
    font = {"/Type": Name("/Font"), "/Subtype": Name("/Type1"), "/BaseFont": Name("/Courier")}
    by_key = {
        "/Contents": lambda: Stream({}, _FALSE), "/Annots": stamp, "/Encoding": encoding, "/OpenAction": script,
        "/N": sheet, "/A": script, "/Popup": stamp, "/Rotate": lambda: 90, "/CropBox": lambda: [0, 0, 300, 700],
        "/MediaBox": lambda: [0, 0, 300, 700], "/UserUnit": lambda: 2, "/Q": lambda: 2, "/XFA": lambda: Stream({}, b"<xdp/>"),
        "/AA": lambda: {"/O": script(), "/E": script()}, "/MK": lambda: {"/BG": [1, 0, 0]}, "/BS": lambda: {"/W": 40},
        "/Names": lambda: draft.rng.choice([
            {"/EmbeddedFiles": {"/Names": [b"khac.txt", attached]}}, {"/JavaScript": {"/Names": [b"x", script()]}},
        ]),
        "/ExtGState": lambda: {"/Gs": {"/ca": 0.05, "/CA": 0.05}}, "/ColorSpace": lambda: {"/Cs": Name("/DeviceGray")},
        "/OC": lambda: {"/Type": Name("/OCG"), "/Name": b"an", "/Usage": {"/View": {"/ViewState": Name("/OFF")}}},
        "/OCProperties": lambda: {"/OCGs": [], "/D": {"/BaseState": Name("/OFF")}},
        "/Kids": lambda: {"/Type": Name("/Page"), "/Parent": Ref(2), "/MediaBox": [0, 0, 595, 842], "/Contents": draft.add(Stream({}, _FALSE))},
        "/NeedAppearances": lambda: True, "/Resources": lambda: {"/Font": {"/F1": font}}, "/AP": lambda: {"/N": draft.add(sheet())},
        "/PageLabels": lambda: {"/Nums": [0, {"/S": Name("/r"), "/St": 7}]},
        "/Outlines": lambda: {"/Type": Name("/Outlines"), "/Count": 0},
        "/DSS": lambda: {"/Type": Name("/DSS"), "/Certs": [draft.add(sheet())]},
        "/Fields": lambda: note(draft.add(sheet())) | {"/FT": Name("/Sig"), "/T": b"o_moi", "/Subtype": Name("/Widget")},
    }  # fmt: skip
    by_above = {"/XObject": sheet, "/Font": lambda: font, "/AP": sheet, "/Encoding": encoding}
    made = by_above.get(above) or by_key.get(key) or (lambda: some(draft))
    return made()


@move(Kind.CHANGE, 9)
def dangling_defined(draft: Draft) -> None:
    wild = [one for one in draft.base.contents.wild if one[0] not in draft.objects]
    if not wild:
        raise Unfit
    number, key, above = draft.rng.choice(wild)
    draft.put(number, fitting(draft, key, above) if draft.rng.random() < 0.9 else some(draft))


@move(Kind.CHANGE, 2)
def orphan_led_to(draft: Draft) -> None:
    """A second step of the same trick: what was freed or undefined becomes a reference to another."""
    wild = [one for one in draft.base.contents.wild if one[0] not in draft.objects]
    if not wild:
        raise Unfit
    number, key, above = draft.rng.choice(wild)
    draft.put(number, draft.add(fitting(draft, key, above)))


@move(Kind.CHANGE, 9)
def written_where_the_index_points(draft: Draft) -> None:
    """An index that was signed leads behind the signed bytes: what lies there comes without a revision."""
    if b"%010d 00000 n" % FAR in draft.base.pdf:
        places = FAR
    elif b"/Prev %d" % OLDER in draft.base.pdf:
        places = len(draft.pdf) + 10_000
    else:
        raise Unfit
    wild = {
        number: (key, above) for number, key, above in draft.base.contents.wild if FIRST <= number < FIRST + 5
    }
    numbers = draft.rng.sample(sorted(wild), draft.rng.randrange(1, len(wild) + 1))
    values = {number: fitting(draft, *wild[number]) for number in sorted(numbers)}
    draft.commit()  # what these need besides comes in a revision of its own
    at = {number: places + APART * (number - FIRST) for number in values}
    for number, value in values.items():
        _fill(draft, at[number])
        draft.pdf += b"%d 0 obj\n%s\nendobj\n" % (number, spelled(value))
    if places != FAR:
        _fill(draft, OLDER)
        rows = b"".join(b"%d 1\n%010d 00000 n \n" % one for one in at.items())
        draft.pdf += b"xref\n%strailer\n<< /Size 60 /Root 1 0 R >>\n" % rows
    draft.pdf += draft.rng.choice([b"", b"startxref\n%d\n" % draft.place]) + b"%%EOF\n"


def _fill(draft: Draft, until: int) -> None:
    missing = until - len(draft.pdf) - 2
    if missing < 0:
        raise Unfit
    draft.pdf += b"\n" + draft.rng.choice([b" ", b"\n", b"%"]) * missing + b"\n"
