from django.core.checks import Error, register

from orgs import openid


@register
def providers_can_be_read(app_configs, **kwargs):
    try:
        openid.configured()
    except (ValueError, OSError) as error:
        return [Error(f"OPENID_PROVIDERS: {error}", id="orgs.E001")]
    return []
