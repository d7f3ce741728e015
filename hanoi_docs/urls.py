from django.urls import include, path

from hanoi_docs.degraded.views import read_only
from hanoi_docs.health import healthz

handler500 = "hanoi_docs.degraded.away.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("quan-tri/chi-doc/", read_only, name="read_only"),
    path("", include("orgs.urls")),
    path("", include("documents.urls")),
    path("", include("signatures.urls")),
    path("", include("interop.urls")),
]
