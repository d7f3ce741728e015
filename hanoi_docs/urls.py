from django.urls import include, path

from hanoi_docs.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("orgs.urls")),
    path("", include("documents.urls")),
    path("", include("signatures.urls")),
    path("", include("interop.urls")),
]
