from django.urls import path

from interop import package_views, views, views_directory, views_explain

urlpatterns = [
    path("lien-thong/", views.exchange, name="exchange"),
    path("lien-thong/danh-ba/", views_directory.directory, name="exchange_directory"),
    path("lien-thong/gui-lai/", views.retry, name="exchange_retry"),
    path("lien-thong/doi-chieu/", views.compare, name="exchange_compare"),
    path("lien-thong/giai-trinh/", views_explain.explain, name="exchange_explain"),
    path("lien-thong/da-giai-trinh/", views_explain.explained, name="exchange_explained"),
    path("lien-thong/goi/", package_views.packages, name="exchange_packages"),
    path("lien-thong/goi/<int:pk>/", package_views.package, name="exchange_package"),
    path("lien-thong/goi/<int:pk>/tai/", package_views.raw_in, name="exchange_raw"),
    path("lien-thong/goi-di/<int:pk>/", package_views.package_out, name="exchange_package_out"),
    path("lien-thong/goi-di/<int:pk>/tai/", package_views.raw_out, name="exchange_raw_out"),
    path("lien-thong/goi/<int:pk>/xep-lai/", package_views.close, name="exchange_close"),
    path("lien-thong/goi/<int:pk>/mo-lai/", views.open_again, name="exchange_open_again"),
]
