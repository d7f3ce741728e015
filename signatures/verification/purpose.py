"""What a certificate was issued for: key usage (RFC 5280, 4.2.1.3) and extended key usage (4.2.1.12).

A paper may be signed with a certificate that names no extended usage, or one of those under which Vietnamese and
European authorities issue signers' certificates. One that names others (a server, code, time stamps, OCSP answers) was
issued by an authority that never looked whether its holder may sign papers; "client authentication" beside them, as every
certificate of a web server has it, changes nothing.
"""

from asn1crypto import x509

AUTHORITY = "chứng thư số là của một tổ chức cung cấp dịch vụ chứng thực, không dùng để ký văn bản."
NOT_FOR_SIGNING = "chứng thư số không được cấp để ký văn bản"
NOT_FOR_STAMPS = "chứng thư số không được cấp để đóng dấu thời gian."
_SIGNING = {
    "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
    "1.3.6.1.5.5.7.3.4",  # e-mail protection
    "1.3.6.1.4.1.311.10.3.12",  # document signing of Microsoft
    "1.2.840.113583.1.1.5",  # document signing of Adobe
}
_PERSONAL = {"1.3.6.1.5.5.7.3.2", "2.5.29.37.0"}  # client authentication; any
_STAMPING = ["1.3.6.1.5.5.7.3.8"]
_NAMES = {
    "1.3.6.1.5.5.7.3.1": "máy chủ web", "1.3.6.1.5.5.7.3.3": "ký phần mềm", "1.3.6.1.5.5.7.3.8": "dấu thời gian",
    "1.3.6.1.5.5.7.3.9": "trả lời OCSP",
}  # fmt: skip


def fault(cert: x509.Certificate, purpose: str) -> str:
    """Why `cert` must not be used for "sign" or "stamp"; "" when it may."""
    return _against_stamping(cert) if purpose == "stamp" else _against_signing(cert)


def _against_signing(cert: x509.Certificate) -> str:
    if cert.ca:
        return AUTHORITY
    if not _signs(cert):
        return f"{NOT_FOR_SIGNING} (mục đích dùng khóa)."
    named = _extended(cert)
    personal = _PERSONAL.intersection(named) and not _NAMES.keys() & set(named)
    if not named or _SIGNING.intersection(named) or personal:
        return ""
    return f"{NOT_FOR_SIGNING} (mà để: {', '.join(_NAMES.get(oid, oid) for oid in named)})."


def _against_stamping(cert: x509.Certificate) -> str:
    """RFC 3161, 2.3: the one extended usage, and critical."""
    critical = "extended_key_usage" in cert.critical_extensions
    return (
        "" if critical and _extended(cert) == _STAMPING and not cert.ca and _signs(cert) else NOT_FOR_STAMPS
    )


def _signs(cert: x509.Certificate) -> bool:
    """Without the extension a key may be used for anything (RFC 5280)."""
    usage = cert.key_usage_value
    return usage is None or bool({"digital_signature", "non_repudiation"} & usage.native)


def _extended(cert: x509.Certificate) -> list[str]:
    return [one.dotted for one in cert.extended_key_usage_value or ()]
