"""What a scan's own text proposes for the fields of its form. A proposal fills what is empty and never what was typed."""

import json

from django.http import QueryDict

from documents.actions.incoming.proposing import Proposals

_UNTYPED = {"kind": "CV"}  # what a field holds before anybody has touched it


def filled(data: QueryDict, found: Proposals) -> QueryDict:
    """`data` with the proposals where nothing was typed; those of an earlier scan that nobody touched give way."""
    before, values, data = proposed(data), dict(found.values), data.copy()
    if data.get("issuer_name", "").strip():
        values.pop("issuer", None)
    for name in {*before, *values}:
        untyped = _UNTYPED.get(name, "")
        if data.get(name, "").strip() in ("", untyped, before.get(name)):
            data[name] = values.get(name, untyped)
        else:
            values.pop(name, None)
    data["proposed"] = json.dumps(values)
    return data


def proposed(data: QueryDict) -> dict[str, str]:
    """What was proposed in an earlier round, by field. What makes no sense is nothing."""
    try:
        found = json.loads(data.get("proposed", ""))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}
