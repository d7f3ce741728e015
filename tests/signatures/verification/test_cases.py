"""The small inputs that once were judged wrongly, kept in the shared folder `cases`: each has its right verdict."""

import re
from pathlib import Path

import pytest

from signatures.verification.guard import Guard
from signatures.verification.verdict import STAMP

CASES = Path(__file__).resolve().parents[4] / "shared/cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not beside this checkout")

# By folder and file: the verdict, and words that have to be said.
RIGHT = {
    "adbe-pkcs7-sha1/signed.pdf": ("unknown", r"kiểu cũ|lỗi thời"),
    "dangling-reference/catalog-signed-once.pdf": ("valid", ""),
    "dangling-reference/catalog-signed-twice.pdf": ("valid", ""),
    "dangling-reference/trailer-signed-once.pdf": ("valid", ""),
    "dangling-then-defined/contents-signed.pdf": ("valid", ""),
    "dangling-then-defined/page-signed.pdf": ("valid", ""),
    "dangling-then-defined/contents-changed-after-signing.pdf": ("invalid", ""),
    "dangling-then-defined/page-changed-after-signing.pdf": ("invalid", ""),
    "doctimestamp-appearance/plain.pdf": ("valid", ""),
    "doctimestamp-appearance/empty-appearance.pdf": ("valid", ""),
    "empty-password-signed/restricted.pdf": ("unsigned", ""),
    "empty-password-signed/restricted-signed.pdf": ("valid", ""),
    "field-name-period/signed-twice.pdf": ("valid", ""),
    "hybrid-word/word.pdf": ("unsigned", ""),
    "hybrid-word/signed.pdf": ("valid", ""),
    "itext-free-entry/signed-once.pdf": ("valid", ""),
    "itext-free-entry/signed-twice.pdf": ("valid", ""),
    "self-signed-root/signed.pdf": ("valid", ""),
    "struct-tree-second-signature/signed-once.pdf": ("valid", ""),
    "struct-tree-second-signature/signed-twice.pdf": ("valid", ""),
    "unknown-algorithm/signed-sha3-rsa.pdf": ("unknown", r"(?i)sha-?3"),
    "vri-rewritten/dss-once.pdf": ("valid", ""),
    "vri-rewritten/dss-extended-again.pdf": ("valid", ""),
}
SIGNATURES = {"dangling-reference/catalog-signed-twice.pdf": 2, "field-name-period/signed-twice.pdf": 2,
              "itext-free-entry/signed-twice.pdf": 2, "struct-tree-second-signature/signed-twice.pdf": 2}  # fmt: skip


@pytest.fixture(scope="module")
def guard():
    made = Guard()
    yield made
    made.close()


def judged(guard, name: str):
    own = CASES / name.split("/")[0] / "signer.pem"
    root = own if own.exists() else CASES / "root.pem"
    return guard.verify((CASES / name).read_bytes(), trust_roots=[root.read_bytes()], fetch=False)


@pytest.mark.parametrize("name", RIGHT)
def test_the_case_is_judged_rightly(guard, name):
    found = judged(guard, name)
    verdict, words = RIGHT[name]
    assert found.verdict == verdict, found.reasons
    assert re.search(words, " ".join(found.reasons))
    if verdict == "valid":
        assert {one.verdict for one in found.signatures} == {"valid"}
    if name in SIGNATURES:
        assert sum(one.capacity != "stamp" for one in found.signatures) == SIGNATURES[name]


def test_stamps_count_for_what_they_are(guard):
    for name in ("plain", "empty-appearance"):
        found = judged(guard, f"doctimestamp-appearance/{name}.pdf")
        signature = next(one for one in found.signatures if one.capacity != "stamp")
        assert signature.level in ("B-T", "B-LTA") and signature.time_source == STAMP


def test_no_file_of_these_folders_is_forgotten():
    folders = {name.split("/")[0] for name in RIGHT}
    there = {str(one.relative_to(CASES)) for folder in folders for one in (CASES / folder).glob("*.pdf")}
    assert there == set(RIGHT)
