"""Time stamps (RFC 3161) over bytes of our own, checked without Django, database or network."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, pem, x509
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

for _name in ("pyhanko.sign", "pyhanko_certvalidator"):  # a stranger's stamp is an ordinary answer here
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class BadStamp(ValueError):
    """No time stamp, or not over these bytes, or not signed by whom it names."""


@dataclass(frozen=True)
class Stamped:
    """`trusted`: the authority that stamped leads to one of those that were given."""

    at: datetime
    trusted: bool


def check(
    token: bytes,
    data: bytes,
    *,
    trusted: Sequence[x509.Certificate] = (),
    others: Sequence[x509.Certificate] = (),
) -> Stamped:
    """When `data` was stamped by `token` (DER). Judged as of that moment: an authority may end, its stamps stay.

    `others`: certificates between, which a token may lack. Raises BadStamp.
    """
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        at = signed["encap_content_info"]["content"].parsed["gen_time"].native
        context = ValidationContext(
            trust_roots=list(trusted), other_certs=list(others), moment=at, best_signature_time=at
        )
        found = asyncio.run(
            validate_tst_signed_data(signed, context, lambda name: hashlib.new(name, data).digest())
        )
    except Exception as error:  # what is no token fails in ways nobody can list
        raise BadStamp("không đọc được dấu thời gian") from error
    if not (found["intact"] and found["valid"]):
        raise BadStamp("dấu thời gian không đúng với mốc neo")
    return Stamped(at, found["trust_problem_indic"] is None)


def certificates(data: bytes) -> list[x509.Certificate]:
    """All certificates of a file in PEM or DER. Raises ValueError."""
    if not pem.detect(data):
        return [x509.Certificate.load(data, strict=True)]
    return [x509.Certificate.load(der) for _, _, der in pem.unarmor(data, multiple=True)]
