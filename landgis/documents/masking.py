"""The name of a holder in, as the public may read it out: of natural persons only the surname."""

from __future__ import annotations

import re

_HAN = "[\u4e00-\u9fff]"
_BETWEEN = re.compile(rf"[、,，;；/／|&＆]|(?<={_HAN}{_HAN})\s+(?={_HAN}{_HAN})")
_PERSON = re.compile(rf"{_HAN}{{2,4}}|{_HAN}{{1,12}}·[\u4e00-\u9fff·]{{1,12}}")
_BODY = re.compile(r".*(公司|集团|厂|店|行|社|院|校|所|局|委|部|处|会|中心|政府|企业|队|站|村|组)$")
_LATIN = re.compile(r"[A-Za-z][A-Za-z.'-]*( [A-Za-z.'-]+){1,3}")
_LATIN_BODY = re.compile(
    r".*\b(ltd|limited|inc|co|corp|company|llc|gmbh|group|bank)\b", re.IGNORECASE
)
_MORE = re.compile(
    r"(?P<name>.{2,}?)(?P<aside>[（(].*[)）])?(?P<more>等[0-9一二三四五六七八九十两]*[人户名位]?)?"
)
_CREDIT = re.compile(r"[0-9A-Z]{2}\d{6}[0-9A-Z]{10}")
_CARD = re.compile(r"\d{17}[\dX]")
_OWN_NAME = "92"
"""So begins the code of an individual business, whose name may be that of its owner."""


_LONGEST = 200
"""No person's name is longer."""


def masked(holder: str, credit_code: object = None) -> str:
    """A holder as the public may read it: of a natural person only the surname.

    Who has no credit code of an organisation and a name like a person's is taken for one: rather
    mask too much. What stands in brackets behind such a name is left out, 等3人 stays.
    """
    if _is_organisation(credit_code):
        return holder
    return "、".join(_masked(name.strip()) for name in _BETWEEN.split(holder))


def _is_organisation(code: object) -> bool:
    """Whether it is a unified credit code (GB 32100) and that of no person's own business."""
    said = code.strip().upper() if isinstance(code, str) else ""
    is_card = bool(_CARD.fullmatch(said)) and not said.startswith("9")
    return bool(_CREDIT.fullmatch(said)) and not is_card and not said.startswith(_OWN_NAME)


def _masked(name: str) -> str:
    if len(name) > _LONGEST:
        return name
    if _LATIN.fullmatch(name) and not _LATIN_BODY.fullmatch(name):
        return name[0] + "＊" * (len(name) - 1)
    met = _MORE.fullmatch(name)
    bare = re.sub(r"\s", "", met["name"] if met else name)
    if not _PERSON.fullmatch(bare) or _BODY.fullmatch(bare):
        return name
    return bare[0] + "＊" * (len(bare) - 1) + ((met and met["more"]) or "")
