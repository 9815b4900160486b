"""The Chinese name of an article in, its English name out."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LAWS: Mapping[str, str] = {
    "第53号令": "order 53",
    "行政处罚法": "Administrative Punishment Law",
    "行政复议法": "Administrative Reconsideration Law",
    "行政诉讼法": "Administrative Litigation Law",
    "行政强制法": "Administrative Enforcement Law",
    "法释〔2018〕1号": "judicial reading 2018 no. 1",
}
_ARTICLE = re.compile("第([一二三四五六七八九十百零]+)条(?:第（([一二三四五六七八九十]+)）项)?")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}


def in_english(article: str) -> str:
    """``in_english("第53号令第十四条第（二）项") == "order 53 article 14(2)"``."""
    for zh, en in _LAWS.items():
        article = article.replace(zh, en + " ")
    said = _ARTICLE.sub(lambda met: _numbered(met[1], met[2]), article)
    return said.replace("、", ", ").replace("；", "; ")


def _numbered(article: str, item: str | None) -> str:
    return f"article {_number(article)}" + (f"({_number(item)})" if item else "")


def _number(said: str) -> int:
    """A number below a thousand: ``一百五十三`` is 153."""
    total, digit = 0, 0
    for sign in said:
        if sign in "百十":
            total += (digit or 1) * (100 if sign == "百" else 10)
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit
