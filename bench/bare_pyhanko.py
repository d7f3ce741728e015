"""pyHanko called bare, tuned as far as the library allows: what signing could cost without us.

The key object is kept (SimpleSigner reads it anew twice a signature), the container has a fixed size (no trial
signature), the look is one imported page (no fonts embedded).
"""

import io

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.layout.fields import PERSON
from signatures.providers.file import FileKey

_RESERVED = 16384
_AS_IT_IS = layout.SimpleBoxLayoutRule(
    layout.AxisAlignment.ALIGN_MID, layout.AxisAlignment.ALIGN_MID, margins=layout.Margins.uniform(0),
    inner_content_scaling=layout.InnerScaling.SHRINK_TO_FIT,
)  # fmt: skip


class BareSigner(signers.Signer):
    def __init__(self, held: FileKey):
        store = SimpleCertificateStore()
        store.register_multiple(held.identity.chain)
        super().__init__(signing_cert=held.identity.certificate, cert_registry=store, embed_roots=False)
        self._key = held.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class _OnePage(PdfContent):
    def __init__(self, page: PdfFileReader):
        super().__init__()
        self._page = page

    def render(self) -> bytes:
        form = self._ensure_writer.import_page_as_xobject(self._page)
        x0, y0, x1, y1 = (float(value) for value in form.get_object()["/BBox"])
        self.box = layout.BoxConstraints(width=x1 - x0, height=y1 - y0)
        self.resources.xobject["/Mark"] = form
        return b"/Mark Do"


def certify(pdf: bytes, signer: BareSigner, mark: PdfFileReader) -> bytes:
    """The person's signature at B-B into the prepared field, with its look."""
    meta = PdfSignatureMetadata(
        field_name=PERSON, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )  # fmt: skip
    style = StaticStampStyle(
        border_width=0, background=_OnePage(mark), background_layout=_AS_IT_IS, background_opacity=1
    )
    out = io.BytesIO()
    signers.PdfSigner(meta, signer, stamp_style=style).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        existing_fields_only=True,
        bytes_reserved=_RESERVED,
        output=out,
    )
    return out.getvalue()
