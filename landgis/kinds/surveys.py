"""What is wrong with a survey text 勘测定界 TXT."""

from __future__ import annotations

from landgis.kinds.sentence import error, warning

LINE_UNREADABLE = error(
    "the line '{value}' is no section, key, parcel or point",
    "该行“{value}”不是节、键值、地块或界址点",
    "correct the line",
    "更正该行",
)
FULL_WIDTH = warning(
    "full-width punctuation or digits, first in '{value}', were read as half-width",
    "存在全角标点或数字，首见于“{value}”，已按半角读取",
    "write punctuation and digits half-width",
    "标点和数字请用半角",
)
ZONE_CONTRADICTION = error(
    "{field} in the header and the coordinates contradict each other: {value}",
    "文件头的 {field} 与坐标不一致：{value}",
    "settle which of them is right and deliver again",
    "核实后重新提供",
)
NUMBER_WORDED = warning(
    "{field} is '{value}' and is read as the number in it",
    "{field} 写作“{value}”，按其中的数字读取",
    "write the number alone, half-width",
    "请只写半角数字",
)
EASTING_FIRST = warning(
    "the easting stands before the northing, first in ({value}); read by magnitude",
    "横坐标写在纵坐标之前，首见于（{value}），已按数值大小识别",
    "write the northing first",
    "请将纵坐标写在前面",
)
COORDINATE_UNREADABLE = error(
    "the coordinate '{value}' is no number",
    "坐标“{value}”不是数字",
    "correct the point",
    "更正该界址点",
)
PARCEL_REPEATED = error(
    "parcel number '{value}' was there before",
    "地块编号“{value}”重复",
    "give each parcel its own number",
    "为每个地块分别编号",
)
POINT_REPEATED = error(
    "point '{value}' comes twice in its ring",
    "界址点“{value}”在同一圈内重复",
    "give each point its own label",
    "为每个界址点分别编号",
)
POINT_COUNT = error(
    "the header declares another number of points than there are: {value}",
    "地块行声明的界址点数与实际不符：{value}",
    "correct the number, or add the missing points",
    "更正点数，或补充缺失的界址点",
)
RING_NOT_CLOSED = error(
    "the last point of the ring misses the first by {value}",
    "界址圈末点与首点相差 {value}",
    "repeat the first point exactly",
    "末点应与首点坐标完全一致",
)
RING_TOO_SHORT = error(
    "a ring of {value} points encloses nothing",
    "界址圈仅有 {value} 个点，不能围成面",
    "deliver at least three points",
    "至少提供三个界址点",
)
RING_CROSSES = error(
    "the ring crosses itself: {value}",
    "界址线自相交：{value}",
    "correct the order of the points",
    "更正界址点顺序",
)
RINGS_OVERLAP = error(
    "the ring partly overlaps the one of line {value}",
    "界址圈与第 {value} 行开始的圈部分重叠",
    "correct the rings: each lies inside another or apart from it",
    "更正界址圈：应相互包含或相离",
)
AREA_UNPROVEN = warning(
    "the declared area fits the outline in no unit: {value}",
    "申报面积按任何单位都与图形不符：{value}",
    "correct the area or the outline",
    "更正面积或边界",
)
HEADER_UNCLEAR = error(
    "the columns of the parcel's header cannot be told apart: '{value}'",
    "地块行的各列无法区分：“{value}”",
    "write nine columns, 点, 线 or 面 the fifth of them, and no comma inside a name",
    "请按九列书写，第五列为“点”“线”或“面”，名称中不得含逗号",
)
SHIFT_UNUSED = warning(
    "the header gives parameters of a transformation, {value}: they are not applied",
    "文件头给出了转换参数 {value}：未予使用，坐标按所写读取",
    "deliver final coordinates and leave the parameters empty",
    "请提供最终成果坐标，转换参数留空",
)
