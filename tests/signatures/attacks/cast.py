"""The honest files the attacks begin with, and who signs them."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner, fields
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

from documents.layout import prepare, render
from documents.layout.dates import date_text
from signatures.pades import certify, seal
from signatures.providers.file import FileKey
from signatures.services import Services
from simulators import pki as demo_pki
from simulators.pki import moment
from tests.documents.papers import DECISION
from tests.signatures.pki_process import Pki

BODY = "Ủy ban nhân dân thành phố Hà Nội"


class _Careless(PdfSigner):
    """Signs also where an earlier signature forbids it."""

    def _enforce_certification_constraints(self, *args, **kwargs):
        return


@dataclass
class Cast:
    """Keys and papers; made once. `folder` is empty at first."""

    folder: Path

    def __post_init__(self):
        self.now = datetime.now(UTC).replace(microsecond=0)
        demo_pki.build_ca(self.folder / "honest")
        self._signers: dict = {}
        demo_pki.build_ca(self.folder / "false")  # the same names, other keys

    @property
    def roots(self) -> list[bytes]:
        return [(self.folder / "honest/root.pem").read_bytes()]

    @cached_property
    def live(self) -> Pki:
        """An authority whose services answer; started for the first who asks, ended by `close`."""
        return Pki(self.folder / "live")

    @property
    def live_roots(self) -> list[bytes]:
        return [self.live.root.read_bytes()]

    def close(self) -> None:
        if "live" in self.__dict__:
            self.live.stop()

    def data(self, house: str = "honest", who: str = "Hoàng Gia Khánh", **how) -> bytes:
        return demo_pki.issue_person(self.folder / house, who, BODY, "Phó Chủ tịch", **how)

    def person(self, house: str = "honest", **how) -> FileKey:
        return FileKey.load(self.data(house, **how), demo_pki.DEMO_PASSWORD)

    def agency(self, house: str = "honest") -> FileKey:
        return FileKey.load(demo_pki.issue_agency(self.folder / house, BODY, "H26"), demo_pki.DEMO_PASSWORD)

    def services(self, house: str = "honest", at: datetime | None = None) -> Services:
        return self.services_of(self.folder / house, at)

    def services_of(self, folder: Path, at: datetime | None = None) -> Services:
        told = moment.services(folder, at=at or self.now)
        return Services(told.timestamper, told.evidence)

    @cached_property
    def prepared(self) -> bytes:
        return prepare(render(DECISION))

    @cached_property
    def signed(self) -> bytes:
        """By the person; form filling is open."""
        return certify(self.prepared, self.person(), at=self.now)

    @cached_property
    def sealed(self) -> bytes:
        return self.seal(self.signed, self.agency())

    def seal(self, pdf: bytes, key: FileKey) -> bytes:
        day = date_text(date(2026, 8, 17))
        return seal(
            pdf,
            key,
            number_text="05",
            date_text=day,
            at=self.now,
        )

    def approve_at(self, level: str) -> bytes:
        """The person's signature at a higher level."""
        return certify(self.prepared, self.person(), at=self.now, level=level, services=self.services())

    def approve(
        self, pdf: bytes, *, house="honest", field="KySo", box=None, certify=False, perm=MDPPerm.FILL_FORMS,
        lock=None, cades=False, digest="sha256", who="Hoàng Gia Khánh", change=None, **how,
    ) -> bytes:  # fmt: skip
        """As another tool signs: an ordinary signature in a field of its own; in the one that `change(writer)` makes
        or alters in the same update, when given."""
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        spec = fields.SigFieldSpec(field, on_page=0, box=box, field_mdp_spec=lock)
        if change:
            change(writer)
            spec = None
        form = SigSeedSubFilter.PADES if cades else SigSeedSubFilter.ADOBE_PKCS7_DETACHED
        meta = PdfSignatureMetadata(
            field_name=field, md_algorithm=digest, subfilter=form, certify=certify, docmdp_permissions=perm,
        )  # fmt: skip
        out = io.BytesIO()
        signer = self.simple(house, who=who, **how)
        _Careless(meta, signer, new_field_spec=spec).sign_pdf(writer, bytes_reserved=16384, output=out)
        return out.getvalue()

    def simple(self, house: str = "honest", **how) -> SimpleSigner:
        key = house, *sorted(how.items())
        if key not in self._signers:
            path = self.folder / f"{house}.p12"
            path.write_bytes(self.data(house, **how))
            secret = demo_pki.DEMO_PASSWORD.encode()
            self._signers[key] = SimpleSigner.load_pkcs12(str(path), passphrase=secret)
        return self._signers[key]
