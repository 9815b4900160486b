"""The catalogue of data problems: each kind with severity, owner, sentence and way out."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from landgis.terms import Owner, Severity


class Sentence(NamedTuple):
    """What a kind says: severity, who mends it, the sentence and the way out, en and zh.

    ``{value}`` and ``{field}`` are filled from the row.
    """

    severity: Severity
    owner: Owner
    en: str
    zh: str
    fix: str
    fix_zh: str


def _error(en: str, zh: str, fix: str, fix_zh: str, owner: Owner = Owner.SUPPLIER) -> Sentence:
    return Sentence(Severity.ERROR, owner, en, zh, fix, fix_zh)


def _warning(en: str, zh: str, fix: str, fix_zh: str, owner: Owner = Owner.SUPPLIER) -> Sentence:
    return Sentence(Severity.WARNING, owner, en, zh, fix, fix_zh)


def _info(en: str, zh: str, fix: str, fix_zh: str, owner: Owner = Owner.BUREAU) -> Sentence:
    return Sentence(Severity.INFO, owner, en, zh, fix, fix_zh)


class IssueKind(Enum):
    """Every kind of data problem; the member's name in lower case is its code."""

    # the table
    REQUIRED_MISSING = _error(
        "{field} is empty but required",
        "必填字段 {field} 为空",
        "fill in {field} and deliver the row again",
        "补填 {field} 后重新提供该行",
    )
    COLUMN_MISSING = _error(
        "no column holds {field}, which is required",
        "没有与必填字段 {field} 对应的列",
        "name the column with --map, or deliver it",
        "用 --map 指明对应的列，或补充该列",
    )
    COLUMN_UNUSED = _info(
        "column '{value}' is not used",
        "列“{value}”未被使用",
        "nothing, unless it holds a known field: then name it with --map",
        "一般无需处理；如其对应某字段，请用 --map 指明",
    )
    EXTRA_CELL = _warning(
        "the row has more cells than the header; beyond it stands '{value}'",
        "该行单元格多于表头，多出的内容为“{value}”",
        "check that the cells of the row stand under the right headers",
        "核对该行各单元格是否与表头对齐",
    )
    FORMULA_UNCOMPUTED = _error(
        "cell {value} holds a formula that was never computed: it reads as empty",
        "单元格 {value} 的公式从未计算，读取为空",
        "open the workbook in a spreadsheet and save it, or deliver values",
        "用电子表格软件打开后保存，或改为数值",
    )
    CELLS_MERGED = _error(
        "cells {value} are merged: only their first row has the value, this one reads as empty",
        "单元格 {value} 已合并：仅首行有值，本行读取为空",
        "take the cells apart and fill in every row",
        "取消合并并逐行填写",
    )
    TEXT_GARBLED = _warning(
        "the text '{value}' has characters that were lost in an earlier conversion",
        "文字“{value}”含有此前转码丢失的字符",
        "deliver the original, or say its --encoding",
        "请提供原始文件，或用 --encoding 指明编码",
    )
    # values
    DATE_UNREADABLE = _error(
        "'{value}' is not a date that can be read without guessing",
        "“{value}”无法确切地读作日期",
        "write {field} as 2019-03-28",
        "将 {field} 写成 2019-03-28 的形式",
    )
    DATE_IN_FUTURE = _error(
        "{field} {value} lies in the future although it tells what has happened",
        "{field} {value} 为未来日期，但该字段记录已发生的事",
        "correct the date",
        "更正日期",
    )
    DATE_TOO_EARLY = _error(
        "{field} {value} is earlier than any land right of today's law",
        "{field} {value} 早于现行土地权利可能的日期",
        "correct the date",
        "更正日期",
    )
    DATE_SERIAL = _info(
        "'{value}' is read as the day number of a spreadsheet",
        "“{value}”按电子表格日期序号读取",
        "format the column as a date",
        "将该列设为日期格式",
        Owner.SUPPLIER,
    )
    NUMBER_UNREADABLE = _error(
        "'{value}' is not a number with a known unit",
        "“{value}”不是带有已知单位的数字",
        "write {field} as a plain number and its unit in the header",
        "将 {field} 写成纯数字，单位写在表头",
    )
    NUMBER_NEGATIVE = _error(
        "{field} is negative: {value}",
        "{field} 为负数：{value}",
        "correct the number",
        "更正数值",
    )
    AREA_UNIT_UNKNOWN = _error(
        "'{value}' has no unit and cannot be hectares",
        "“{value}”没有单位，且不可能以公顷计",
        "write the unit into the header, for example 面积(平方米)",
        "在表头写明单位，例如 面积(平方米)",
    )
    UNIT_ASSUMED = _info(
        "no unit is written for {field}: taken as {value}",
        "{field} 未写明单位：按 {value} 读取",
        "write the unit into the header",
        "在表头写明单位",
        Owner.SUPPLIER,
    )
    TERM_UNREADABLE = _warning(
        "'{value}' is not one whole number of years",
        "“{value}”不是单一的整年数",
        "write the term of the parcel's own use as a whole number",
        "将该宗地用途对应的使用年限写成整数",
    )
    FLAG_UNREADABLE = _warning(
        "'{value}' is neither yes nor no",
        "“{value}”既不是“是”也不是“否”",
        "write 是 or 否",
        "请写“是”或“否”",
    )
    CHOICE_UNKNOWN = _error(
        "'{value}' is not one of the values of {field}",
        "“{value}”不在 {field} 的取值范围内",
        "use one of the listed values",
        "改用规定的取值",
    )
    LAND_USE_WITHOUT_SCHEME = _error(
        "land-use code '{value}' stands without its scheme: the same digits mean different uses",
        "用途代码“{value}”未注明分类标准：同一代码在不同标准中含义不同",
        "add land_use_scheme, or write the use in words",
        "补充用途分类标准，或写明用途名称",
    )
    DISTRICT_CODE_ALIAS = _info(
        "district code {value} is no longer in use and is read as its successor",
        "行政区代码 {value} 已停用，按现行代码读取",
        "use the code in force",
        "使用现行代码",
        Owner.SUPPLIER,
    )
    DISTRICT_CODE_INVALID = _warning(
        "'{value}' is not a district code",
        "“{value}”不是行政区代码",
        "write the 6 digits of GB/T 2260",
        "按 GB/T 2260 填写 6 位代码",
    )
    CREDIT_CODE_INVALID = _warning(
        "'{value}' fails the check character of a social credit code",
        "“{value}”不符合统一社会信用代码校验规则",
        "check the code against the licence",
        "对照营业执照核对",
    )
    PARCEL_CODE_INVALID = _warning(
        "'{value}' has the length of a parcel code but not its form",
        "“{value}”长度与宗地代码相同，但格式不符",
        "check the code against the register",
        "对照不动产登记簿核对",
    )
    SUPPLY_NUMBER_INVALID = _warning(
        "'{value}' has not the form of a 16-character supervision number",
        "“{value}”不符合 16 位电子监管号的格式",
        "check the number against the contract",
        "对照合同核对",
    )
    # identity
    ID_FROM_CONTENT = _info(
        "the row has no number: {value} is made from its content",
        "该行没有编号：{value} 由其内容生成",
        "deliver the official number",
        "补充正式编号",
        Owner.SUPPLIER,
    )
    NUMBER_SHARED = _info(
        "the number {value} stands on rows that differ: the row is called by its content",
        "编号 {value} 出现在内容不同的多行：该行的标识由其内容生成",
        "deliver a number of its own for each row",
        "为每行提供各自的编号",
        Owner.SUPPLIER,
    )
    DUPLICATE_ROW = _warning(
        "the row repeats another word for word and is kept beside it ({value})",
        "该行与另一行完全相同，一并保留（{value}）",
        "deliver each record once",
        "同一记录只提供一次",
    )
    DUPLICATE_ID = _error(
        "the number stands on several different rows; this one would become {value}",
        "该编号出现在多条不同的记录上；本行将记为 {value}",
        "give each record its own number",
        "为每条记录分别编号",
    )
    # coordinates
    CRS_WGS84 = _info(
        "WGS 84 degrees are taken as CGCS2000 (below one metre)",
        "WGS 84 经纬度按 CGCS2000 读取（差异小于一米）",
        "deliver CGCS2000",
        "请提供 CGCS2000 坐标",
        Owner.SUPPLIER,
    )
    CRS_DECLARED = _info(
        "the file states no coordinate system: EPSG:{value} as the operator declared",
        "文件未写明坐标系：按操作者指定的 EPSG:{value} 读取",
        "deliver the coordinate system with the file",
        "请随文件提供坐标系",
        Owner.SUPPLIER,
    )
    DATUM_SHIFTED = _warning(
        "an older datum was shifted to CGCS2000 by the operator's parameters {value}",
        "按操作者给出的参数 {value} 由旧坐标系转换到 CGCS2000",
        "keep the source of the parameters with the file; deliver CGCS2000",
        "请留存参数来源；今后请提供 CGCS2000 成果",
        Owner.BUREAU,
    )
    GCJ02_SUSPECTED = _error(
        "keys {value} mark a web map's export in GCJ-02, some 540 m off, whatever the file says",
        "字段 {value} 表明这是 GCJ-02 坐标的网络地图导出数据，偏移约 540 米，与文件标称坐标系不符",
        "use the surveyed boundary in CGCS2000, without the columns of the web map",
        "请使用 CGCS2000 的测绘成果，且不含网络地图的字段",
    )
    COORDINATES_OUT_OF_RANGE = _error(
        "the coordinates {value} lie outside the coordinate system of the file",
        "坐标 {value} 超出文件坐标系的范围",
        "check zone and axis order",
        "核对带号与坐标轴顺序",
    )
    COORDINATES_SWAPPED = _error(
        "the coordinates {value} have northing and easting exchanged",
        "坐标 {value} 的纵横坐标颠倒",
        "exchange the axes and deliver again",
        "调换坐标轴后重新提供",
    )
    COORDINATES_NOT_FINITE = _error(
        "the geometry has a coordinate that is not a number",
        "图形含有非数值坐标",
        "deliver the geometry again",
        "重新提供图形",
    )
    OUTLINE_FROM_LINE = _info(
        "{value} closed lines of the drawing are read as outlines",
        "图中 {value} 条闭合线按面读取",
        "nothing, unless a closed line is no parcel",
        "一般无需处理；如有闭合线不是地块，请删除",
    )
    CURVE_STRAIGHTENED = _info(
        "curves were read as chords of one degree",
        "曲线按一度弦段读取",
        "deliver straight edges where the survey has them",
        "如测绘成果为折线，请按折线提供",
        Owner.SUPPLIER,
    )
    # what arrives beside what is known
    DELIVERY_SHRINKS = _error(
        "a full delivery leaves out {value} of what is recorded",
        "全量数据缺少已入库要素：{value}",
        "deliver what is missing, or accept that it ends with --accept delivery_shrinks",
        "补充缺失数据；如确已终止，请用 --accept delivery_shrinks 接受",
    )
    GCJ02_MEASURED = _error(
        "against the record the outlines lie off by {value} (east, north): that is GCJ-02",
        "图形与已入库数据相比偏移 {value}（东、北）：应为 GCJ-02 坐标",
        "use the surveyed boundary in CGCS2000",
        "请使用 CGCS2000 的测绘成果",
    )
    RECORD_BESIDE = _warning(
        "the record knows this row with other values, and both will count",
        "数据库已有同一记录但内容不同，两者将同时计入",
        "deliver the whole table with --full, so that the older row ends",
        "请用 --full 提供全表，使旧记录终止",
        Owner.BUREAU,
    )
    OUTSIDE_EXTENT = _error(
        "the outline lies more than 5 km from every district of the record",
        "图形距所有行政区均超过 5 公里",
        "check zone, axes and datum",
        "核对带号、坐标轴和坐标系",
    )
    CORRECTION_KEPT = _warning(
        "the file says otherwise than a person's correction, which is kept: {value}",
        "文件内容与人工更正不一致，保留更正值：{value}",
        "correct the source, or correct the record again",
        "更正数据源；如更正有误，请重新更正",
        Owner.BUREAU,
    )
    MAPPING_REMEMBERED = _info(
        "read by the mapping that revision {value} was made with",
        "沿用版本 {value} 使用的字段映射",
        "give --map to read it otherwise",
        "如需更改请用 --map 指定",
    )
    # survey texts
    LINE_UNREADABLE = _error(
        "the line '{value}' is no section, key, parcel or point",
        "该行“{value}”不是节、键值、地块或界址点",
        "correct the line",
        "更正该行",
    )
    FULL_WIDTH = _warning(
        "full-width punctuation or digits, first in '{value}', were read as half-width",
        "存在全角标点或数字，首见于“{value}”，已按半角读取",
        "write punctuation and digits half-width",
        "标点和数字请用半角",
    )
    ZONE_CONTRADICTION = _error(
        "{field} in the header and the coordinates contradict each other: {value}",
        "文件头的 {field} 与坐标不一致：{value}",
        "settle which zone is right and deliver again",
        "核实带号后重新提供",
    )
    NUMBER_WORDED = _warning(
        "{field} is '{value}' and is read as the number in it",
        "{field} 写作“{value}”，按其中的数字读取",
        "write the number alone, half-width",
        "请只写半角数字",
    )
    EASTING_FIRST = _warning(
        "the easting stands before the northing, first in ({value}); read by magnitude",
        "横坐标写在纵坐标之前，首见于（{value}），已按数值大小识别",
        "write the northing first",
        "请将纵坐标写在前面",
    )
    COORDINATE_UNREADABLE = _error(
        "the coordinate '{value}' is no number",
        "坐标“{value}”不是数字",
        "correct the point",
        "更正该界址点",
    )
    PARCEL_REPEATED = _error(
        "parcel number '{value}' was there before",
        "地块编号“{value}”重复",
        "give each parcel its own number",
        "为每个地块分别编号",
    )
    POINT_REPEATED = _error(
        "point '{value}' comes twice in its ring",
        "界址点“{value}”在同一圈内重复",
        "give each point its own label",
        "为每个界址点分别编号",
    )
    POINT_COUNT = _error(
        "the header declares another number of points than there are: {value}",
        "地块行声明的界址点数与实际不符：{value}",
        "correct the number, or add the missing points",
        "更正点数，或补充缺失的界址点",
    )
    RING_NOT_CLOSED = _error(
        "the last point of the ring misses the first by {value}",
        "界址圈末点与首点相差 {value}",
        "repeat the first point exactly",
        "末点应与首点坐标完全一致",
    )
    RING_TOO_SHORT = _error(
        "a ring of {value} points encloses nothing",
        "界址圈仅有 {value} 个点，不能围成面",
        "deliver at least three points",
        "至少提供三个界址点",
    )
    RING_CROSSES = _error(
        "the ring crosses itself: {value}",
        "界址线自相交：{value}",
        "correct the order of the points",
        "更正界址点顺序",
    )
    RINGS_OVERLAP = _error(
        "the ring partly overlaps the one of line {value}",
        "界址圈与第 {value} 行开始的圈部分重叠",
        "correct the rings: each lies inside another or apart from it",
        "更正界址圈：应相互包含或相离",
    )
    AREA_UNPROVEN = _warning(
        "the declared area fits the outline in no unit: {value}",
        "申报面积按任何单位都与图形不符：{value}",
        "correct the area or the outline",
        "更正面积或边界",
    )
    # geometry
    GEOMETRY_MISSING = _error(
        "the row has no polygon",
        "该行没有面图形",
        "deliver the polygon",
        "补充面图形",
    )
    GEOMETRY_UNREADABLE = _error(
        "the geometry {value} cannot be read",
        "图形 {value} 无法读取",
        "deliver the geometry again: numbers only, every ring closed with four points or more",
        "重新提供图形：坐标须为数值，每环首尾闭合且不少于四点",
    )
    GEOMETRY_TOO_LARGE = _error(
        "one geometry has more vertices or parts than a parcel can have: {value}",
        "单个图形的顶点数或部件数过多：{value}",
        "deliver each parcel as a feature of its own",
        "请将每个地块作为单独的要素提供",
    )
    NOT_A_POLYGON = _error(
        "the geometry is a {value}, not a polygon",
        "图形类型为 {value}，不是面",
        "deliver the outline as a polygon",
        "以面的形式提供边界",
    )
    GEOMETRY_REPAIRED = _error(
        "the polygon is invalid and its repair changes the area: {value}",
        "面图形不合法，修复后面积改变：{value}",
        "correct the outline, or accept the repair with --accept geometry_repaired",
        "更正边界，或用 --accept geometry_repaired 接受修复结果",
    )
    GEOMETRY_CLEANED = _warning(
        "the polygon is invalid and was repaired without changing its area: {value}",
        "面图形不合法，已修复且面积不变：{value}",
        "correct the outline",
        "更正边界",
    )
    GEOMETRY_DUPLICATE = _warning(
        "the polygon is the same as that of row {value}",
        "面图形与第 {value} 行相同",
        "check that both records are meant",
        "核对是否确为两条记录",
    )
    AREA_MISMATCH = _warning(
        "the declared area does not fit the polygon: {value}",
        "申报面积与图形面积不符：{value}",
        "correct the area or the outline",
        "更正面积或边界",
    )
    # outlines and records that came in two files
    RECORD_MISSING = _warning(
        "the outline '{value}' has no record in the table of attributes",
        "图形“{value}”在属性表中没有对应记录",
        "add the record, or correct the key",
        "补充记录，或更正关联字段",
    )
    OUTLINE_MISSING = _warning(
        "the record '{value}' has no outline; its row is that of the table of attributes",
        "记录“{value}”没有对应图形；行号为属性表中的行号",
        "add the outline, or correct the key",
        "补充图形，或更正关联字段",
    )
    # time and money of a supply, told by the determination
    SUPPLIED_AFTER_ON = _info(
        "supplied on {value}, after the date of the determination",
        "供地日期 {value} 晚于认定基准日",
        "choose a later date",
        "选择更晚的基准日",
    )
    DELAY_OPEN = _info(
        "the delay since {value} had not ended and counts up to the date",
        "自 {value} 起的延误至基准日尚未结束，计至基准日",
        "record when the delay ended",
        "补录延误结束日期",
    )
    NO_RULE_IN_FORCE = _warning(
        "no rule in force on the date speaks of this supply",
        "基准日没有适用于该宗地的现行规则",
        "review by hand; add the rule to the rulebook",
        "人工核查；补充规则",
        Owner.BUREAU,
    )
    COMPLETED_WITHOUT_START = _warning(
        "completed on {value} but never started",
        "竣工日期为 {value}，但没有开工日期",
        "record the day of the start",
        "补录实际开工日期",
    )
    COMPLETED_BEFORE_START = _warning(
        "completed on {value}, before the start",
        "竣工日期 {value} 早于开工日期",
        "correct one of the dates",
        "更正其中一个日期",
    )
    STARTED_BEFORE_SUPPLY = _warning(
        "started on {value}, before the contract",
        "开工日期 {value} 早于合同签订日期",
        "correct one of the dates",
        "更正其中一个日期",
    )
    RETURNED_BEFORE_SUPPLY = _warning(
        "returned on {value}, before the contract",
        "收回日期 {value} 早于合同签订日期",
        "correct one of the dates",
        "更正其中一个日期",
    )
    DUE_BEFORE_SUPPLY = _warning(
        "the agreed start {value} lies before the contract",
        "约定动工日期 {value} 早于合同签订日期",
        "check the contract",
        "核对合同",
    )
    COMPLETION_BEFORE_DUE = _warning(
        "the agreed completion {value} lies before the agreed start",
        "约定竣工日期 {value} 早于约定动工日期",
        "check the contract",
        "核对合同",
    )
    DUE_DATE_MISSING = _warning(
        "neither an agreed commencement date nor a proof of delivery is recorded",
        "既无约定动工日期，也无交地确认记录",
        "record the date of the contract, or the 交地确认书 (order 53 art. 22)",
        "补录合同约定的动工日期，或交地确认书日期（第53号令第二十二条）",
        Owner.BUREAU,
    )
    SUSPENDED_WITHOUT_START = _warning(
        "suspended on {value} without having started by then",
        "中止开发日期 {value} 之前没有开工",
        "record the day of the start, or remove the suspension",
        "补录实际开工日期，或删除中止记录",
    )
    RESUMED_BEFORE_SUSPENDED = _warning(
        "resumed on {value}, before the suspension",
        "恢复开发日期 {value} 早于中止日期",
        "correct one of the dates",
        "更正其中一个日期",
    )
    PROGRESS_UNKNOWN = _info(
        "suspended for the full time of the rule, but developed area or investment is not known",
        "中止开发已满规定年限，但已动工面积或已投资额不详",
        "record developed and developable area, invested and planned investment",
        "补录已动工面积与应动工面积、已投资额与总投资额",
    )
    DELIVERED_LATE = _info(
        "delivered on {value}, later than agreed: perhaps a cause under order 53 art. 8(1)",
        "{value} 交地，晚于约定：可能属于第53号令第八条第（一）项情形",
        "establish whether late delivery caused the delay",
        "查明延迟交地是否造成动工延迟",
    )
    DELIVERY_UNPROVEN = _info(
        "no proof that the land was delivered: perhaps a cause under order 53 art. 8(1)",
        "没有交地确认记录：可能属于第53号令第八条第（一）项情形",
        "record the date of the 交地确认书",
        "补录交地确认书日期",
    )
    EXTENDED_TOO_FAR = _warning(
        "the amendment to {value} extends commencement by more than order 53 art. 12(1) allows",
        "补充协议将动工日期延至 {value}，超过第53号令第十二条第（一）项的期限",
        "check the amendment and its approval",
        "核对补充协议及其批准文件",
        Owner.BUREAU,
    )
    AMENDED_TWICE_A_DAY = _warning(
        "two amendments were signed on {value}: the later row counts",
        "{value} 签订了两份补充协议：以后一行为准",
        "check which of them is in force",
        "核对以哪一份为准",
        Owner.BUREAU,
    )
    AMENDED_BACKWARDS = _warning(
        "the amendment sets a date for commencement, {value}, that had passed when it was signed",
        "补充协议约定的动工日期 {value} 早于其签订日期",
        "check both dates; a later amendment must say what was agreed",
        "核对两个日期；确有约定的，应以补充协议载明",
        Owner.BUREAU,
    )
    AMENDED_FORWARD = _warning(
        "the amendment brings commencement forward to {value}",
        "补充协议将动工日期提前至 {value}",
        "check the date: an amendment that extends gives a later one",
        "核对日期：延期的补充协议应约定更晚的日期",
        Owner.BUREAU,
    )
    AMENDED_COMPLETION = _warning(
        "the amendment has completion, {value}, before commencement",
        "补充协议约定的竣工日期 {value} 早于动工日期",
        "correct one of the dates",
        "更正其中一个日期",
        Owner.BUREAU,
    )
    CAUSES_CONTRADICT = _warning(
        "from {value} on a cause of the holder's and another's are both verified for the same "
        "days: they are excused and prove nothing",
        "自 {value} 起，同一期间既核实为使用权人原因，又核实为其他原因：予以扣除，不作为证明",
        "establish which of the two it was and reject the other",
        "查明属于哪一种原因，另一项改为不予采信",
        Owner.BUREAU,
    )
    DELAY_REVERSED = _error(
        "the delay since {value} ends before it begins and counts for nothing",
        "自 {value} 起的延误截止日期早于起始日期，不予计算",
        "correct one of the dates",
        "更正其中一个日期",
        Owner.BUREAU,
    )
    DELAY_MOOT = _info(
        "the delay since {value} began after the idle years that end deduction: it stops nothing",
        "自 {value} 起的原因发生在规定的闲置年限届满之后，不影响处置",
        "nothing, unless the date is wrong",
        "一般无需处理；如日期有误请更正",
    )
    PRICE_ZERO = _warning(
        "the price is 0",
        "成交价格为 0",
        "record the price, or leave it empty",
        "补录价格，或留空",
    )
    PRICE_MISSING = _info(
        "no price: the fee cannot be computed",
        "没有成交价格：无法计算闲置费",
        "record the price",
        "补录价格",
    )
    FEE_BASE_MISSING = _info(
        "the fee is a multiple of {field}, which is not recorded: it cannot be computed",
        "闲置费按{field}计算，而{field}没有记录：无法计算数额",
        "record {field}",
        "补录{field}",
        Owner.BUREAU,
    )
    SCOPE_UNKNOWN = _warning(
        "a local rule may be for this land: {field} does not say",
        "现有{field}未载明该宗地是否适用地方规定",
        "record {field}",
        "补录{field}",
        Owner.BUREAU,
    )
    RULE_UNVERIFIED = _info(
        "a rule speaks whose source is not verified",
        "所适用的规则中有依据未核实的",
        "check the rule against its text before use",
        "使用前须核对规则原文",
        Owner.BUREAU,
    )

    @property
    def code(self) -> str:
        """The code used in files, in ``--accept`` and over HTTP."""
        return self.name.lower()

    @property
    def is_firm(self) -> bool:
        """Whether nobody can accept it: land some 500 m off its place falsifies every figure."""
        return self in (IssueKind.GCJ02_SUSPECTED, IssueKind.GCJ02_MEASURED)
