from django.urls import path

from progress.reports.all import ADDRESSES
from progress.views import board, closing_day, report

urlpatterns = [
    path("theo-doi/bang-dieu-hanh/", board.board, name="board"),
    path("theo-doi/ngay-chot/", closing_day.closing_day, name="closing_day"),
    *(
        path(f"theo-doi/bao-cao/{address}/", report.report, {"name": name}, name=f"report_{name}")
        for name, address in ADDRESSES.items()
    ),
]
