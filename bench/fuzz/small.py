"""Small papers written by hand, with everything in them that a forger would lay ready before he has them signed."""

import hashlib

from signatures import cms

from .values import Name, Raw, Ref, Stream, spelled

# Behind the end of any small paper: a signed index may point there, for objects FIRST and on, or for the one before it.
FAR, APART, FIRST, OLDER = 60_000, 2_000, 50, 80_000
SIGNATURE, PAGE, FALSE_PAGE, FORM, SIGNED_FIELD, SHEET = 24, 3, 32, 20, 22, 31
_ROOM = 6000  # hexadecimal digits for the signature
_BOX = [0, 0, 595, 842]
_RANGE = b"[0 0000000000 0000000000 0000000000]"


def sheet(text: bytes = b"So tien 9.000.000.000", box=None) -> Stream:
    """A white sheet with other words on it, as a form XObject."""
    x0, y0, x1, y1 = box or _BOX
    font = {"/Type": Name("/Font"), "/Subtype": Name("/Type1"), "/BaseFont": Name("/Helvetica")}
    drawn = b"q 1 1 1 rg 0 0 %d %d re f 0 g BT /F1 18 Tf 20 %d Td (%s) Tj ET Q" % (
        max(x1 - x0, 20), max(y1 - y0, 20), max(y1 - y0, 30) - 25, text,
    )  # fmt: skip
    entries = {"/Type": Name("/XObject"), "/Subtype": Name("/Form"), "/BBox": [0, 0, x1 - x0, y1 - y0]}
    return Stream(entries | {"/Resources": {"/Font": {"/F1": font}}}, drawn)


def encoding() -> dict:
    """Digits that show as other digits."""
    names = [Name(f"/{one}") for one in ("zero", "nine", "eight", "seven", "six", "five", "four")]
    return {"/Type": Name("/Encoding"), "/Differences": [48, *names]}


def note(look, box=None) -> dict:
    look = {"/AP": {"/N": look}}
    return {"/Type": Name("/Annot"), "/Subtype": Name("/Stamp"), "/Rect": box or _BOX, "/F": 4} | look


def script(text: bytes = b"app.alert(1)") -> dict:
    return {"/S": Name("/JavaScript"), "/JS": text}


def _objects() -> dict[int, object]:
    font = {"/Type": Name("/Font"), "/Subtype": Name("/Type1"), "/BaseFont": Name("/Helvetica")}
    resources = {"/Font": {"/F1": Ref(5)}, "/XObject": {"/Fm": Ref(7)}}
    page = {"/Type": Name("/Page"), "/Parent": Ref(2), "/Resources": resources}
    place = {"/Type": Name("/Annot"), "/Subtype": Name("/Widget"), "/P": Ref(PAGE), "/F": 4}
    sign = place | {"/FT": Name("/Sig")}
    return {
        1: {"/Type": Name("/Catalog"), "/Pages": Ref(2), "/AcroForm": Ref(FORM), "/MarkInfo": {"/Marked": False}},
        2: {"/Type": Name("/Pages"), "/Kids": [Ref(PAGE)], "/Count": 1, "/MediaBox": _BOX},
        PAGE: page | {"/Contents": [Ref(4)], "/Annots": [Ref(8), Ref(21), Ref(SIGNED_FIELD), Ref(23)]},
        4: Stream({}, b"BT /F1 18 Tf 72 760 Td (So tien 1.000.000) Tj ET q 1 0 0 1 72 650 cm /Fm Do Q"),
        5: font | {"/Encoding": Ref(6)},
        6: {"/Type": Name("/Encoding"), "/BaseEncoding": Name("/WinAnsiEncoding")},
        7: Stream(
            {"/Type": Name("/XObject"), "/Subtype": Name("/Form"), "/BBox": [0, 0, 200, 40], "/Resources": {"/Font": {"/F1": Ref(5)}}},
            b"0.8 g 0 0 200 40 re f 0 g BT /F1 12 Tf 5 12 Td (Dieu 1. Giao 100 dong) Tj ET",
        ),
        8: note(Ref(9), [400, 700, 500, 740]),
        9: sheet(b"Ban chinh", [400, 700, 500, 740]),
        FORM: {"/Fields": [Ref(21), Ref(SIGNED_FIELD), Ref(23)], "/SigFlags": 3, "/DA": b"/F1 12 Tf 0 g", "/DR": {"/Font": {"/F1": Ref(5)}}},
        21: place | {"/FT": Name("/Tx"), "/T": b"ghi_chu", "/V": b"Ghi 100", "/DA": b"/F1 12 Tf 0 g", "/Rect": [72, 500, 250, 520], "/AP": {"/N": Ref(25)}},
        SIGNED_FIELD: sign | {"/T": b"nguoi_ky", "/Rect": [350, 100, 500, 160], "/V": Ref(SIGNATURE)},
        23: sign | {"/T": b"o_trong", "/Rect": [40, 40, 555, 800]},
        25: sheet(b"Ghi 100", [72, 500, 250, 520]),
        # Nothing leads to these yet.
        30: Stream({}, b"BT /F1 18 Tf 72 760 Td (So tien 9.000.000.000) Tj ET"),
        SHEET: sheet(),
        FALSE_PAGE: page | {"/Contents": Ref(30)},
        33: encoding(),
        34: note(Ref(SHEET)),
        35: script(),
        36: {"/Type": Name("/Pages"), "/Kids": [Ref(FALSE_PAGE)], "/Count": 1, "/MediaBox": _BOX},
        37: {"/Type": Name("/Filespec"), "/F": b"phu-luc.txt", "/EF": {"/F": Ref(38)}},
        38: Stream({"/Type": Name("/EmbeddedFile")}, b"noi dung khac"),
    }  # fmt: skip


def plain_paper(key, certified: int = 0, locked: bool = False) -> bytes:
    """An approval signature, or a certification with DocMDP P=`certified`; `locked` by FieldMDP All."""
    return _signed(_objects(), key, certified=certified, locked=locked)


def dangling(key, *, roots: bool = False) -> bytes:
    """A paper that names objects nobody has defined: on the page, or in the catalog when `roots`."""
    held = _objects()
    page, root = held[PAGE], held[1]
    if roots:
        root |= {"/OpenAction": Ref(50), "/Names": Ref(51), "/OCProperties": Ref(52), "/AA": Ref(53)}
        root |= {
            "/Outlines": Ref(54),
            "/PageLabels": Ref(55),
            "/StructTreeRoot": Ref(56),
            "/Metadata": Ref(57),
        }
        root |= {"/DSS": Ref(58), "/Extensions": Ref(59), "/ViewerPreferences": Ref(60), "/Perms": Ref(61)}
        held[2]["/Kids"] = [Ref(PAGE), Ref(62)]
        held[2]["/Rotate"] = Ref(63)
        held[FORM] |= {"/NeedAppearances": Ref(64), "/XFA": Ref(65), "/CO": Ref(66)}
        held[FORM]["/Fields"] = [*held[FORM]["/Fields"], Ref(67)]
        return _signed(held, key)
    page["/Contents"] = [Ref(4), Ref(50)]
    page["/Annots"] = [*page["/Annots"], Ref(51)]
    page |= {"/Rotate": Ref(57), "/CropBox": Ref(58), "/AA": Ref(59), "/UserUnit": Ref(60)}
    page["/Resources"] |= {"/ExtGState": Ref(52), "/ColorSpace": Ref(53)}
    page["/Resources"]["/XObject"]["/Fx"] = Ref(54)
    held[4].data = b"/Gs gs " + held[4].data + b" q /Fx Do Q"
    held[5]["/Encoding"] = Ref(55)
    held[7].entries["/Resources"]["/ExtGState"] = Ref(56)
    held[21] |= {"/MK": Ref(61), "/AA": Ref(62), "/Q": Ref(63)}
    held[23]["/AP"] = {"/N": Ref(64)}
    held[8] |= {"/A": Ref(65), "/Popup": Ref(66), "/OC": Ref(67), "/BS": Ref(68)}
    return _signed(held, key)


def forward(key, *, prev: bool = False) -> bytes:
    """Its signed index points behind the signed bytes; whatever comes to lie there becomes part of it."""
    held = _objects()
    page = held[PAGE]
    page["/Contents"] = [Ref(4), Ref(50)]
    page["/Annots"] = [*page["/Annots"], Ref(51)]
    page["/Resources"]["/XObject"]["/Fx"] = Ref(52)
    held[4].data += b" q /Fx Do Q"
    held[1] |= {"/OpenAction": Ref(53), "/Names": Ref(54)}
    if prev:
        return _signed(held, key, trailer={"/Prev": OLDER})
    lies = {FIRST + index: FAR + APART * index for index in range(5)}
    return _signed(held, key, lies=lies)


def _signed(held: dict, key, *, lies=None, trailer=None, certified: int = 0, locked: bool = False) -> bytes:
    rights = []
    if certified:
        how = {"/Type": Name("/TransformParams"), "/P": certified, "/V": Name("/1.2")}
        rights.append(
            {"/Type": Name("/SigRef"), "/TransformMethod": Name("/DocMDP"), "/TransformParams": how}
        )
        held[1]["/Perms"] = {"/DocMDP": Ref(SIGNATURE)}
    if locked:
        how = {"/Type": Name("/TransformParams"), "/Action": Name("/All"), "/V": Name("/1.2")}
        rights.append(
            {"/Type": Name("/SigRef"), "/TransformMethod": Name("/FieldMDP"), "/TransformParams": how}
        )
    signature = {
        "/Type": Name("/Sig"), "/Filter": Name("/Adobe.PPKLite"), "/SubFilter": Name("/ETSI.CAdES.detached"),
        "/ByteRange": Raw(_RANGE), "/Contents": Raw(b"<" + b"0" * _ROOM + b">"), "/M": b"D:20260817100523+07'00'",
    }  # fmt: skip
    held[SIGNATURE] = signature | ({"/Reference": rights} if rights else {})
    return _closed(whole(held, lies or {}, trailer or {}), key)


def whole(held: dict, lies: dict, trailer: dict) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), dict(lies)
    for number, value in held.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, spelled(value))
    begun = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, at in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, at)
    identity = hashlib.md5(bytes(out)).digest()
    trailer = {"/Size": max(places) + 1, "/Root": Ref(1), "/ID": [identity, identity]} | trailer
    return bytes(out + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (spelled(trailer), begun))


def _closed(pdf: bytes, key) -> bytes:
    """Fill in the byte range and the signature."""
    begun = pdf.index(b"<" + b"0" * _ROOM)
    ended = begun + _ROOM + 2
    told = b"[0 %d %d %d]" % (begun, ended, len(pdf) - ended)
    pdf = pdf.replace(_RANGE, told.ljust(len(_RANGE)))
    digest = hashlib.sha256(pdf[:begun] + pdf[ended:]).digest()
    attributes = cms.signed_attributes(key.identity, digest)
    (signature,) = key.sign([attributes])
    der = cms.signed_data(key.identity, attributes, signature).hex().encode()
    return pdf[: begun + 1] + der.ljust(_ROOM, b"0") + pdf[ended - 1 :]
