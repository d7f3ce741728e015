"""Signatures put into a file byte by byte: for places, times and envelopes that no signing program makes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from asn1crypto import algos, cms, tsp

from signatures import cms as ours
from signatures.providers.file import FileKey
from simulators.pki import stamping
from simulators.pki.folder import Holding, holding

ROOM = 6000  # bytes for the CMS
PADES, STAMP = b"/ETSI.CAdES.detached", b"/ETSI.RFC3161"
_RANGE = b"/ByteRange [0 %010d %010d %010d]"
_OPEN = _RANGE % (0, 0, 0)
Sign = Callable[[bytes], bytes]  # of what is covered, the DER of the CMS


def value(form: bytes = PADES, kind: bytes = b"/Sig", more: bytes = b"") -> bytes:
    """A signature dictionary whose value is still to come."""
    head = b"<< /Type %s /Filter /Adobe.PPKLite /SubFilter %s %s %s" % (kind, form, _OPEN, more)
    return head + b" /Contents <" + b"00" * ROOM + b"> >>"


def field(name: bytes, at: int, more: bytes = b"/Rect [0 0 0 0] /F 132") -> bytes:
    """A signature field whose value is object `at`."""
    return b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /V %d 0 R %s >>" % (name, at, more)


def filled(pdf: bytes, sign: Sign) -> bytes:
    """The one open signature of `pdf` covers the file as it lies here."""
    at = pdf.index(_OPEN)
    begun = pdf.index(b"/Contents <", at) + len(b"/Contents ")
    ended = begun + 2 * ROOM + 2
    pdf = pdf[:at] + _RANGE % (begun, ended, len(pdf) - ended) + pdf[at + len(_OPEN) :]
    der = sign(pdf[:begun] + pdf[ended:])
    assert len(der) <= ROOM
    return pdf[: begun + 1] + der.hex().encode().ljust(2 * ROOM, b"0") + pdf[ended - 1 :]


def by(key: FileKey, stamp: Sign = lambda signature: b"") -> Sign:
    """As the product signs; `stamp` gives a time stamp over the signature."""

    def sign(data: bytes) -> bytes:
        attributes = ours.signed_attributes(key.identity, sha256(data).digest())
        (signature,) = key.sign([attributes])
        return ours.signed_data(key.identity, attributes, signature, stamp(signature))

    return sign


def with_attributes(
    key: FileKey, change: Callable[[list], list], change_whole: Callable | None = None
) -> Sign:
    """`change` gets the signed attributes (asn1crypto) and gives those that are signed; `change_whole(signed_data)`
    works on what is not signed."""

    def sign(data: bytes) -> bytes:
        usual = cms.CMSAttributes.load(ours.signed_attributes(key.identity, sha256(data).digest()))
        chosen = cms.CMSAttributes(change([one.copy() for one in usual]))
        attributes = chosen.dump(force=True)
        message = cms.ContentInfo.load(ours.signed_data(key.identity, attributes, key.sign([attributes])[0]))
        if change_whole:
            change_whole(message["content"])
        return message.dump(force=True)

    return sign


def attribute(kind: str, one) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": [one]})


def stamped(folder, at: datetime, by: Holding | None = None) -> Sign:
    """A time stamp of the authority in `folder` (or of somebody who is none), with the moment `at`."""

    def sign(data: bytes) -> bytes:
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        imprint = tsp.MessageImprint({"hash_algorithm": digest, "hashed_message": sha256(data).digest()})
        asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True})
        holder, ca = by or holding(folder, "tsa"), holding(folder, "ca").plain
        told = stamping._told(holder, asked, imprint, at.astimezone(UTC))
        return stamping._token(holder, told, [holder.plain, ca]).dump()

    return sign


def startxref(pdf: bytes) -> bytes:
    """The end of a file that leads where `pdf` led last."""
    return b"startxref\n%s\n%%%%EOF\n" % re.findall(rb"startxref\s+(\d+)", pdf)[-1]
