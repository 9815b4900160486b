"""What only the record can tell of what arrives."""

from __future__ import annotations

from landgis.kinds.sentence import error, info, warning
from landgis.terms import Owner

DELIVERY_SHRINKS = error(
    "a full delivery leaves out {value} of what is recorded",
    "全量数据缺少已入库要素：{value}",
    "deliver what is missing, or accept that it ends with --accept delivery_shrinks",
    "补充缺失数据；如确已终止，请用 --accept delivery_shrinks 接受",
)
VALUES_LOST = error(
    "the file says nothing of {field}, which the record knows for {value} of its features: that "
    "would be lost",
    "文件未提供 {field}，而数据库中有 {value} 个要素已有该内容，导入后将丢失",
    "deliver {field} too (outlines and records from two files by --attributes), or let it go with "
    "--accept values_lost",
    "请一并提供 {field}（图形与记录在两个文件中时用 --attributes 合并）；"
    "如确应清空，请用 --accept values_lost 接受",
    Owner.BUREAU,
)
GCJ02_MEASURED = error(
    "against the record the outlines lie off by {value} (east, north): that is GCJ-02",
    "图形与已入库数据相比偏移 {value}（东、北）：应为 GCJ-02 坐标",
    "use the surveyed boundary in CGCS2000",
    "请使用 CGCS2000 的测绘成果",
)
GCJ02_UNTOLD = info(
    "nothing in the record fits these outlines, so GCJ-02 could not be told from CGCS2000",
    "数据库中没有可与这些图形对照的数据，无法判别是否为 GCJ-02 坐标",
    "import a trusted layer of the place first (districts, approvals), or look at the map",
    "请先导入该地的可靠图层（行政区、批准等），或在地图上核对位置",
)
RECORD_BESIDE = warning(
    "the record knows this row with other values, and both will count",
    "数据库已有同一记录但内容不同，两者将同时计入",
    "deliver the whole table with --full, so that the older row ends",
    "请用 --full 提供全表，使旧记录终止",
    Owner.BUREAU,
)
OUTSIDE_EXTENT = error(
    "the outline lies more than 5 km from every district of the record",
    "图形距所有行政区均超过 5 公里",
    "check zone, axes and datum",
    "核对带号、坐标轴和坐标系",
)
CORRECTION_KEPT = warning(
    "the file says otherwise than a person's correction, which is kept: {value}",
    "文件内容与人工更正不一致，保留更正值：{value}",
    "correct the source, or correct the record again",
    "更正数据源；如更正有误，请重新更正",
    Owner.BUREAU,
)
MAPPING_REMEMBERED = info(
    "read by the mapping that revision {value} was made with",
    "沿用版本 {value} 使用的字段映射",
    "give --map to read it otherwise",
    "如需更改请用 --map 指定",
)
