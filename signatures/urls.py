from django.urls import path

from documents.access import incoming_for, outgoing_for
from documents.views.shared.former_addresses import formerly
from signatures.views import (
    batches,
    certificates,
    checking,
    copies,
    images,
    papers,
    proofs,
    public,
    secretary,
    signing,
)

urlpatterns = [
    path("kiem-tra-chu-ky/", public.public_check, name="public_check"),
    path("kt/", public.public_code, name="public_code"),
    path("kt/<str:code>/", public.public_paper, name="public_paper"),
    path("van-ban-di/<int:pk>/ban-in/", papers.print_copy, name="outgoing_print"),
    path("ky-hang-loat/", batches.sign_many, name="sign_many"),
    path("ky-hang-loat/<int:pk>/", batches.batch, name="batch"),
    path("ky-hang-loat/<int:pk>/hoan-tat/", batches.batch_finish, name="batch_finish"),
    path("ky-hang-loat/<int:pk>/huy/", batches.batch_cancel, name="batch_cancel"),
    path("chu-ky/hinh-anh/", images.own_image, name="own_image"),
    path("chu-ky/hinh-anh/<int:pk>/", images.signature_picture, name="signature_picture"),
    path("don-vi/con-dau/", images.seal_image, name="seal_image"),
    path("don-vi/con-dau/de-nghi/<int:pk>/", images.proposed_seal, name="proposed_seal"),
    path("van-ban-den/<int:pk>/ky-ban-sao/", copies.certify_copy, name="incoming_certify_copy"),
    path("ban-sao/<int:pk>/ky/", copies.copy_sign, name="copy_sign"),
    path("van-ban-den/<int:pk>/kiem-tra-lai/", checking.recheck, name="incoming_recheck"),
    path("quan-tri/chung-thuc/", checking.authorities, name="trusted_authorities"),
    path("quan-tri/chung-thuc/them/", checking.authority_add, name="trusted_authority_add"),
    path("quan-tri/chung-thuc/<int:pk>/thoi/", checking.authority_end, name="trusted_authority_end"),
    path("quan-tri/chung-thu/", certificates.certificates, name="certificates"),
    path("quan-tri/chung-thu/dang-ky/", certificates.certificate_add, name="certificate_add"),
    path("quan-tri/chung-thu/<int:pk>/", certificates.certificate, name="certificate"),
    path("quan-tri/chung-thu/<int:pk>/thoi/", certificates.certificate_retire, name="certificate_retire"),
    path("quan-tri/chung-thu/<int:pk>/hoi-lai/", certificates.certificate_check, name="certificate_check"),
    path("chu-ky/chung-thu/", certificates.own_certificates, name="own_certificates"),
    path("quan-tri/bang-chung/", proofs.proofs, name="proofs"),
    path("quan-tri/bang-chung/gia-han/", proofs.proofs_renew, name="proofs_renew"),
    path("ky-so/<int:pk>/", signing.signing, name="signing"),
    path("ky-so/<int:pk>/hoan-tat/", signing.signing_finish, name="signing_finish"),
    path("ky-so/<int:pk>/huy/", signing.signing_cancel, name="signing_cancel"),
    path("van-ban-di/<int:pk>/xem-va-ky/", papers.approve, name="outgoing_approve"),
    path("van-ban-di/<int:pk>/ky-ben-trai/", secretary.sign_secretary, name="outgoing_sign_secretary"),
    path("van-ban-di/<int:pk>/ky/", papers.sign, name="outgoing_sign"),
    path("van-ban-di/<int:pk>/cap-so/", papers.number, name="outgoing_number"),
    path("van-ban-di/<int:pk>/dong-dau/", papers.number, name="outgoing_seal"),
    path("van-ban-di/<int:pk>/phat-hanh/", papers.number, name="outgoing_issue"),
]

urlpatterns += [
    *formerly("van-ban-den", "incoming", incoming_for, ["certify_copy", "recheck"]),
    *formerly("van-ban-di", "outgoing", outgoing_for, ["approve", "sign", "number", "seal", "issue"]),
    *formerly("ky-so", "signing", signing.session_for, ["finish", "cancel"]),
    *formerly("ky-hang-loat", "batch", batches.batch_for, ["finish", "cancel"]),
]
