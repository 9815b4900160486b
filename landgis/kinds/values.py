"""What is wrong with the values of cells: dates, numbers, units, codes."""

from __future__ import annotations

from landgis.kinds.sentence import error, info, warning
from landgis.terms import Owner

DATE_UNREADABLE = error(
    "'{value}' is not a date that can be read without guessing",
    "“{value}”无法确切地读作日期",
    "write {field} as 2019-03-28",
    "将 {field} 写成 2019-03-28 的形式",
)
DATE_IN_FUTURE = error(
    "{field} {value} lies in the future although it tells what has happened",
    "{field} {value} 为未来日期，但该字段记录已发生的事",
    "correct the date",
    "更正日期",
)
DATE_TOO_EARLY = error(
    "{field} {value} is earlier than any land right of today's law",
    "{field} {value} 早于现行土地权利可能的日期",
    "correct the date",
    "更正日期",
)
ENDED_BEFORE_BEGUN = warning(
    "{field} {value} lies before the day on which it begins",
    "{field} {value} 早于其起始日期",
    "correct one of the dates",
    "更正其中一个日期",
)
DATE_SERIAL = info(
    "'{value}' is read as the day number of a spreadsheet",
    "“{value}”按电子表格日期序号读取",
    "format the column as a date",
    "将该列设为日期格式",
    Owner.SUPPLIER,
)
NUMBER_UNREADABLE = error(
    "'{value}' is not a number with a known unit",
    "“{value}”不是带有已知单位的数字",
    "write {field} as a plain number and its unit in the header",
    "将 {field} 写成纯数字，单位写在表头",
)
NUMBER_NEGATIVE = error(
    "{field} is negative: {value}",
    "{field} 为负数：{value}",
    "correct the number",
    "更正数值",
)
AREA_UNIT_UNKNOWN = error(
    "'{value}' has no unit and cannot be hectares",
    "“{value}”没有单位，且不可能以公顷计",
    "write the unit into the header, for example 面积(平方米)",
    "在表头写明单位，例如 面积(平方米)",
)
MONEY_UNIT_UNKNOWN = error(
    "'{value}' has no unit and can hardly be the usual one of {field}",
    "“{value}”没有单位，且不像是以 {field} 的通常单位计",
    "write the unit into the header, for example 成交价格(元)",
    "在表头写明单位，例如 成交价格(元)",
)
UNIT_ASSUMED = info(
    "no unit is written for {field}: taken as {value}",
    "{field} 未写明单位：按 {value} 读取",
    "write the unit into the header",
    "在表头写明单位",
    Owner.SUPPLIER,
)
TERM_UNREADABLE = warning(
    "'{value}' is not one whole number of years",
    "“{value}”不是单一的整年数",
    "write the term of the parcel's own use as a whole number",
    "将该宗地用途对应的使用年限写成整数",
)
FLAG_UNREADABLE = warning(
    "'{value}' is neither yes nor no",
    "“{value}”既不是“是”也不是“否”",
    "write 是 or 否",
    "请写“是”或“否”",
)
CHOICE_UNKNOWN = error(
    "'{value}' is not one of the values of {field}",
    "“{value}”不在 {field} 的取值范围内",
    "use one of the listed values",
    "改用规定的取值",
)
LAND_USE_WITHOUT_SCHEME = error(
    "land-use code '{value}' stands without its scheme: the same digits mean different uses",
    "用途代码“{value}”未注明分类标准：同一代码在不同标准中含义不同",
    "add land_use_scheme, or write the use in words",
    "补充用途分类标准，或写明用途名称",
)
DISTRICT_CODE_ALIAS = info(
    "district code {value} is no longer in use and is read as its successor",
    "行政区代码 {value} 已停用，按现行代码读取",
    "use the code in force",
    "使用现行代码",
    Owner.SUPPLIER,
)
DISTRICT_CODE_INVALID = warning(
    "'{value}' is not a district code",
    "“{value}”不是行政区代码",
    "write the 6 digits of GB/T 2260",
    "按 GB/T 2260 填写 6 位代码",
)
CREDIT_CODE_INVALID = warning(
    "'{value}' fails the check character of a social credit code",
    "“{value}”不符合统一社会信用代码校验规则",
    "check the code against the licence",
    "对照营业执照核对",
)
PARCEL_CODE_INVALID = warning(
    "'{value}' has the length of a parcel code but not its form",
    "“{value}”长度与宗地代码相同，但格式不符",
    "check the code against the register",
    "对照不动产登记簿核对",
)
SUPPLY_NUMBER_INVALID = warning(
    "'{value}' has not the form of a 16-character supervision number",
    "“{value}”不符合 16 位电子监管号的格式",
    "check the number against the contract",
    "对照合同核对",
)
