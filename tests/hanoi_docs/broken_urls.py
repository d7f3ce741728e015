"""The addresses of the system, and one whose view breaks on a row that quotes a paper."""

from django.db import connection
from django.urls import include, path


def broken(request, pk):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'Trích yếu không ai được đọc'::integer")


urlpatterns = [path("hong/<int:pk>/", broken, name="broken"), path("", include("hanoi_docs.urls"))]
