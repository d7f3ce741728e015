from django.urls import path

from interop.views import directory, exchange, explain, packages

urlpatterns = [
    path("lien-thong/", exchange.exchange, name="exchange"),
    path("lien-thong/danh-ba/", directory.directory, name="exchange_directory"),
    path("lien-thong/gui-lai/", exchange.retry, name="exchange_retry"),
    path("lien-thong/doi-chieu/", exchange.compare, name="exchange_compare"),
    path("lien-thong/giai-trinh/", explain.explain, name="exchange_explain"),
    path("lien-thong/da-giai-trinh/", explain.explained, name="exchange_explained"),
    path("lien-thong/goi/", packages.packages, name="exchange_packages"),
    path("lien-thong/goi/<int:pk>/", packages.package, name="exchange_package"),
    path("lien-thong/goi/<int:pk>/tai/", packages.raw_in, name="exchange_raw"),
    path("lien-thong/goi-di/<int:pk>/", packages.package_out, name="exchange_package_out"),
    path("lien-thong/goi-di/<int:pk>/tai/", packages.raw_out, name="exchange_raw_out"),
    path("lien-thong/goi/<int:pk>/xep-lai/", packages.close, name="exchange_close"),
    path("lien-thong/goi/<int:pk>/mo-lai/", exchange.open_again, name="exchange_open_again"),
]
