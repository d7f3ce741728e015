from django.urls import path

from signatures import (
    batch_views,
    certificate_views,
    checking_views,
    copy_views,
    image_views,
    proof_views,
    public_views,
    signing_views,
    views,
)

urlpatterns = [
    path("kiem-tra-chu-ky/", public_views.public_check, name="public_check"),
    path("kt/", public_views.public_code, name="public_code"),
    path("kt/<str:code>/", public_views.public_paper, name="public_paper"),
    path("van-ban-di/<int:pk>/ban-in/", views.print_copy, name="outgoing_print"),
    path("ky-hang-loat/", batch_views.sign_many, name="sign_many"),
    path("ky-hang-loat/<int:pk>/", batch_views.batch, name="batch"),
    path("ky-hang-loat/<int:pk>/finish/", batch_views.batch_finish, name="batch_finish"),
    path("ky-hang-loat/<int:pk>/cancel/", batch_views.batch_cancel, name="batch_cancel"),
    path("chu-ky/hinh-anh/", image_views.own_image, name="own_image"),
    path("chu-ky/hinh-anh/<int:pk>/", image_views.signature_picture, name="signature_picture"),
    path("don-vi/con-dau/", image_views.seal_image, name="seal_image"),
    path("van-ban-den/<int:pk>/certify_copy/", copy_views.certify_copy, name="incoming_certify_copy"),
    path("van-ban-den/<int:pk>/recheck/", checking_views.recheck, name="incoming_recheck"),
    path("quan-tri/chung-thuc/", checking_views.authorities, name="trusted_authorities"),
    path("quan-tri/chung-thuc/them/", checking_views.authority_add, name="trusted_authority_add"),
    path("quan-tri/chung-thuc/<int:pk>/thoi/", checking_views.authority_end, name="trusted_authority_end"),
    path("quan-tri/chung-thu/", certificate_views.certificates, name="certificates"),
    path("quan-tri/chung-thu/dang-ky/", certificate_views.certificate_add, name="certificate_add"),
    path("quan-tri/chung-thu/<int:pk>/", certificate_views.certificate, name="certificate"),
    path(
        "quan-tri/chung-thu/<int:pk>/thoi/", certificate_views.certificate_retire, name="certificate_retire"
    ),
    path(
        "quan-tri/chung-thu/<int:pk>/hoi-lai/", certificate_views.certificate_check, name="certificate_check"
    ),
    path("chu-ky/chung-thu/", certificate_views.own_certificates, name="own_certificates"),
    path("quan-tri/bang-chung/", proof_views.proofs, name="proofs"),
    path("quan-tri/bang-chung/gia-han/", proof_views.proofs_renew, name="proofs_renew"),
    path("ky-so/<int:pk>/", signing_views.signing, name="signing"),
    path("ky-so/<int:pk>/finish/", signing_views.signing_finish, name="signing_finish"),
    path("ky-so/<int:pk>/cancel/", signing_views.signing_cancel, name="signing_cancel"),
    path("van-ban-di/<int:pk>/approve/", views.approve, name="outgoing_approve"),
    path("van-ban-di/<int:pk>/sign/", views.sign, name="outgoing_sign"),
    path("van-ban-di/<int:pk>/number/", views.number, name="outgoing_number"),
    path("van-ban-di/<int:pk>/seal/", views.number, name="outgoing_seal"),
    path("van-ban-di/<int:pk>/issue/", views.number, name="outgoing_issue"),
]
