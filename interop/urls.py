from django.urls import path

from interop import views, views_directory

urlpatterns = [
    path("lien-thong/", views.exchange, name="exchange"),
    path("lien-thong/danh-ba/", views_directory.directory, name="exchange_directory"),
    path("lien-thong/gui-lai/", views.retry, name="exchange_retry"),
    path("lien-thong/goi/<int:pk>/", views.package, name="exchange_package"),
    path("lien-thong/goi/<int:pk>/mo-lai/", views.open_again, name="exchange_open_again"),
]
