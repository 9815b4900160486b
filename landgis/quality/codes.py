"""Codes by pattern and check digit: districts, parcels, supervision numbers, credit codes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from landgis.stations import Mask

DISTRICT = r"\d{6}(?:\d{3})?(?:\d{3})?"
"""GB/T 2260: six digits; towns and system-internal codes add three or six."""
DISTRICT_ALIASES: Mapping[str, str] = {"410728": "410783"}
"""Codes out of use -> codes in force (长垣县 became 长垣市 in 2019)."""

PARCEL = r"\d{6}\d{3}\d{3}[GJZ][A-Z]\d{5}(?:[FLQW]\d{8})?"
"""宗地代码 of 19 and 不动产单元代码 of 28 characters."""
PARCEL_LENGTHS = (19, 28)

SUPERVISION = r"\d{6}(?:19|20)\d{2}[A-Z][0-9A-Z]\d{4}"
"""电子监管号 of a supply: region, year, letter, five more of which the first may be a letter."""

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_LENGTH = 18


def bad_districts(codes: pd.Series) -> Mask:
    """Where a district code has not the form of one; empty is not bad."""
    return _unlike(codes, DISTRICT)


def bad_parcels(codes: pd.Series) -> Mask:
    """Where a code as long as a parcel code is none; other numbers are the bureau's own."""
    return codes.str.len().isin(PARCEL_LENGTHS).to_numpy(bool) & _unlike(codes, PARCEL)


def bad_supervision_numbers(codes: pd.Series) -> Mask:
    """Where a number of 16 characters is no supervision number."""
    return (codes.str.len() == 16).to_numpy(bool) & _unlike(codes, SUPERVISION)


def bad_credit_codes(codes: pd.Series) -> Mask:
    """Where a unified social credit code fails its check character (weights 3^i modulo 31)."""
    wrong = {c for c in codes.dropna().unique() if not is_credit_code(c)}
    return codes.isin(wrong).to_numpy(bool)


def is_credit_code(code: str) -> bool:
    """Whether 18 characters carry the check character of GB 32100."""
    if len(code) != CREDIT_LENGTH or set(code) - set(CREDIT_ALPHABET):
        return False
    places = [CREDIT_ALPHABET.index(c) for c in code]
    total = sum(p * pow(3, i, 31) for i, p in enumerate(places[:-1]))
    return places[-1] == (31 - total % 31) % 31


def _unlike(codes: pd.Series, pattern: str) -> Mask:
    fits = codes.str.fullmatch(pattern)
    return (codes.notna() & ~fits.fillna(False).astype(bool)).to_numpy(bool)
