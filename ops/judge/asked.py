"""Runs in the judge's own environment: `python asked.py PACKAGE…`. Its vocabularies, which it would ask of the web, are these."""

import io
import json
import re
import sys
import urllib.request
from pathlib import Path

TERMS = {
    "ContentCategory": ["Textual works – Digital", "Collection", "Text", "Mixed", "Other"],
    "ContentInformationType": ["ERMS", "SIARD2", "citserms_v2_1", "citspremis_v1_0", "MIXED", "OTHER"],
    "OAISPackageType": ["SIP", "AIP", "DIP", "AIU", "AIC"],
    "Status": ["SUPERSEDED", "CURRENT"],
}
_VOCABULARY = re.compile(r"CSIPVocabulary(\w+)\.xml$")


def local(address, *args, **kwargs):
    terms = TERMS[_VOCABULARY.search(str(address))[1]]
    return io.BytesIO("\n".join(f"<Term>{term}</Term>" for term in terms).encode())


def asked(package: Path) -> dict:
    from eark_validator.packages import PackageValidator
    from eark_validator.specifications.specification import SpecificationVersion

    checked = PackageValidator(package, SpecificationVersion("V2.1.0"))
    report = json.loads(checked.validation_report.model_dump_json())
    metadata = report.get("metadata") or {}
    parts = [
        report["structure"],
        *(metadata.get(key) or {} for key in ("schema_results", "schematron_results")),
    ]
    messages = [one for part in parts for one in part.get("messages", [])]
    by = {"err": set(), "war": set()}
    for one in messages:
        by.setdefault(one["severity"].lower()[:3], set()).add(one["rule_id"])
    said = [str(part.get("status")).rpartition(".")[2] for part in parts]
    return {
        "structure": said[0], "schema": said[1], "schematron": said[2], "errors": sorted(by["err"]), "warnings": sorted(by["war"]),
    }  # fmt: skip


if __name__ == "__main__":
    urllib.request.urlopen = local
    for path in sys.argv[1:]:
        print(json.dumps(asked(Path(path)), ensure_ascii=False), flush=True)
