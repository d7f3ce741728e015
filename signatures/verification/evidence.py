"""What a file brings along about its certificates: the DSS, and the older list inside a signature (adbe)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial

from asn1crypto import cms, crl, ocsp, x509

from .pdf import Revision, Stream

_SMALL = 300_000  # bytes of a list, some ten thousand entries
_MOST = 200  # entries of a kind in one file; real ones hold a handful for each signature


@dataclass(frozen=True)
class Evidence:
    """Certificates, OCSP responses and CRLs, DER. Nothing of it is trusted before its signature is checked."""

    certs: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    digest: bytes = field(init=False, compare=False, repr=False)

    def __post_init__(self):
        whole = hashlib.sha256()
        for kind in (self.certs, self.ocsps, self.crls):
            for one in kind:
                whole.update(hashlib.sha256(one).digest())
            whole.update(b"|")
        object.__setattr__(self, "digest", whole.digest())

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(
            _joined(self.certs, other.certs), _joined(self.ocsps, other.ocsps), _joined(self.crls, other.crls)
        )


def stored_in(revision: Revision) -> Evidence | None:
    """The document security store (ETSI EN 319 142-1, 5.4.2); None when the file has none.

    Raises Unreadable for streams that cannot be decoded."""
    dss = revision.get(revision.catalog.get("DSS"))
    if not isinstance(dss, dict):
        return None
    return Evidence(*(_streams(revision, dss.get(key)) for key in ("Certs", "OCSPs", "CRLs")))


def carried_by(signed_data: cms.SignedData) -> Evidence:
    """Certificates of the signature itself, and the answers a signer of the adbe form put into it."""
    certs = tuple(one.chosen.dump() for one in signed_data["certificates"] or () if one.name == "certificate")
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    for attribute in signed_data["signer_infos"][0]["signed_attrs"] or ():
        if attribute["type"].native == "adobe_revocation_info_archival":
            for value in attribute["values"]:
                ocsps += tuple(one.dump() for one in value["ocsp"] or ())
                crls += tuple(one.dump() for one in value["crl"] or ())
    return Evidence(certs[:_MOST], ocsps[:_MOST], crls[:_MOST])


# Comparing two names prepares every part of both again (RFC 4518), a tenth of all our time. It is a pure function of
# the text, so the last answers are kept.
_prepare = lru_cache(maxsize=4096)(partial(x509.NameTypeAndValue._ldap_string_prep, None))
x509.NameTypeAndValue._ldap_string_prep = lambda self, text: _prepare(text)


@lru_cache(maxsize=2000)
def certificate(der: bytes) -> x509.Certificate:
    """Parsed once: what asn1crypto learns of a certificate is kept with it. Raises ValueError."""
    found = x509.Certificate.load(der, strict=True)
    found.native  # noqa: B018 - parse the whole now, or fail now
    try:
        found.subject.hashable, found.issuer.hashable  # noqa: B018 - as chains are built
    except TypeError as error:
        raise ValueError("a name that cannot be compared") from error
    return found


def certificates(blobs: Iterable[bytes]) -> list[x509.Certificate]:
    """Those that can be read."""
    return _readable(certificate, blobs)


def responses(blobs: Iterable[bytes]) -> list[ocsp.OCSPResponse]:
    return _readable(ocsp.OCSPResponse.load, blobs)


def lists(blobs: Iterable[bytes]) -> list[crl.CertificateList]:
    return _readable(_list, blobs)


def _list(der: bytes) -> crl.CertificateList:
    """A list of the ordinary kind is read once for all the papers of a day; a huge one is not kept."""
    return _small_list(der) if len(der) < _SMALL else crl.CertificateList.load(der)


@lru_cache(maxsize=16)
def _small_list(der: bytes) -> crl.CertificateList:
    return crl.CertificateList.load(der)


def _readable(load, blobs) -> list:
    found = []
    for blob in blobs:
        try:
            found.append(load(blob))
        except (ValueError, TypeError):
            continue
    return found


def _streams(revision: Revision, array: object) -> tuple[bytes, ...]:
    found = (revision.get(one) for one in revision.list(array)[:_MOST])
    return tuple(revision.decoded(one) for one in found if isinstance(one, Stream))


def _joined(one: tuple[bytes, ...], other: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return one if not other else tuple(dict.fromkeys((*one, *other)))
