"""The sentences in which one supply's story is told, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, str]] = {
    # headings
    "title": (
        "供地 {supply_id}：截至{on}的状态与初步研判",
        "Supply {supply_id}: standing and preliminary finding on {on}",
    ),
    "facts": ("一、事实", "1. Facts"),
    "clock": ("二、计时", "2. The clock"),
    "delays": ("三、原因", "3. Causes"),
    "findings": ("四、研判与依据", "4. Findings and articles"),
    "missing": ("五、待补充与待核实", "5. What is missing or contradicts itself"),
    "next": ("六、下一节点", "6. What comes next"),
    # facts
    "fact": ("{name}：{value}", "{name}: {value}"),
    "fact_later": (
        "{name}：{value}（晚于基准日，视为尚未发生）",
        "{name}: {value} (after the date: it has not happened yet)",
    ),
    "held": ("{from_on}起权利人为{holder}", "held by {holder} from {from_on}"),
    "held_later": (
        "{from_on}起权利人变更为{holder}，晚于基准日，不计",
        "held by {holder} from {from_on}: later than the date, it does not count",
    ),
    "amended": (
        "{signed}签订补充协议，动工日期{start}，竣工日期{completion}",
        "amendment signed on {signed}: commencement {start}, completion {completion}",
    ),
    "moved": ("改为{day}", "{day}"),
    "amended_later": (
        "{signed}签订的补充协议晚于基准日，不计",
        "the amendment signed on {signed} is later than the date and does not count",
    ),
    "same": ("不变", "unchanged"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "choice_state": ("国有", "state-owned"),
    "choice_collective": ("集体", "collective"),
    # the clock
    "standing": ("状态：{standing}。", "Standing: {standing}."),
    "due": (
        "应动工日期为{due_on}，来源：{source}。",
        "Commencement was due on {due_on} ({source}).",
    ),
    "due_delivery": (
        "未约定动工日期：自实际交地之日{delivered_on}起满{years}年，应动工日期为{due_on}。",
        "No date was agreed: years after delivery on {delivered_on}: {years}, so {due_on}.",
    ),
    "no_due": (
        "没有约定动工日期，也没有交地确认记录，时钟无法起算。",
        "There is neither an agreed date nor a proof of delivery: no clock runs.",
    ),
    "not_running": (
        "该宗地{standing}，未动工时钟不再计算。",
        "The parcel is {standing}: the clock of non-commencement does not run.",
    ),
    "marks": (
        "原始时钟：{marks}；至{on}已过{elapsed}日，满{years}年。",
        "Raw clock: {marks}; by {on} {elapsed} days have passed, full years: {years}.",
    ),
    "mark": (
        "满{n}年之日为{day}，自{after}起计",
        "year {n} is complete at the end of {day}, counted from {after}",
    ),
    "mark_waits": (
        "满{n}年：原因未结束期间不届至",
        "year {n} does not arrive while the cause lasts",
    ),
    "deduct": (
        "扣除时钟：{due_on}加扣除的{days}日为{effective}；{marks}；至{on}使用权人自身时间满{years}年。",
        "Clock after deduction: {due_on} plus {days} excused days is {effective}; {marks}; by {on} "
        "full years of the holder's own time: {years}.",
    ),
    "exempt": (
        "规则规定有非使用权人原因的不计使用权人责任：扣除{days}日只作说明。",
        "The rule exempts the holder for another's cause: the {days} days are only shown.",
    ),
    "other_policy": (
        "若改用“{policy}”口径，研判结果为：{outcome}。",
        "Under the other policy ({policy}) the outcome would be: {outcome}.",
    ),
    "policy_deduct": ("扣除期间", "deduct the days"),
    "policy_exempt": ("整体免除", "exempt the holder"),
    "nothing": ("无", "none"),
    "suspension": (
        "自{suspended_on}起中止开发，满{years}年之日为{mark}，自{after}起可以认定。",
        "Suspended since {suspended_on}; year {years} ends on {mark} and counts from {after}.",
    ),
    "share_developed": (
        "已动工面积{part}㎡／应动工面积{whole}㎡＝{share}，限额{limit}（不含本数）：{verdict}。",
        "Developed {part} m² of {whole} m² = {share}, limit {limit} (strictly under): {verdict}.",
    ),
    "share_invested": (
        "已投资{part}元／总投资{whole}元＝{share}，限额{limit}（不含本数）：{verdict}。",
        "Invested {part} of {whole} yuan = {share}, limit {limit} (strictly under): {verdict}.",
    ),
    "share_unknown": ("{name}不详，无法比较。", "{name} is not known and cannot be compared."),
    "developed": ("已动工面积比例", "The developed share"),
    "invested": ("投资额比例", "The invested share"),
    "under": ("不足", "under"),
    "not_under": ("已达到", "not under"),
    # causes
    "delay": (
        "{cause}，{start}至{end}，{status}：{effect}",
        "{cause}, {start} to {end}, {status}: {effect}",
    ),
    "open_end": ("未结束", "not ended"),
    "no_delays": (
        "没有记录任何原因；没有记录不等于使用权人原因。",
        "No cause is recorded; silence proves nothing.",
    ),
    "effect_counted": ("扣除{days}日。", "{days} days are deducted."),
    "effect_open": (
        "至基准日未结束，计至基准日，扣除{days}日。",
        "not ended by the date, counted up to it: {days} days are deducted.",
    ),
    "effect_overlap": (
        "扣除{days}日；其余{left}日不计，因其不晚于应动工日、晚于基准日或与其他原因重叠。",
        "{days} days are deducted; {left} are not, which are no later than the day commencement "
        "was due, or later than the date, or counted for another cause.",
    ),
    "effect_claimed": (
        "仅为主张，未经核实，不予扣除。",
        "claimed only, not verified: nothing is deducted.",
    ),
    "effect_rejected": ("不予采信，不予扣除。", "rejected: nothing is deducted."),
    "effect_holder": (
        "属于使用权人自身原因，不予扣除。",
        "the holder's own cause: nothing is deducted.",
    ),
    "effect_moot": (
        "发生在规定的闲置年限届满之后，不影响处置，不予扣除。",
        "arose after the full idle years that end deduction: it stops nothing.",
    ),
    "effect_suspended": (
        "项目处于中止开发，原因只说明责任方，不作扣除。",
        "the project is suspended: a cause tells whose fault it is and deducts nothing.",
    ),
    "effect_later": ("晚于基准日，尚未发生，不计。", "later than the date: it has not happened."),
    "effect_idle": ("此时没有时钟在运行，不影响结果。", "no clock is running: it changes nothing."),
    "effect_reversed": (
        "截止日期早于起始日期，不计。",
        "ends before it begins: it counts for nothing.",
    ),
    "fault": ("责任方：{fault}。", "Fault: {fault}."),
    "fault_part": (
        "已查明原因的责任方：{fault}，只涉及扣除的{days}日；其余时间的原因尚未查明。",
        "Fault of what is established: {fault}, for the {days} days that are deducted; the cause "
        "of the other time is not established.",
    ),
    # findings
    "silent": ("没有规则对该宗地作出结论。", "No rule speaks of this supply."),
    "finding": ("{outcome}（{title}）：{reason}", "{outcome} ({title}): {reason}"),
    "from_on": ("自{from_on}起适用。", "Applies from {from_on}."),
    "from_on_moves": (
        "自{from_on}起适用（原因未结束，扣除日数计至{on}，故该日随基准日顺延）。",
        "Applies from {from_on} (a cause is open and its days are counted up to {on}, so that this "
        "day moves with the date asked about).",
    ),
    "discretionary": ("属于“可以”认定，由本局裁量。", "The rule says 'may': the bureau decides."),
    "blocked": ("受阻：{title}。", "Blocked: {title}."),
    "article": ("{label}：“{quote}”{checked}", "{label}: “{quote}”{checked}"),
    "unchecked": ("（引文待核对）", " (wording to be checked)"),
    "preliminary": (
        "以上为初步研判，须经调查核实并依法送达认定书后方可认定为闲置土地。",
        "This is a preliminary finding: land is idle in law only after a served decision.",
    ),
    # the rest
    "complete": ("没有发现缺项或矛盾。", "Nothing is missing and nothing contradicts itself."),
    "issue": ("{message}；{fix}。", "{message}; {fix}."),
    "next_change": (
        "如无新的记录，自{next_on}起研判结果变为：{outcome}。",
        "If nothing more is recorded, the outcome changes on {next_on} to: {outcome}.",
    ),
    "next_none": (
        "如无新的记录，研判结果不再变化。",
        "If nothing more is recorded, nothing will change.",
    ),
}
"""Each sentence as (zh, en); words in braces are filled in."""


def phrase(key: str, lang: str, **words: object) -> str:
    """The sentence ``key`` in one language with its words filled in."""
    zh, en = PHRASES[key]
    return (zh if lang == "zh" else en).format(**words)
