from django.urls import path

from orgs.views import accounts, authorities, imports, notices, posts, registry, sign_in

urlpatterns = [
    path("dang-nhap/", sign_in.login, name="login"),
    path("dang-xuat/", sign_in.logout, name="logout"),
    path("xac-nhan/", sign_in.prove, name="prove"),
    path("doi-mat-khau/", sign_in.password, name="password"),
    path("thong-bao/", notices.notices, name="notices"),
    path("thong-bao/da-xem/", notices.notices_seen, name="notices_seen"),
    path("vai-tro/", posts.act_as, name="act_as"),
    path("uy-quyen/", posts.delegations, name="delegations"),
    path("uy-quyen/<int:pk>/huy/", posts.delegation_cancel, name="delegation_cancel"),
    path("to-chuc/", registry.registry, name="registry"),
    path("to-chuc/tim/", registry.organisation_picker, name="organisation_picker"),
    path("to-chuc/<int:pk>/", registry.organisation, name="organisation"),
    path("don-vi/tham-quyen-ky/", authorities.authorities, name="authorities"),
    path("don-vi/tham-quyen-ky/giao/", authorities.authority_grant, name="authority_grant"),
    path("don-vi/tham-quyen-ky/<int:pk>/ket-thuc/", authorities.authority_end, name="authority_end"),
    path("quan-tri/to-chuc/nhap/", imports.import_orgs, name="import_orgs"),
    path("quan-tri/nguoi-dung/", accounts.users, name="users"),
    path("quan-tri/nguoi-dung/them/", accounts.user_add, name="user_add"),
    path("quan-tri/nguoi-dung/<int:pk>/", accounts.user, name="user"),
    path("quan-tri/nguoi-dung/<int:pk>/khoa/", accounts.user_lock, name="user_lock"),
    path("quan-tri/nguoi-dung/<int:pk>/mo-khoa/", accounts.user_unlock, name="user_unlock"),
    path("quan-tri/nguoi-dung/<int:pk>/mat-khau/", accounts.user_password, name="user_password"),
    path("quan-tri/nguoi-dung/<int:pk>/vi-tri/", accounts.post_add, name="post_add"),
    path("quan-tri/vi-tri/<int:pk>/ket-thuc/", accounts.post_end, name="post_end"),
]
