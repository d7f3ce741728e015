"""The demonstration's certification authority: made once, private, and a real chain."""

import stat
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.serialization import pkcs12

from signatures import demo_pki


def test_ca_is_made_once_even_by_two_at_a_time(tmp_path):
    def issue(_) -> bytes:
        return demo_pki.issue_person(tmp_path / "ca", "Nguyễn Thị Lan", "Sở Nội vụ", "Văn thư")

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(issue, range(2))
    assert first == second == issue(0)
    for path in (tmp_path / "ca").iterdir():
        if path.suffix in {".key", ".p12"}:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    _, certificate, chain = pkcs12.load_key_and_certificates(first, demo_pki.DEMO_PASSWORD.encode())
    certificate.verify_directly_issued_by(
        chain[0].certificate if hasattr(chain[0], "certificate") else chain[0]
    )
