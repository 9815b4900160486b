"""What is wrong with the numbers by which rows are called."""

from __future__ import annotations

from landgis.kinds.sentence import error, info, warning
from landgis.terms import Owner

ID_FROM_CONTENT = info(
    "the row has no number: {value} is made from its content",
    "该行没有编号：{value} 由其内容生成",
    "deliver the official number",
    "补充正式编号",
    Owner.SUPPLIER,
)
NUMBER_SHARED = info(
    "the number {value} stands on rows that differ: the row is called by its content",
    "编号 {value} 出现在内容不同的多行：该行的标识由其内容生成",
    "deliver a number of its own for each row",
    "为每行提供各自的编号",
    Owner.SUPPLIER,
)
DUPLICATE_ROW = warning(
    "the row repeats another word for word and is kept beside it ({value})",
    "该行与另一行完全相同，一并保留（{value}）",
    "deliver each record once",
    "同一记录只提供一次",
)
DUPLICATE_ID = error(
    "the number stands on several different rows; this one would become {value}",
    "该编号出现在多条不同的记录上；本行将记为 {value}",
    "give each record its own number",
    "为每条记录分别编号",
)
