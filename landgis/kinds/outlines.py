"""What is wrong with outlines, and with outlines and records in two files."""

from __future__ import annotations

from landgis.kinds.sentence import error, warning

GEOMETRY_MISSING = error(
    "the row has no polygon",
    "该行没有面图形",
    "deliver the polygon",
    "补充面图形",
)
GEOMETRY_UNREADABLE = error(
    "the geometry {value} cannot be read",
    "图形 {value} 无法读取",
    "deliver the geometry again: numbers only, every ring closed with four points or more",
    "重新提供图形：坐标须为数值，每环首尾闭合且不少于四点",
)
GEOMETRY_TOO_LARGE = error(
    "one geometry has more vertices or parts than a parcel can have: {value}",
    "单个图形的顶点数或部件数过多：{value}",
    "deliver each parcel as a feature of its own",
    "请将每个地块作为单独的要素提供",
)
NOT_A_POLYGON = error(
    "the geometry is a {value}, not a polygon",
    "图形类型为 {value}，不是面",
    "deliver the outline as a polygon",
    "以面的形式提供边界",
)
PLACEMARK_LEFT = warning(
    "'{value}' is a point or a track, no parcel: it is left out",
    "“{value}”是点或轨迹，不是地块，未予读取",
    "if it is a parcel, deliver its outline as a polygon",
    "如为地块，请以面的形式提供边界",
)
GEOMETRY_REPAIRED = error(
    "the polygon is invalid and its repair changes the area: {value}",
    "面图形不合法，修复后面积改变：{value}",
    "correct the outline, or accept the repair with --accept geometry_repaired",
    "更正边界，或用 --accept geometry_repaired 接受修复结果",
)
GEOMETRY_CLEANED = warning(
    "the polygon is invalid and was repaired without changing its area: {value}",
    "面图形不合法，已修复且面积不变：{value}",
    "correct the outline",
    "更正边界",
)
GEOMETRY_DUPLICATE = warning(
    "the polygon is the same as that of row {value}",
    "面图形与第 {value} 行相同",
    "check that both records are meant",
    "核对是否确为两条记录",
)
AREA_MISMATCH = warning(
    "the declared area does not fit the polygon: {value}",
    "申报面积与图形面积不符：{value}",
    "correct the area or the outline",
    "更正面积或边界",
)
RECORD_MISSING = warning(
    "the outline '{value}' has no record in the table of attributes",
    "图形“{value}”在属性表中没有对应记录",
    "add the record, or correct the key",
    "补充记录，或更正关联字段",
)
OUTLINE_MISSING = warning(
    "the record '{value}' has no outline; its row is that of the table of attributes",
    "记录“{value}”没有对应图形；行号为属性表中的行号",
    "add the outline, or correct the key",
    "补充图形，或更正关联字段",
)
