from django.urls import include, path

from hanoi_docs import installed
from hanoi_docs.degraded.views import read_only
from hanoi_docs.health import healthz
from hanoi_docs.keys import keys
from hanoi_docs.watch.metrics import metrics
from hanoi_docs.watch.views import system

handler500 = "hanoi_docs.degraded.away.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("ngoai-tuyen.js", installed.worker, name="worker"),
    path("ngoai-tuyen/", installed.offline, name="offline"),
    path("phim-tat/", keys, name="keys"),
    path("quan-tri/chi-doc/", read_only, name="read_only"),
    path("metrics", metrics, name="metrics"),
    path("quan-tri/he-thong/", system, name="system"),
    path("", include("orgs.urls")),
    path("", include("documents.urls")),
    path("", include("signatures.urls")),
    path("", include("interop.urls")),
    path("", include("casefiles.urls")),
    path("", include("progress.urls")),
]
