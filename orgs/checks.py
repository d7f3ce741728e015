"""What a server must not start with: providers that cannot be read, a database that loses Vietnamese letters."""

from django.core.checks import Error, Tags, register
from django.db import connections

from orgs.identity import openid


@register
def providers_can_be_read(app_configs, **kwargs):
    try:
        openid.configured()
    except (ValueError, OSError) as error:
        return [Error(f"OPENID_PROVIDERS: {error}", id="orgs.E001")]
    return []


@register(Tags.database)
def letters(app_configs, databases=None, **kwargs) -> list[Error]:
    """Asked by `migrate` and `check --database default`. With lc_ctype C the search drops Đ, ặ … without a word."""
    found = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
            )
            ctype, encoding = cursor.fetchone()
        if ctype in ("C", "POSIX") or encoding != "UTF8":
            found.append(
                Error(
                    f"Cơ sở dữ liệu có lc_ctype “{ctype}”, bảng mã {encoding}: tìm kiếm sẽ bỏ mất chữ Đ, ặ, ữ …",
                    hint="Tạo lại cơ sở dữ liệu: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'.",
                    id="orgs.E002",
                )
            )
    return found
