"""What a rule rests on: the instrument, the place in it, its words, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from landgis.terms import Term


class Certainty(Term):
    """How sure a cited fact is; what is unverified is configuration, never a hard fact."""

    TEXT = "text", "已读全文"
    EXCERPT = "excerpt", "已读摘录"
    READING = "reading", "我们的理解"
    UNVERIFIED = "unverified", "未核实，使用前须核对"


class Wording(StrEnum):
    """Whether the quoted words were compared with the published text."""

    CHECKED = "checked"
    UNVERIFIED = "unverified"


class Status(Term):
    """Whether a rule may be relied on: an unverified one is checked before use."""

    VERIFIED = "verified", "已核对"
    UNVERIFIED = "unverified", "未核实，使用前须核对"


@dataclass(frozen=True)
class Instrument:
    """A law, an order or a ruling: its names and its number."""

    zh: str
    en: str
    number: str


@dataclass(frozen=True)
class Citation:
    """One place in an instrument: article as a short code and in Chinese, its operative words."""

    instrument: Instrument
    article: str
    zh: str
    quote: str
    certainty: Certainty
    wording: Wording = Wording.CHECKED

    def label(self, lang: str = "zh") -> str:
        """The place as people write it: 《闲置土地处置办法》（国土资源部令第53号）第二条第一款."""
        work = self.instrument
        if lang == "zh" and work.number.startswith("（"):
            return f"{work.zh}{work.number}{self.zh}"
        if lang == "zh":
            return f"《{work.zh}》（{work.number}）{self.zh}"
        article = f", art. {self.article}" if self.article else ""
        return f"{work.en}{article}"

    @property
    def is_checked(self) -> bool:
        """Whether both the fact and the quoted words were read in a text."""
        return self.certainty is not Certainty.UNVERIFIED and self.wording is Wording.CHECKED
