"""Names and numbers of a made-up city: places, companies, projects, document and credit codes."""

from __future__ import annotations

import numpy as np

CITY = "云泽"
PROVINCE = "澜"
CITY_CODE = "473100"

DISTRICTS = (
    ("473102", "望河区"),
    ("473103", "锦亭区"),
    ("473104", "北垣区"),
    ("473111", "柳汀区"),
    ("473121", "泽阳县"),
    ("473124", "禾丰县"),
    ("473125", "临漪县"),
    ("473126", "桑原县"),
    ("473127", "古渡县"),
    ("473128", "青坞县"),
    ("473181", "辰川市"),
    ("473182", "鹿陵市"),
)
"""Code and name; the first four lie in the middle of the city. No such province code exists."""

PARKS = (
    ("云泽绿色纤维专业园区", "正式", "绿色纤维", 11),
    ("泽阳动力电池专业园区", "正式", "动力电池", 4),
    ("柳汀高端装备专业园区", "正式", "高端装备", 3),
    ("锦亭电池与新能源汽车专业园区", "试行", "电池与新能源汽车", 1),
    ("鹿陵起重装备专业园区", "正式", "起重装备", 10),
    ("鹿陵医疗器械专业园区", "正式", "医疗器械", 10),
    ("禾丰绿色食品专业园区", "试点", "绿色食品", 5),
    ("古渡氢能专业园区", "试行", "氢能", 8),
)
"""Name, status, leading industry and position of the district in ``DISTRICTS``."""

PRODUCTS = {
    "绿色纤维": ("再生纤维素长丝", "可降解无纺布", "差别化氨纶", "功能性纱线", "绿色纤维原液"),
    "动力电池": ("磷酸铁锂电芯", "电池隔膜", "负极材料", "储能电池模组", "电解液"),
    "高端装备": ("数控机床", "精密轴承", "振动筛分设备", "智能输送设备", "液压元件"),
    "电池与新能源汽车": ("动力电池系统", "新能源专用车", "驱动电机", "充电桩", "汽车轻量化部件"),
    "起重装备": ("桥式起重机", "门式起重机", "电动葫芦", "港口起重设备", "起重机减速机"),
    "医疗器械": ("一次性输注器具", "医用敷料", "卫生材料", "康复器械", "医用防护用品"),
    "绿色食品": ("速冻食品", "专用面粉", "植物蛋白饮品", "功能糖", "冷链食品"),
    "氢能": ("质子交换膜", "氢燃料电池电堆", "储氢瓶", "电解水制氢设备", "氢能专用车"),
    "综合": ("包装制品", "建筑构件", "家具", "五金制品", "塑料管材", "印刷制品"),
}

_FIRST = "澜昱砺岑湛翎珩栩皓泓沅菁霁铄钧璟睿骞屿漪"
_SECOND = "洲合岳辰川沛原启禾屹澈曜衡拓朔霖桓舟垚骁"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [3**i % 31 for i in range(17)]


def pick(rng: np.random.Generator, words: tuple[str, ...] | str) -> str:
    """One word of several."""
    return words[int(rng.integers(len(words)))]


def company(rng: np.random.Generator, place: str, industry: str) -> str:
    """An invented company; the brand is two characters that mean nothing together."""
    brand = pick(rng, _FIRST) + pick(rng, _SECOND)
    tail = {
        "绿色纤维": ("纤维科技", "新材料", "纺织"),
        "动力电池": ("新能源", "电池材料", "储能科技"),
        "高端装备": ("重工", "智能装备", "精密机械"),
        "电池与新能源汽车": ("汽车部件", "新能源汽车", "电驱动"),
        "起重装备": ("起重机械", "重型机械", "机电设备"),
        "医疗器械": ("医疗器械", "卫生材料", "医疗科技"),
        "绿色食品": ("食品", "面业", "农业科技"),
        "氢能": ("氢能科技", "氢能装备", "燃料电池"),
        "住宅": ("置业", "房地产开发", "城镇建设"),
        "仓储": ("仓储", "物流", "供应链管理"),
        "商业": ("商业管理", "商贸", "酒店管理"),
    }.get(industry, ("实业", "制品", "建材"))
    return f"{place}{brand}{pick(rng, tail)}有限公司"


def public_body(rng: np.random.Generator, district: str, use: str) -> str:
    """A public body that receives land by allocation."""
    bodies = {
        "教育用地": ("教育体育局", "第二实验学校", "职业教育中心"),
        "医疗卫生用地": ("卫生健康委员会", "中医院", "妇幼保健院"),
        "公用设施用地": ("住房和城乡建设局", "供水公司", "供电设施管理中心"),
    }.get(use, ("机关事务中心", "城市管理局"))
    return f"{CITY}市{district}{pick(rng, bodies)}" if use in bodies else f"{district}人民政府"


def project(rng: np.random.Generator, holder: str, industry: str) -> str:
    """A project title as contracts have it."""
    product = pick(rng, PRODUCTS.get(industry, PRODUCTS["综合"]))
    number = int(rng.choice([1, 2, 3, 5, 6, 8, 10, 12, 15, 20, 30, 50, 60, 80, 100]))
    unit = pick(rng, ("万吨", "万套", "万件", "台（套）"))
    return pick(
        rng,
        (
            f"年产{number}{unit}{product}项目",
            f"{product}生产基地项目",
            f"{product}生产基地二期项目",
            f"{product}技术改造扩建项目",
            f"{holder.removesuffix('有限公司')}{product}产业园项目",
        ),
    )


def check_character(first17: str) -> str:
    """The last character of a social credit code (GB 32100): weights 3^i mod 31."""
    total = sum(_ALPHABET.index(c) * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]


def credit_code(rng: np.random.Generator, district_code: str, *, public: bool = False) -> str:
    """A social credit code with the right check character."""
    body = "".join(_ALPHABET[int(i)] for i in rng.integers(0, 31, 9))
    first17 = ("12" if public else "91") + district_code + body
    return first17 + check_character(first17)


def spoiled(code: str) -> str:
    """The code with a wrong check character."""
    return code[:17] + _ALPHABET[(_ALPHABET.index(code[17]) + 7) % 31]


def document(year: int, number: int, *, city: bool = False) -> str:
    """A document number such as 澜政土〔2012〕123号."""
    return f"{CITY[0] if city else PROVINCE}政土〔{year}〕{number}号"


def serials(groups: list[str]) -> list[int]:
    """The running number of each row within its group."""
    seen: dict[str, int] = {}
    out = []
    for group in groups:
        seen[group] = seen.get(group, 0) + 1
        out.append(seen[group])
    return out
