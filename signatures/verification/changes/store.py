"""Validation data: the document security store (ETSI EN 319 142-1, 5.4.2; ISO 32000-2, 12.8.4.3).

It may be written, extended and written again at any time, as long as each of its streams is what it says: a
certificate, an OCSP response, a list of revoked ones or a time stamp, and nothing else. So nothing that is drawn can
be hidden in it.
"""

import re

from asn1crypto import cms, crl, ocsp, x509

from ..pdf import Ref, Stream
from .comparison import Changed, Comparison, Level

_READ = {  # what each kind must at least have; raises ValueError and its like
    "Cert": lambda der: x509.Certificate.load(der, strict=True).serial_number,
    "OCSP": lambda der: ocsp.OCSPResponse.load(der, strict=True)["response_status"].native,
    "CRL": lambda der: crl.CertificateList.load(der, strict=True)["tbs_cert_list"]["this_update"].native,
    "TS": lambda der: cms.ContentInfo.load(der, strict=True)["content_type"].native,
}
_STREAM = frozenset(("Length", "Filter", "DecodeParms", "Type"))
_KEY = re.compile(r"[0-9A-Fa-f]{40,128}")  # the digest of a signature, in hexadecimal
_MOST = 2_000


def compare_stores(c: Comparison, one: object, other: object) -> None:
    """Raises Changed unless the new store is one, and only that."""
    if not c.differs(one, other):
        return
    c.step.reach(Level.VALIDATION)
    if other is None:
        raise Changed("the evidence is gone")
    store = _dictionary(c, other, {"Type", "Certs", "OCSPs", "CRLs", "VRI"})
    _check_type(store, "DSS")
    for key in ("Certs", "OCSPs", "CRLs"):
        _evidence(c, store.get(key), key[:-1])
    entries = _dictionary(c, store.get("VRI"), None) if store.get("VRI") is not None else {}
    for key, entry in entries.items():
        if key == "Type":
            _check_type(entries, "VRI")
            continue
        if _KEY.fullmatch(key) is None:
            raise Changed("VRI")
        _of_one_signature(c, _dictionary(c, entry, {"Type", "Cert", "OCSP", "CRL", "TU", "TS"}))


def _check_type(entries: dict, name: str) -> None:
    if entries.get("Type", name) != name:
        raise Changed("the store of evidence")


def _of_one_signature(c: Comparison, entry: dict) -> None:
    _check_type(entry, "VRI")
    for kind in ("Cert", "OCSP", "CRL"):
        _evidence(c, entry.get(kind), kind)
    if entry.get("TU") is not None and not isinstance(entry["TU"], bytes):
        raise Changed("VRI: TU")
    if entry.get("TS") is not None:
        _stream(c, entry["TS"], "TS")


def _evidence(c: Comparison, value: object, kind: str) -> None:
    if value is None:
        return
    found = c.new.get(value)
    c.plain(value)
    if not isinstance(found, list) or len(found) > _MOST:
        raise Changed(kind)
    for one in found:
        _stream(c, one, kind)


def _stream(c: Comparison, ref: object, kind: str) -> None:
    if type(ref) is Ref and ref.num in c.evidence:
        return
    c.plain(ref)
    stream = c.new.get(ref)
    if type(ref) is not Ref or not isinstance(stream, Stream) or not stream.entries.keys() <= _STREAM:
        raise Changed("evidence that is no stream")
    if type(stream.entries.get("Type", "")) is not str:
        raise Changed("evidence that is no stream")
    if ref.num in c.changed:  # what was there before was signed as it is
        try:
            _READ[kind](c.new.decoded(stream))
        except (ValueError, TypeError, KeyError) as error:
            raise Changed("evidence that is something else") from error
    c.evidence.add(ref.num)


def _dictionary(c: Comparison, value: object, keys: set[str] | None) -> dict:
    found = c.new.get(value)
    c.plain(value)
    if not isinstance(found, dict) or (keys is not None and not found.keys() <= keys) or len(found) > _MOST:
        raise Changed("the store of evidence")
    return found
