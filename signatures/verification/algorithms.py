"""Which algorithms still prove something, and until when.

After the SOG-IS agreed cryptographic mechanisms and ETSI TS 119 312, as of 2026; RSA of 2048 bits, which Vietnamese
authorities issue, is taken until NIST IR 8547 ends it. What is not in the tables proves nothing: MD5, SHA-1, RSA
below 2048 bits, DSA, P-192, P-224. The day that counts is the proven time of the signature (ETSI EN 319 102-1, 5.2.7),
and what is out leaves a signature undecided: "unknown", never "invalid".
"""

from datetime import UTC, date, datetime

from asn1crypto import algos, keys
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, AlgorithmUsagePolicy

_OPEN = date.max
_HASHES = {  # name: accepted until
    "sha224": date(2025, 12, 31), "sha512_224": date(2025, 12, 31), "sha3_224": date(2025, 12, 31),
    "sha256": _OPEN, "sha384": _OPEN, "sha512": _OPEN, "sha512_256": _OPEN,
    "sha3_256": _OPEN, "sha3_384": _OPEN, "sha3_512": _OPEN, "shake256": _OPEN, "shake256_len": _OPEN,
}  # fmt: skip
_RSA = ((3000, _OPEN), (2048, date(2035, 12, 31)))  # at least so many bits: accepted until
_CURVES = {
    "secp256r1": _OPEN, "secp384r1": _OPEN, "secp521r1": _OPEN,
    "brainpoolp256r1": _OPEN, "brainpoolp384r1": _OPEN, "brainpoolp512r1": _OPEN,
}  # fmt: skip
_EDWARDS = {"ed25519": ("sha512",), "ed448": ("shake256", "shake256_len")}  # and the digests they go with
_SCHEMES = ("rsassa_pkcs1v15", "rsassa_pss", "ecdsa", "dsa", *_EDWARDS)  # those the library can verify
_STRANGE = {  # known by name, but not to the library
    "2.16.840.1.101.3.4.3.13": "RSA với SHA3-224", "2.16.840.1.101.3.4.3.14": "RSA với SHA3-256",
    "2.16.840.1.101.3.4.3.15": "RSA với SHA3-384", "2.16.840.1.101.3.4.3.16": "RSA với SHA3-512",
    "1.2.156.10197.1.501": "SM2 với SM3", "1.2.643.7.1.1.3.2": "GOST R 34.10-2012 (256 bit)",
    "1.2.643.7.1.1.3.3": "GOST R 34.10-2012 (512 bit)",
}  # fmt: skip


def unknown(algorithm: algos.SignedDigestAlgorithm, digest: str = "") -> str:
    """The name of a signature algorithm that cannot be verified here; "" for one that can. `digest` is the one of the
    message, where there is one: Edwards curves go with one each (RFC 8419, 3.1), and PSS with one for both its
    parts (RFC 4055, 3.1). What is made otherwise, many programs refuse."""
    scheme = _scheme(algorithm)
    if scheme in _EDWARDS and digest and digest not in _EDWARDS[scheme]:
        return f"{scheme.capitalize()} với hàm băm {digest.upper()}"
    if scheme == "rsassa_pss" and _two_digests(algorithm):
        return "RSASSA-PSS với hai hàm băm khác nhau"
    if scheme in _SCHEMES:
        return ""
    oid = algorithm["algorithm"].dotted
    return _STRANGE.get(oid) or f"số hiệu {oid}"


def unknown_digest(algorithm: algos.DigestAlgorithm) -> str:
    """The same of a digest algorithm. MD2 is as good as unknown: nothing computes it any more."""
    name = algorithm["algorithm"].native
    return "" if name in _HASHES or name in ("sha1", "md5") else f"hàm băm {name.upper()}"


def weak(algorithm: algos.SignedDigestAlgorithm, key: keys.PublicKeyInfo | None, at: datetime) -> str:
    """What in a signature algorithm and its key proves nothing at `at`, by name; "" when all is accepted."""
    scheme = _scheme(algorithm)
    try:
        digest = "" if scheme in _EDWARDS else weak_digest(algorithm.hash_algo, at)
    except ValueError:
        digest = ""  # the algorithm names none: the message digest counts, which is asked about by itself
    if scheme == "dsa":
        return "DSA"
    return digest or (weak_key(key, at) if key is not None else "")


def weak_digest(name: str, at: datetime) -> str:
    return "" if _day(at) <= _HASHES.get(name, date.min) else name.upper().replace("SHA1", "SHA-1")


def weak_key(key: keys.PublicKeyInfo, at: datetime) -> str:
    """The kind and the size of a key that is too short at `at`; "" when it is long enough."""
    kind = key.algorithm
    if kind in ("rsa", "rsassa_pss"):
        until = next((until for least, until in _RSA if key.bit_size >= least), date.min)
    elif kind == "ec":
        form, curve = key.curve
        until = _CURVES.get(curve, date.min) if form == "named" else date.min
    else:
        until = _OPEN if kind in _EDWARDS else date.min
    return "" if _day(at) <= until else key_name(key)


def key_name(key: keys.PublicKeyInfo) -> str:
    """The kind and the size of a key: "RSA 1024 bit", "đường cong secp192r1"."""
    if key.algorithm in ("rsa", "rsassa_pss"):
        return f"RSA {key.bit_size} bit"
    if key.algorithm == "ec":
        form, curve = key.curve
        return f"đường cong {curve if form == 'named' else 'tự đặt'}"
    return key.algorithm.upper()


class Policy(AlgorithmUsagePolicy):
    """The same tables for the certificates of a chain, as the library asks."""

    def digest_algorithm_allowed(self, algo, moment) -> AlgorithmUsageConstraint:
        return _said(weak_digest(algo["algorithm"].native, moment or datetime.now(UTC)))

    def signature_algorithm_allowed(self, algo, moment, public_key) -> AlgorithmUsageConstraint:
        return _said(unknown(algo) or weak(algo, public_key, moment or datetime.now(UTC)))


def _said(what: str) -> AlgorithmUsageConstraint:
    return AlgorithmUsageConstraint(allowed=not what, failure_reason=what or None)


def _two_digests(algorithm: algos.SignedDigestAlgorithm) -> bool:
    given = algorithm["parameters"]
    if not isinstance(given, algos.RSASSAPSSParams):
        return False
    mask = given["mask_gen_algorithm"]["parameters"]["algorithm"].native
    return mask != given["hash_algorithm"]["algorithm"].native


def _scheme(algorithm: algos.SignedDigestAlgorithm) -> str:
    try:
        return algorithm.signature_algo
    except ValueError:
        return algorithm["algorithm"].native


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
