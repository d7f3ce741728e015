"""Texts of the law on pages, as they are called today."""

from django import template

from orgs.law import cited as with_names

register = template.Library()


@register.simple_tag
def law(key: str) -> str:
    """{% law "clerical_work" %}: the name of the decree in force."""
    return with_names(f"{{{key}}}")


@register.filter
def cited(text: str) -> str:
    """A sentence that names texts by their keys (`orgs.law.cited`)."""
    return with_names(str(text))
