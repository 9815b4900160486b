"""What contradicts itself in the time and money of a supply, told by the determination."""

from __future__ import annotations

from landgis.kinds.sentence import error, info, warning
from landgis.terms import Owner

SUPPLIED_AFTER_ON = info(
    "supplied on {value}, after the date of the determination",
    "供地日期 {value} 晚于认定基准日",
    "choose a later date",
    "选择更晚的基准日",
)
DELAY_OPEN = info(
    "the delay since {value} had not ended and counts up to the date",
    "自 {value} 起的延误至基准日尚未结束，计至基准日",
    "record when the delay ended",
    "补录延误结束日期",
)
NO_RULE_IN_FORCE = warning(
    "no rule in force on the date speaks of this supply",
    "基准日没有适用于该宗地的现行规则",
    "review by hand; add the rule to the rulebook",
    "人工核查；补充规则",
    Owner.BUREAU,
)
COMPLETED_WITHOUT_START = warning(
    "completed on {value} but never started",
    "竣工日期为 {value}，但没有开工日期",
    "record the day of the start",
    "补录实际开工日期",
)
COMPLETED_BEFORE_START = warning(
    "completed on {value}, before the start",
    "竣工日期 {value} 早于开工日期",
    "correct one of the dates",
    "更正其中一个日期",
)
STARTED_BEFORE_SUPPLY = warning(
    "started on {value}, before the contract",
    "开工日期 {value} 早于合同签订日期",
    "correct one of the dates",
    "更正其中一个日期",
)
RETURNED_BEFORE_SUPPLY = warning(
    "returned on {value}, before the contract",
    "收回日期 {value} 早于合同签订日期",
    "correct one of the dates",
    "更正其中一个日期",
)
DUE_BEFORE_SUPPLY = warning(
    "the agreed start {value} lies before the contract",
    "约定动工日期 {value} 早于合同签订日期",
    "check the contract",
    "核对合同",
)
COMPLETION_BEFORE_DUE = warning(
    "the agreed completion {value} lies before the agreed start",
    "约定竣工日期 {value} 早于约定动工日期",
    "check the contract",
    "核对合同",
)
DUE_DATE_MISSING = warning(
    "neither an agreed commencement date nor a proof of delivery is recorded",
    "既无约定动工日期，也无交地确认记录",
    "record the date of the contract, or the 交地确认书 (order 53 art. 22)",
    "补录合同约定的动工日期，或交地确认书日期（第53号令第二十二条）",
    Owner.BUREAU,
)
SUSPENDED_WITHOUT_START = warning(
    "suspended on {value} without having started by then",
    "中止开发日期 {value} 之前没有开工",
    "record the day of the start, or remove the suspension",
    "补录实际开工日期，或删除中止记录",
)
RESUMED_BEFORE_SUSPENDED = warning(
    "resumed on {value}, before the suspension",
    "恢复开发日期 {value} 早于中止日期",
    "correct one of the dates",
    "更正其中一个日期",
)
PROGRESS_UNKNOWN = info(
    "suspended for the full time of the rule, but developed area or investment is not known",
    "中止开发已满规定年限，但已动工面积或已投资额不详",
    "record developed and developable area, invested and planned investment",
    "补录已动工面积与应动工面积、已投资额与总投资额",
)
DELIVERED_LATE = info(
    "delivered on {value}, later than agreed: perhaps a cause under order 53 art. 8(1)",
    "{value} 交地，晚于约定：可能属于第53号令第八条第（一）项情形",
    "establish whether late delivery caused the delay",
    "查明延迟交地是否造成动工延迟",
)
DELIVERY_UNPROVEN = info(
    "no proof that the land was delivered: perhaps a cause under order 53 art. 8(1)",
    "没有交地确认记录：可能属于第53号令第八条第（一）项情形",
    "record the date of the 交地确认书",
    "补录交地确认书日期",
)
EXTENDED_TOO_FAR = warning(
    "the amendment to {value} extends commencement by more than order 53 art. 12(1) allows",
    "补充协议将动工日期延至 {value}，超过第53号令第十二条第（一）项的期限",
    "check the amendment and its approval",
    "核对补充协议及其批准文件",
    Owner.BUREAU,
)
AMENDED_TWICE_A_DAY = warning(
    "two amendments were signed on {value}: the later row counts",
    "{value} 签订了两份补充协议：以后一行为准",
    "check which of them is in force",
    "核对以哪一份为准",
    Owner.BUREAU,
)
AMENDED_BACKWARDS = warning(
    "the amendment sets a date for commencement, {value}, that had passed when it was signed",
    "补充协议约定的动工日期 {value} 早于其签订日期",
    "check both dates; a later amendment must say what was agreed",
    "核对两个日期；确有约定的，应以补充协议载明",
    Owner.BUREAU,
)
AMENDED_FORWARD = warning(
    "the amendment brings commencement forward to {value}",
    "补充协议将动工日期提前至 {value}",
    "check the date: an amendment that extends gives a later one",
    "核对日期：延期的补充协议应约定更晚的日期",
    Owner.BUREAU,
)
AMENDED_COMPLETION = warning(
    "the amendment has completion, {value}, before commencement",
    "补充协议约定的竣工日期 {value} 早于动工日期",
    "correct one of the dates",
    "更正其中一个日期",
    Owner.BUREAU,
)
CAUSES_CONTRADICT = warning(
    "from {value} on a cause of the holder's and another's are both verified for the same "
    "days: they are excused and prove nothing",
    "自 {value} 起，同一期间既核实为使用权人原因，又核实为其他原因：予以扣除，不作为证明",
    "establish which of the two it was and reject the other",
    "查明属于哪一种原因，另一项改为不予采信",
    Owner.BUREAU,
)
DELAY_REVERSED = error(
    "the delay since {value} ends before it begins and counts for nothing",
    "自 {value} 起的延误截止日期早于起始日期，不予计算",
    "correct one of the dates",
    "更正其中一个日期",
    Owner.BUREAU,
)
DELAY_MOOT = info(
    "the delay since {value} began after the idle years that end deduction: it stops nothing",
    "自 {value} 起的原因发生在规定的闲置年限届满之后，不影响处置",
    "nothing, unless the date is wrong",
    "一般无需处理；如日期有误请更正",
)
PRICE_ZERO = warning(
    "the price is 0",
    "成交价格为 0",
    "record the price, or leave it empty",
    "补录价格，或留空",
)
PRICE_MISSING = info(
    "no price: the fee cannot be computed",
    "没有成交价格：无法计算闲置费",
    "record the price",
    "补录价格",
)
FEE_BASE_MISSING = info(
    "the fee is a multiple of {field}, which is not recorded: it cannot be computed",
    "闲置费按{field}计算，而{field}没有记录：无法计算数额",
    "record {field}",
    "补录{field}",
    Owner.BUREAU,
)
SCOPE_UNKNOWN = warning(
    "a local rule may be for this land: {field} does not say",
    "现有{field}未载明该宗地是否适用地方规定",
    "record {field}",
    "补录{field}",
    Owner.BUREAU,
)
RULE_UNVERIFIED = info(
    "a rule speaks whose source is not verified",
    "所适用的规则中有依据未核实的",
    "check the rule against its text before use",
    "使用前须核对规则原文",
    Owner.BUREAU,
)
