"""Every error the system raises on purpose, one tree.

    LandgisError
    ├── InputError            the user's file or row is refused
    │   ├── UnreadableFile    missing, empty, broken or of a kind we do not read
    │   ├── UnknownCRS        no coordinate system, or one that cannot be trusted
    │   ├── RefusedImport     issues of severity error that were not accepted
    │   ├── RefusedStep       a step of a case that may not come now
    │   └── RefusedNotice     a notice of which something is missing that the law demands
    ├── UsageError            a command or parameter that makes no sense
    │   └── NotFound          no such layer, feature, supply, revision or rule
    │       └── Gone          it was there in an earlier revision and has been ended
    ├── RulebookError         a rule that does not load
    ├── StoreError            the store is missing, foreign, busy or damaged
    │   └── ChangedMeanwhile  another wrote first: look again, then decide again
    ├── PortTaken             another program answers at the port already
    └── BaseMapUnreachable    the service of a base map gives no tile

An error is one sentence: what, where (file, row, column), what to do. It is told in English and
in Chinese; the shell picks the language.
"""

from __future__ import annotations

import errno

REFUSED = {
    errno.ENOENT: "文件或文件夹不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹",
    errno.ENOTDIR: "路径中有一级不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EROFS: "只读文件系统",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EFBIG: "文件过大",
    errno.EIO: "读写错误",
    errno.ELOOP: "链接循环",
    errno.ETXTBSY: "文件正被使用",
    errno.EBUSY: "文件正被使用",
    errno.EMFILE: "打开的文件过多",
    errno.ENXIO: "设备不存在",
    errno.EINVAL: "路径无效",
}
"""What the system refuses, in Chinese; it speaks English itself."""


def why_zh(error: OSError) -> str:
    """Why the system refused a file, in Chinese; the number of the error where it is a rare one."""
    return REFUSED.get(error.errno or 0, f"系统错误 {error.errno}")


class LandgisError(Exception):
    """One sentence in two languages, with the place it speaks of."""

    def __init__(
        self,
        en: str,
        zh: str,
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        """Keep both sentences and the place."""
        super().__init__(en)
        self.en = en
        self.zh = zh
        self.file = file
        self.row = row
        self.column = column

    def sentence(self, lang: str = "en") -> str:
        """The sentence in ``zh`` or ``en``, opened by the place where there is one."""
        place = ":".join(str(p) for p in (self.file, self.row, self.column) if p is not None)
        text = self.zh if lang == "zh" else self.en
        return f"{place}: {text}" if place else text


class InputError(LandgisError):
    """The user's file, row or value is refused."""


class UnreadableFile(InputError):
    """A file that is missing, empty, broken or of a kind that is not read."""


class UnknownCRS(InputError):
    """No coordinate system, or one that cannot be trusted."""


class RefusedImport(InputError):
    """The data have issues of severity error that were not accepted."""


class RefusedStep(InputError):
    """A step of a case out of order, too early, or without what it needs."""


class RefusedNotice(InputError):
    """A notice that lacks what its article demands; the sentence lists all of it."""


class UsageError(LandgisError):
    """A command or a parameter that makes no sense."""


class NotFound(UsageError):
    """No such layer, feature, supply, revision or rule."""


class Gone(NotFound):
    """What was there in an earlier revision of the record and has been ended since.

    ``successors`` are the ids of those who have its land, ``merged_into`` is the one that has all
    of it ('' where none has).
    """

    def __init__(
        self, en: str, zh: str, successors: tuple[str, ...] = (), merged_into: str = ""
    ) -> None:
        super().__init__(en, zh)
        self.successors = successors
        self.merged_into = merged_into


class RulebookError(LandgisError):
    """A rule that does not load, with its file and line."""


class StoreError(LandgisError):
    """The store is missing, foreign, busy, or damaged."""


class ChangedMeanwhile(StoreError):
    """Another wrote first, so that what was decided rests on what is no longer so."""


class PortTaken(LandgisError):
    """Another program answers at the port that was to be served."""


class BaseMapUnreachable(LandgisError):
    """The service from which a base map comes does not answer with a tile."""
