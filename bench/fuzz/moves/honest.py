"""Only validation data, in the spellings of pyHanko, EU DSS, iText, PDFBox and Acrobat: what was signed stays signed."""

import hashlib
import re
import zlib

from signatures import pades
from signatures.errors import SigningError

from ..draft import Draft, Unfit
from ..values import Name, Raw, Ref, Stream, copied
from .listing import Kind, move

_ROOM = 12_000  # hexadecimal digits for a time stamp
_EMPTY = b"<" + b"0" * _ROOM + b">"
_RANGE = b"[0 0000000000 0000000000 0000000000]"
_SIGNED = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+\d+\s*\]")
_VRI = {"/Certs": "/Cert", "/CRLs": "/CRL", "/OCSPs": "/OCSP"}


def _streams(draft: Draft, key: str) -> list[Ref]:
    pressed = draft.rng.random() < 0.6
    made = []
    for der in draft.base.evidence.get(key, []):
        entries = {"/Filter": Name("/FlateDecode")} if pressed else {}
        made.append(draft.add(Stream(entries, zlib.compress(der) if pressed else der)))
    return made


def _store(draft: Draft, held: dict) -> None:
    """Into the catalog: written again where it lies, put elsewhere, or lying in the catalog itself."""
    root = draft.edit_root()
    old = root.get("/DSS")
    if isinstance(old, Ref) and draft.rng.random() < 0.7:
        draft.put(old.number, held)
    else:
        root["/DSS"] = draft.add(held) if draft.rng.random() < 0.8 else held


def _old(draft: Draft) -> dict:
    held = draft.get(draft.objects[draft.root].get("/DSS"))
    return copied(held) if isinstance(held, dict) else {}


def _array(draft: Draft, old, new: list):
    """The old entries stay in front; the list lies in the store or in an object of its own."""
    listed = [*(draft.get(old) or []), *new]
    if isinstance(old, Ref) and draft.rng.random() < 0.5:
        draft.put(old.number, listed)
        return old
    return draft.add(listed) if draft.rng.random() < 0.5 else listed


def _signature_keys(draft: Draft) -> list[str]:
    """Names in a VRI: SHA-1 of each signature's value."""
    pdf, found = bytes(draft.pdf), []
    for told in _SIGNED.finditer(pdf):
        digits = pdf[int(told[1]) + 1 : int(told[2]) - 1]
        found.append("/" + hashlib.sha1(bytes.fromhex(digits.decode())).hexdigest().upper())
    return found


@move(Kind.HONEST, 5)
def evidence_added(draft: Draft) -> None:
    held, rng = _old(draft), draft.rng
    added = {key: _streams(draft, key) for key in draft.base.evidence}
    added = {key: refs for key, refs in added.items() if refs}
    for key, refs in added.items():
        held[key] = _array(draft, held.get(key), refs)
    if rng.random() < 0.5:
        held["/Type"] = Name("/DSS")
    if rng.random() < 0.6:
        entry = {_VRI[key]: refs if rng.random() < 0.7 else draft.add(refs) for key, refs in added.items()}
        entry |= rng.choice([{}, {"/TU": b"D:20260817100523Z"}, {"/Type": Name("/VRI")}])
        vri = copied(draft.get(held.get("/VRI")) or {}) | rng.choice([{}, {"/Type": Name("/VRI")}])
        for name in _signature_keys(draft)[: rng.choice([1, 9])]:
            vri[name] = draft.add(entry) if rng.random() < 0.5 else entry
        held["/VRI"] = draft.add(vri) if rng.random() < 0.5 else vri
    _store(draft, held)
    if rng.random() < 0.5:
        extensions = draft.edit_in(draft.edit_root(), "/Extensions")
        level = {"/BaseVersion": Name("/1.7"), "/ExtensionLevel": rng.choice([1, 5])}
        extensions[rng.choice(["/ESIC", "/ADBE"])] = level | rng.choice(
            [{}, {"/Type": Name("/DeveloperExtensions")}]
        )


@move(Kind.HONEST, 1)
def evidence_named_again(draft: Draft) -> None:
    """The store is written once more, in one dictionary, with the streams that are there."""
    held = _old(draft)
    if not held:
        raise Unfit
    for key in ("/Certs", "/CRLs", "/OCSPs"):
        if key in held:
            held[key] = list(draft.get(held[key]))
    vri = draft.get(held.get("/VRI"))
    if isinstance(vri, dict):
        held["/VRI"] = {name: copied(draft.get(one)) for name, one in vri.items()}
    _store(draft, held)


@move(Kind.HONEST, 2)
def renewed(draft: Draft) -> None:
    """By the product."""
    if draft.cast is None or not draft.base.own:
        raise Unfit
    draft.commit()
    try:
        draft.reopen(pades.renew(bytes(draft.pdf), services=draft.cast.services()))
    except SigningError as error:  # the product may refuse papers with holes in them
        raise Unfit from error


@move(Kind.HONEST, 4)
def stamped_as_others_do(draft: Draft) -> None:
    """A document time stamp in a field with a box of zero, with and without an empty picture."""
    stamp_laid_out(draft)
    if draft.rng.random() < 0.3:
        evidence_added(draft)
    stamp_put_in(draft)


def stamp_laid_out(draft: Draft) -> int:
    """The field of a time stamp that is still to come, by its number."""
    if draft.cast is None or not draft.base.own:
        raise Unfit
    rng, page = draft.rng, draft.pages()[0]
    token = {
        "/Type": Name("/DocTimeStamp"),
        "/Filter": Name("/Adobe.PPKLite"),
        "/SubFilter": Name("/ETSI.RFC3161"),
    }
    token |= {"/ByteRange": Raw(_RANGE), "/Contents": Raw(_EMPTY)} | rng.choice([{}, {"/V": 0}])
    widget = {
        "/Type": Name("/Annot"),
        "/Subtype": Name("/Widget"),
        "/F": rng.choice([132, 4, 6]),
        "/P": Ref(page),
    }
    field = widget | {
        "/FT": Name("/Sig"),
        "/T": b"Signature%d" % rng.randrange(10, 10**6),
        "/Rect": [0, 0, 0, 0],
    }
    if rng.random() < 0.5:
        nothing = {"/Type": Name("/XObject"), "/Subtype": Name("/Form"), "/BBox": [0, 0, 0, 0]}
        nothing |= rng.choice([{}, {"/Resources": {}}, {"/FormType": 1, "/Matrix": [1, 0, 0, 1, 0, 0]}])
        field["/AP"] = {"/N": draft.add(Stream(nothing, rng.choice([b"", b"% DSBlank\n"])))}
    ref = draft.add(field | {"/V": draft.add(token)})
    form = draft.edit_form()
    draft.edit_in(form, "/Fields", list).append(ref)
    form["/SigFlags"] = 3
    if rng.random() < 0.8:
        draft.edit_in(draft.edit(page), "/Annots", list).append(ref)
    if "/DR" not in form and rng.random() < 0.3:  # PDFBox
        fonts = {"/Helv": "/Helvetica", "/ZaDb": "/ZapfDingbats"}
        kind = {"/Type": Name("/Font"), "/Subtype": Name("/Type1")}
        form["/DR"] = {"/Font": {key: kind | {"/BaseFont": Name(font)} for key, font in fonts.items()}}
    return ref.number


def stamp_put_in(draft: Draft) -> None:
    """Close the update and put the token over all of it into its place."""
    begun = len(draft.pdf)
    draft.commit()
    pdf = bytes(draft.pdf)
    start = pdf.find(_EMPTY, begun)
    if start < 0:
        raise Unfit
    end = start + len(_EMPTY)
    told = b"[0 %d %d %d]" % (start, end, len(pdf) - end)
    pdf = pdf[:begun] + pdf[begun:].replace(_RANGE, told.ljust(len(_RANGE)))
    der = draft.cast.services().stamp(pdf[:start] + pdf[end:])
    draft.pdf = bytearray(pdf[: start + 1] + der.hex().encode().ljust(_ROOM, b"0") + pdf[end - 1 :])


@move(Kind.HONEST, 1)
def moment_noted(draft: Draft) -> None:
    """The date of the change, where the document's information already stands."""
    info = draft.edit(draft.info) if draft.info is not None else None
    if not isinstance(info, dict):
        raise Unfit
    info["/ModDate"] = b"D:20260818080000+07'00'"
    evidence_added(draft)


@move(Kind.HONEST, 1)
def freed_what_was_never_used(draft: Draft) -> None:
    """iText 5 marks such a number; and the head of the free list stands in most tables."""
    evidence_added(draft)
    draft.update.free.append((0, 65535))
    if draft.rng.random() < 0.5:
        draft.update.free.append((draft.size, 65535))
        draft.size += 1


@move(Kind.HONEST, 1)
def lines_around(draft: Draft) -> None:
    evidence_added(draft)
    draft.update.before = draft.rng.choice([b"", b"\n", b"\r\n\r\n"])
    draft.update.after = draft.rng.choice([b"", b"\n", b"\r\n"])
    identity = draft.identity
    if isinstance(identity, list) and len(identity) == 2:
        draft.update.trailer["/ID"] = [identity[0], hashlib.md5(bytes(draft.pdf)).digest()]
