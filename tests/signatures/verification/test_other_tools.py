"""Files signed by programs we did not write: the desk and the command say the same of them."""

import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from django.conf import settings as _settings

from signatures import actions as signing
from signatures.keys import personal_certificate
from simulators.pki import DEMO_PASSWORD

ROOT = Path(__file__).resolve().parents[3]


def run(*line, **more):
    return subprocess.run([str(word) for word in line], check=True, capture_output=True, timeout=60, **more)


def blank(folder: Path) -> Path:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.save(folder / "blank.pdf")
    return folder / "blank.pdf"


def by_poppler(folder: Path, key: Path, root: Path) -> bytes:
    """poppler with NSS: `pdfsig -add-signature`."""
    store = f"sql:{folder}"
    run("certutil", "-N", "-d", store, "--empty-password")
    run("pk12util", "-i", key, "-d", store, "-W", DEMO_PASSWORD, "-K", "")
    run("certutil", "-A", "-d", store, "-n", "root", "-t", "CT,C,C", "-a", "-i", root)
    listed = run("certutil", "-L", "-d", store).stdout.decode().splitlines()
    name = next(line.rsplit(maxsplit=1)[0] for line in listed if line.endswith("u,u,u"))
    # Its own shutdown complains about what it still holds, after the file is written.
    subprocess.run(
        ["pdfsig", "-nssdir", store, "-add-signature", "-nick", name, blank(folder), folder / "signed.pdf"],
        capture_output=True, timeout=60,
    )  # fmt: skip
    return (folder / "signed.pdf").read_bytes()


def by_openssl(folder: Path, key: Path, root: Path) -> bytes:
    """OpenSSL's `cms -sign -cades` over a file put together by hand, as small programs of offices do."""
    own, chain = folder / "own.pem", folder / "chain.pem"
    opened = ("openssl", "pkcs12", "-in", key, "-passin", f"pass:{DEMO_PASSWORD}", "-nodes")
    run(*opened, "-clcerts", "-out", own)
    run(*opened, "-cacerts", "-nokeys", "-out", chain)
    with pikepdf.open(blank(folder)) as pdf:
        value = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Sig, Filter=pikepdf.Name("/Adobe.PPKLite"), SubFilter=pikepdf.Name("/ETSI.CAdES.detached"),
                Contents=pikepdf.String(bytes(8000)), ByteRange=[0, 10**9, 10**9, 10**9],
            )
        )  # fmt: skip
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig, T="ChuKy", V=value, Rect=[0, 0, 0, 0], F=132,
                P=pdf.pages[0].obj,
            )
        )  # fmt: skip
        pdf.pages[0].obj.Annots = [field]
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
        pdf.save(folder / "open.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = (folder / "open.pdf").read_bytes()
    begun = data.index(b"<" + b"00" * 8000 + b">")
    ended = begun + 2 + 16000
    old = b"[ 0 1000000000 1000000000 1000000000 ]"
    new = b"[0 %d %d %d]" % (begun, ended, len(data) - ended)
    data = data.replace(old, new.ljust(len(old)))
    (folder / "text").write_bytes(data[:begun] + data[ended:])
    der = run(
        "openssl", "cms", "-sign", "-cades", "-binary", "-md", "sha256", "-outform", "DER", "-in", folder / "text",
        "-signer", own, "-inkey", own, "-certfile", chain,
    ).stdout  # fmt: skip
    assert cms.ContentInfo.load(der)["content_type"].native == "signed_data"
    return data[: begun + 1] + der.hex().encode().ljust(16000, b"0") + data[ended - 1 :]


@pytest.mark.parametrize("sign", [by_poppler, by_openssl])
@pytest.mark.parametrize(("change", "expected"), [("", "valid"), ("one byte", "invalid")])
def test_the_desk_and_the_command_agree(office, keys, pki, tmp_path, sign, change, expected):
    key = Path(_settings.SIGNING_KEY_DIR) / personal_certificate(office.dung.user).key_ref
    data = sign(tmp_path, key, keys / "root.pem")
    if change:
        at = data.index(b"595")
        data = data[:at] + b"596" + data[at + 3 :]
    path = tmp_path / "asked.pdf"
    path.write_bytes(data)
    command = [sys.executable, "-m", "signatures.verify", path, "--trust", keys / "root.pem", "--offline"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, text=True)
    told = json.loads(done.stdout)
    verdict, report = signing.check(data)
    assert (told["verdict"], done.returncode) == (verdict, {"valid": 0, "invalid": 1}[expected])
    assert verdict == expected, report
    (one,) = told["signatures"]
    assert one["who"] == "Phạm Tiến Dũng" == report["signatures"][0]["signer_name"]
