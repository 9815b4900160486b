"""What is wrong with coordinates and their system."""

from __future__ import annotations

from landgis.kinds.sentence import error, info, warning
from landgis.terms import Owner

CRS_WGS84 = info(
    "WGS 84 degrees are taken as CGCS2000 (below one metre)",
    "WGS 84 经纬度按 CGCS2000 读取（差异小于一米）",
    "deliver CGCS2000",
    "请提供 CGCS2000 坐标",
    Owner.SUPPLIER,
)
CRS_DECLARED = info(
    "the file states no coordinate system: EPSG:{value} as the operator declared",
    "文件未写明坐标系：按操作者指定的 EPSG:{value} 读取",
    "deliver the coordinate system with the file",
    "请随文件提供坐标系",
    Owner.SUPPLIER,
)
DATUM_SHIFTED = warning(
    "an older datum was shifted to CGCS2000 by the operator's parameters {value}",
    "按操作者给出的参数 {value} 由旧坐标系转换到 CGCS2000",
    "keep the source of the parameters with the file; deliver CGCS2000",
    "请留存参数来源；今后请提供 CGCS2000 成果",
    Owner.BUREAU,
)
GCJ02_SUSPECTED = error(
    "keys {value} mark a web map's export in GCJ-02, some 540 m off, whatever the file says",
    "字段 {value} 表明这是 GCJ-02 坐标的网络地图导出数据，偏移约 540 米，与文件标称坐标系不符",
    "use the surveyed boundary in CGCS2000, without the columns of the web map",
    "请使用 CGCS2000 的测绘成果，且不含网络地图的字段",
)
COORDINATES_OUT_OF_RANGE = error(
    "the coordinates {value} lie outside the coordinate system of the file",
    "坐标 {value} 超出文件坐标系的范围",
    "check zone and axis order",
    "核对带号与坐标轴顺序",
)
COORDINATES_SWAPPED = error(
    "the coordinates {value} have northing and easting exchanged",
    "坐标 {value} 的纵横坐标颠倒",
    "exchange the axes and deliver again",
    "调换坐标轴后重新提供",
)
COORDINATES_NOT_FINITE = error(
    "the geometry has a coordinate that is not a number",
    "图形含有非数值坐标",
    "deliver the geometry again",
    "重新提供图形",
)
OUTLINE_FROM_LINE = info(
    "{value} closed lines of the drawing are read as outlines",
    "图中 {value} 条闭合线按面读取",
    "nothing, unless a closed line is no parcel",
    "一般无需处理；如有闭合线不是地块，请删除",
)
CURVE_STRAIGHTENED = info(
    "curves were read as chords of one degree",
    "曲线按一度弦段读取",
    "deliver straight edges where the survey has them",
    "如测绘成果为折线，请按折线提供",
    Owner.SUPPLIER,
)
