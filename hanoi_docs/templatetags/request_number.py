from django import template

from hanoi_docs import logs

register = template.Library()


@register.simple_tag
def request_number() -> str:
    """mã yêu cầu, as the log has it. No variable: a page about an error may be made without any."""
    return logs.request_id.get()
