"""How packages of other makers look on the wire: what was written well, in the dress of an order."""

import re

_PREFIX = re.compile(rb"(</?)edXML:(?!edXML)")
_DAY = re.compile(rb"(<(\w*:?)PromulgationDate>)(\d{4})/(\d\d)/(\d\d)(<)")


def dressed(package: bytes, dress: str) -> bytes:
    """`dress`: "" as it is; "old": the spellings and dates of before 2018; "broken": cut off in the middle."""
    if dress == "broken":
        return package[: len(package) // 2]
    if dress == "old":
        plain = _DAY.sub(rb"\g<1>\5/\4/\3\6", _PREFIX.sub(rb"\1", package))
        return plain.replace(b"QCVN_102_2016", b"QCVN_102_2010")
    return package
