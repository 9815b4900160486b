"""What is wrong with a table as such: columns, cells, rows."""

from __future__ import annotations

from landgis.kinds.sentence import error, info, warning

REQUIRED_MISSING = error(
    "{field} is empty but required",
    "必填字段 {field} 为空",
    "fill in {field} and deliver the row again",
    "补填 {field} 后重新提供该行",
)
COLUMN_MISSING = error(
    "no column holds {field}, which is required",
    "没有与必填字段 {field} 对应的列",
    "name the column with --map, or deliver it",
    "用 --map 指明对应的列，或补充该列",
)
COLUMN_UNUSED = info(
    "column '{value}' is not used",
    "列“{value}”未被使用",
    "nothing, unless it holds a known field: then name it with --map",
    "一般无需处理；如其对应某字段，请用 --map 指明",
)
EXTRA_CELL = warning(
    "the row has more cells than the header; beyond it stands '{value}'",
    "该行单元格多于表头，多出的内容为“{value}”",
    "check that the cells of the row stand under the right headers",
    "核对该行各单元格是否与表头对齐",
)
FORMULA_UNCOMPUTED = error(
    "cell {value} holds a formula that was never computed: it reads as empty",
    "单元格 {value} 的公式从未计算，读取为空",
    "open the workbook in a spreadsheet and save it, or deliver values",
    "用电子表格软件打开后保存，或改为数值",
)
CELLS_MERGED = error(
    "cells {value} are merged: only the first of them has the value, the others read as empty",
    "单元格 {value} 已合并：仅第一个单元格有值，其余读取为空",
    "take the cells apart and fill in every row",
    "取消合并并逐行填写",
)
TEXT_GARBLED = warning(
    "the text '{value}' has characters that were lost in an earlier conversion",
    "文字“{value}”含有此前转码丢失的字符",
    "deliver the original, or say its --encoding",
    "请提供原始文件，或用 --encoding 指明编码",
)
TEXT_MISREAD = error(
    "a text was decoded wrongly before it came here (as it stands / as it was): {value}",
    "文字在提供前已被错误转码（现为 / 原为）：{value}",
    "deliver the original file, or export it again in its right encoding",
    "请提供原始文件，或按正确编码重新导出",
)
DAYS_FROM_1904 = error(
    "the workbook counts days from 1904, and {value} is no date cell: as a date it would be four "
    "years early",
    "工作簿采用 1904 日期系统，而 {value} 不是日期格式：若为日期，将早四年",
    "format the column as a date, or turn the 1904 date system off",
    "请将该列设为日期格式，或关闭 1904 日期系统",
)
DIGITS_LOST = error(
    "the number {value} has lost digits: a spreadsheet took a code for a number",
    "数字 {value} 已丢失尾数：编码被电子表格当作数字",
    "format the column as text, enter the whole code and deliver again",
    "请将该列设为文本格式，重新录入完整编码",
)
NOT_A_RECORD = error(
    "the row is no record: it says '{value}'",
    "该行不是记录：内容为“{value}”",
    "deliver the table without sums, notes and repeated headers, or leave such rows out with "
    "--accept not_a_record",
    "请删除合计行、填表说明行和重复的表头，或用 --accept not_a_record 略去这些行",
)
