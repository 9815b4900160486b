"""What the record refuses, in sentences: what has ended, what nobody knows, what came too late."""

from __future__ import annotations

from collections.abc import Sequence

from landgis.errors import ChangedMeanwhile, Gone, NotFound, UsageError
from landgis.schema import LAYERS, LayerSchema
from landgis.store import facts, history
from landgis.store.connection import Connection
from landgis.store.interface import Delivery

LONGEST_ID = 300
"""No more of an id is told."""


def refuse_ended(
    db: Connection, schema: LayerSchema, feature_id: str, known: int, tolerance_m: float
) -> None:
    """Raise ``Gone`` for a feature that was ended by ``known``, with whose land it is now."""
    rev = facts.ended(db, schema, feature_id, known)
    if rev is not None:
        found = facts.successors(db, schema, feature_id, rev, tolerance_m)
        raise _gone(schema, feature_id, rev, *found)


def _gone(
    schema: LayerSchema, feature_id: str, rev: int, heirs: tuple[str, ...], merged_into: str
) -> Gone:
    named = feature_id[:LONGEST_ID]
    now = f" its land is now {', '.join(heirs)};" if heirs else ""
    now_zh = f"其土地现属 {'、'.join(heirs)}；" if heirs else ""
    return Gone(
        f"{schema.name} '{named}' was ended in revision {rev};{now} ask with known={rev - 1} for "
        "what it was.",
        f"{schema.zh}“{named}”已在数据版本 {rev} 中终止；{now_zh}可用 known={rev - 1} 查询原状。",
        heirs,
        merged_into,
    )


def one_layer(deliveries: Sequence[Delivery]) -> str:
    """The layer of deliveries; raises ``UsageError`` where they are of several."""
    layers = {d.layer.name for d in deliveries}
    if len(layers) != 1:
        raise UsageError(
            f"a revision takes the files of one layer, not of {len(layers)}.",
            f"一次入库只接受一个图层的文件，收到 {len(layers)} 个。",
        )
    return layers.pop()


def refuse_unknown(db: Connection, supply_id: str, tolerance_m: float) -> None:
    """Raise ``NotFound``, or ``Gone``, for a supply that is not known now."""
    sql = "SELECT 1 FROM supplies WHERE supply_id = ? AND rev_to IS NULL"
    if not db.execute(sql, (supply_id,)).fetchone():
        refuse_ended(db, LAYERS["supplies"], supply_id, history.head(db), tolerance_m)
        raise NotFound(
            f"there is no supply '{supply_id}': check the number.",
            f"没有供地“{supply_id}”：请核对编号。",
        )


def refuse_overtaken(name: str, cut: int | None, rev: int, since: int | None) -> None:
    """Raise ``ChangedMeanwhile`` where a later revision was cut, or not ``since`` but another."""
    if cut is not None and (cut > rev or since not in (None, cut)):
        raise ChangedMeanwhile(
            f"the store '{name}': revision {cut} was cut meanwhile, so the cut of {rev} is too "
            "old; try again.",
            f"数据库“{name}”：期间版本 {cut} 已完成切分，版本 {rev} 的切分已过时，请重试。",
        )
