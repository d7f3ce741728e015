"""Packages of a file: AIP_hoso and SIP_hoso of TT 05/2025/TT-BNV on E-ARK CSIP, written, checked and read back. Plain Python with
lxml: it knows neither Django nor our tables, so that whoever has a package alone can ask it (`python -m casefiles.package FILE`)."""
