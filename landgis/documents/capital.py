"""Amounts of money in Chinese capital numerals (人民币大写), and shares in words."""

from __future__ import annotations

from fractions import Fraction

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLAIN = "零一二三四五六七八九"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
WHOLE = 100
LARGEST_FEN = 10**18 - 1
"""What the groups reach: below ten thousand times a hundred million yuan."""


def capital(fen: int) -> str:
    """``capital(123_05) == "人民币壹佰贰拾叁元零伍分"``; raises ``ValueError`` out of range.

    Source: 支付结算办法, annex 1: 整 after yuan, 零 for each gap once.
    """
    if not 0 <= fen <= LARGEST_FEN:
        raise ValueError(fen)
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"人民币{whole or '零元'}整"
    if cents == 0:
        return f"人民币{whole}{_DIGITS[jiao]}角整"
    tens = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return f"人民币{whole}{tens}{_DIGITS[cents]}分"


def percent(share: Fraction) -> str:
    """The number behind 百分之: ``percent(Fraction(20)) == "二十"``; two decimals at most.

    Raises ``ValueError`` beyond a hundred.
    """
    if not 0 <= share <= WHOLE:
        raise ValueError(share)
    if share == WHOLE:
        return "一百"
    tens, ones = divmod(int(share), 10)
    lead = "十" if tens == 1 else f"{_PLAIN[tens]}十" if tens else ""
    whole = lead + (_PLAIN[ones] if ones or not tens else "")
    decimals = f"{float(share):.2f}".partition(".")[2].rstrip("0")
    return whole + ("点" + "".join(_PLAIN[int(d)] for d in decimals) if decimals else "")


def count(number: int) -> str:
    """A number of days or months in words: ``count(60) == "六十"``; in figures beyond a hundred."""
    return percent(Fraction(number)) if number <= WHOLE else str(number)


def _whole(number: int) -> str:
    said = ""
    gap = False  # the number before this group ends in a zero
    for place in reversed(range(len(_GROUPS))):
        group = number // 10_000**place % 10_000
        if not group:
            gap = bool(said)
            continue
        said += "零" if said and (gap or group < 1000) else ""
        said += _group(group) + _GROUPS[place]
        gap = group % 10 == 0
    return said


def _group(number: int) -> str:
    """A number below ten thousand."""
    said = ""
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if digit:
            said += _DIGITS[digit] + _PLACES[place]
        elif said and number % 10**place:
            said += "" if said.endswith("零") else "零"
    return said
