"""The shortest phrase that names what a figure measures: before it (路面7000余方) or behind it (3个园区)."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from gridtown.report.claims.reading import lexicon, phrasing, trimming
from gridtown.report.claims.reading.shapes import Figure

_WORDS = lexicon.table("subjects")
_LEAST = 3
_SEPARATORS = re.compile(r"[,。;:!?\n\t|【】]|—{2}")
_BEHIND = re.compile(r"[,。;:!?\n\t、()（）|…]|和(?=\d)|及(?=\d)")
_WON = re.compile(
    r"被[\u4e00-\u9fff、]{0,12}?(?:评为|授予|命名为|认定为|表彰为|确定为)|[\u4e00-\u9fff]{0,2}?(?:获得|获评|荣获|获|跻身|进入|入围|保持|蝉联|位居|被评为|评为|实现|入选|开展|在)"
)
_AMONG = re.compile("(?:支出|收入|投资|总额|企业|人口|党员|其|产值|用地|学生|案件)中")
_ETC = re.compile(r"等(?:地|单位|领域|方面)?$")
_DID = re.compile("(?<=[\u4e00-\u9fff]{2})(?<![公总])(?:累计|先后|共计|一共|共)(?![同享有建治])")
_WHO = re.compile(
    r"(?:[镇县区市乡村屯州省旗街社局办站所院校厂社会委组队里内司部门们家人员者众员并已再又还也均都共等后中前底初期间年月日、和及与地用动力”)]|企业|干部|累计|计划|全年|成功|顺利|带动|组织"
    r"|完成|主动|集中|积极|共同|分别|陆续|先后|全部|全面|新|合计|总计|中心|排查|检查|巡查|摸排|走访|重点|同步|和谐|统筹|牵头|首次|街道|率先|如期|提前|带队|联合|协调|建设|项目|工程|园|工作|行动|活动|资金|政策|平台|系统|机制)$"
)
_DATED = re.compile(r"(?:19|20)\d{2}年(?:\d{1,2}月)?(?:底|末|初|度)?")
# 总量居青州八个新城前列, 春节期间为300户发放: among which it stands, or when it was.
_RANGED = re.compile("(?:[位均稳]居|名列)[\u4e00-\u9fff]{0,4}$|期间$")
_AMID = re.compile(r"(?<![高初集空水普职])中$")
# 49个村中有24村, 两村已率先完成: what is counted ends there, or stands in front.
_THEREOF = re.compile("(?<=[村户家人业])中共?有$")
_ADVERBS = re.compile("(?:已经?|[均都也还正]|率先|基本|全部|正在|陆续|先后|相继|顺利|未)+")
# What lies in the land: 南山145亩农田.
_SPREAD = frozenset({"mu", "m²", "km"})
_PLACED = ("位列", "位居", "名列", "跻身")
_PEERS = re.compile(
    r"(?:同类型?|[东南西北中]?[一二三四五六七八九十\d]{1,3}个?)?(?:[县区市旗]|乡镇|镇街|街道|县区|区县|县市|市县|城市)$"
)
_ASIDE = re.compile(r"[((][\u4e00-\u9fff、]{1,5}[))]")
_PLACE = re.compile(r"(?:[镇县区市乡村州旗街]|街道|社区|全域)$")
_TOWN = re.compile("[镇乡村县市]$")
_MADE = re.compile(r"(?:划分|细分|拆分|整合|归并|合并|优化|调整|分|编)(?:为|成)了?$")
_BY = re.compile(r"[多少高低]\d")
_AGE = re.compile(r"\d{1,2}\s*[-—–~至]\s*\d{1,2}\s*(?:周岁|岁)的?")
# 某平台项目、投资6000万元: what stands alone behind the last comma is of the money.
_BARE_AMOUNT = re.compile("、((?:总|计划|协议|完成|年)?(?:投资|产值|税收|营收|投入|资金|收入|利润)额?)$")
_INSIDE = re.compile("(?<=小区|社区|园区|街区|校园|村庄|辖区)内(?![部需容在涝])")
# 4个村茶园面积: the villages are counted, not their tea gardens.
_VILLAGE = re.compile("(?:行政|自然)?村(?![级民庄集干党两委社组务落口史医改容])(?=[\u4e00-\u9fff])")
_WHOSE = re.compile("的([\u4e00-\u9fff]{2,12})$")
# What a named firm does with its money: 某公司投资1亿元 is of the investment.
_FIRM = re.compile(
    r".*(?:公司|集团|厂|合作社|银行|商会|基金会|农场)(?=(?:计划|拟|共|累计|完成|新增|追加|总|已)*(?:投资|投入|融资|出资|捐资|捐款|捐赠|增资)额?$)"
)
# 年产20万立方米某系统: what is made stands behind.
_YIELDS = re.compile("(?:[年日]产|[年日]处理|[年日]加工)$")
# 五年翻了一番: no name but how long it took.
_SPELLED = re.compile("[一两三四五六七八九十]年")
# 新建改造5公里绿道: two verbs of building, and no name yet.
_BUILDING = frozenset(_WORDS["building"])
# 在局里备案登记的各类组织: the kind alone is counted.
_SORTS = re.compile(
    "[\u4e00-\u9fff]{4}的(?:各类|各种|各级)(?=[\u4e00-\u9fff]{3})"
    "|(?:列入|符合|群众|有)[\u4e00-\u9fff]{2,8}的(?=[\u4e00-\u9fff]{4})"
    "|[\u4e00-\u9fff]{4}(?:各类|各项)(?=[\u4e00-\u9fff]{3})"
    "|(?:确定|下达|安排|部署|交办|承诺|申报)的(?=[\u4e00-\u9fff]{4})"
)
# 较上年增长 names nothing, 较大事故 does.
# 突破5000亿元大关: a mark is what was passed, not what passed it.
_MARK = re.compile("大关|台阶|关口|门槛|目标")
_THAN = re.compile("[较比](?![大重例赛武])")
_SPEED = re.compile("(?:速度|增速|增幅|降幅|比例|比重|目标|水平|任务|幅度|情况|占比|份额|标准|增长)")
_CLASS = re.compile(
    r"(?:的)?[\u4e00-\u9fff“”]{0,8}?(?:项目|企业|村|镇|户|订单|合同|园区|平台|集群|商户|品牌|公司|产业|工程)"
)
_AMOUNT = re.compile(r"(?:投资|产值|收入|规模|税收|额|量|利润|资金|总额)$")
# Verbs that are never the beginning of a name: 12个村配备村医.
_VERBS = frozenset(_WORDS["verbs"])
# What money or people are for: 发放16万元保障困难家庭, 组织12人参加农技培训.
_FOR = frozenset(_WORDS["purposes"])
# What is left of 总增幅 or 年均增速 names nothing: the change is of what stands before.
_FATE = re.compile(rf"(?:稳定|顺利|全部|实现|成功|如期)*(?P<fate>{lexicon.any_of(_WORDS['fates'])})")
_AIMED = frozenset(_WORDS["aims"])
_NOTHING = frozenset(_WORDS["nothing"])


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of the text, and the verb that was taken off its front; bare if there is nothing but the verb."""

    start: int
    end: int
    action: str = ""
    bare: bool = False

    def __bool__(self) -> bool:
        return self.end > self.start


NOTHING = Phrase(0, 0)


def clause_start(text: str, at: int) -> int:
    """Where the clause begins that holds this place."""
    begin = 0
    for match in _SEPARATORS.finditer(text, max(0, at - 120), at):
        begin = match.end()
    return max(begin, at - 120)


def before(text: str, begin: int, end: int) -> Phrase:
    """What is named in front of a figure, its light words and the verb taken off."""
    bracket = text[end - 1 : end] == "("
    end = trimming.tailed(text, begin, end)
    opened = text.rfind("(", begin, end)
    if opened > text.rfind(")", begin, end):
        begin = opened + 1
    if bracket:  # 饮水工程、连户路(2.7公里): of the list's last alone
        begin = max(begin, text.rfind("、", begin, end) + 1)
    closed = text.rfind(")", begin, end) + 1
    begin = closed if closed > begin and end - closed > _LEAST else begin  # 园区(不含某区)已开发面积
    while begin < end and text[begin] in "和与及、,)】" and not text.startswith("及时", begin):
        begin += 1
    start = trimming.led(text, begin, end)
    if firm := _FIRM.match(text[start:end]):
        start += firm.end()
    if text[start:end] in _NOTHING or _SPELLED.fullmatch(text, start, end):
        return NOTHING
    for dated in _DATED.finditer(text, start, end):
        start = dated.end() if end - dated.end() >= _LEAST else start
    if among := _AMONG.search(text, start, end):
        start = among.end() if end - among.end() >= 2 else start
    if etc := re.search(r"等(?=[^级候待于])", text[start:end]):
        after = start + etc.end()
        if end - after >= 2 and not text[start : etc.start() + start].endswith(
            ("中", "高", "初", "平", "同", "上")
        ):
            start = after
    if sort := _SORTS.search(text, start, end):
        start = sort.end()
    if did := _last(_DID.finditer(text, start, end)):  # 大队共检查单位: who did it stands in front
        start = did.end() if phrasing.act().match(text, did.end(), end - 1) else start
    action = ""
    for match in phrasing.strong().finditer(text, start, end):
        if end - match.end() >= 2 and _light_enough(match, start):
            start, action = match.end(), match[0]
    while True:
        start = trimming.led(text, start, end)
        if action and text[start] in "和与及" and phrasing.act().match(text, start + 1, end):
            start += 1
        match = phrasing.act().match(text, start, end)
        if match is None:
            break
        rest = trimming.led(text, match.end(), end)
        if text[rest:end] in phrasing.things() or (match[0][-1] in "了过" and end - rest == _LEAST - 1):
            return Phrase(rest, end, match[0])
        if end - rest < _LEAST:
            both = action in _BUILDING and match[0] in _BUILDING
            bare = rest >= end and (not action or match[0] == action or both)
            return Phrase(start, end, match[0], bare=bare)
        start, action = rest, match[0]
    if (
        action
        and 0 < end - start < _LEAST
        and action in phrasing.acts()
        and text[start:end] not in phrasing.things()
        and text[start - len(action) : start] == action
    ):
        return Phrase(start - len(action), end, action)
    if amount := _BARE_AMOUNT.search(text, start, end):
        start = amount.start(1)
    if end - start > trimming.LONGEST:
        start = trimming.shortened(text, start, end)
    return Phrase(start, end, action) if end > start and not _THAN.match(text, start) else NOTHING


def _last(matches: Iterator[re.Match[str]]) -> re.Match[str] | None:
    return next(iter(deque(matches, maxlen=1)), None)


def _light_enough(match: re.Match[str], start: int) -> bool:
    """Within a phrase only behind who does it or how: 镇里新增, but not 水稻种植面积; 有 only at the front."""
    if match.start() == start or match[0] == "进行":
        return True
    if match[0] == "有":  # 某镇有工业企业6个
        return (
            bool(_TOWN.search(match.string, start, match.start()))
            and match.string[match.end()] not in "线关机效限序"
        )
    return bool(_WHO.search(match.string, start, match.start()))


def behind(text: str, begin: int, limit: int) -> Phrase:
    """What is named behind a figure, up to a verb, a comma or the next figure."""
    while begin < limit and text[begin] in " 的":
        begin += 1
    if _BY.match(text, begin):
        return NOTHING  # 比上年的136家多7家
    if age := _AGE.match(text, begin, limit):
        begin = age.end()
    match = _BEHIND.search(text, begin, limit)
    if match and match.start() > begin and (aside := _ASIDE.match(text, match.start(), limit)):
        match = _BEHIND.search(text, aside.end(), limit)
    end = match.start() if match else limit
    quote = text[begin:end].startswith("“")
    for stop in phrasing.stop().finditer(text, begin, end):
        if quote and text.find("”", begin, end) > stop.start():
            continue
        if _part_of_name(text, begin, stop, end):
            continue
        if stop.start() == begin and stop[0] in _FOR and end - stop.end() >= _LEAST:
            begin = stop.end()
            continue
        whose = (
            _WHOSE.search(text, stop.end(), end)
            if not phrasing.head().search(text, begin, stop.start())
            else None
        )
        if whose and stop.start() > begin and phrasing.head().search(text, *whose.span(1)):
            verb = phrasing.stop().search(text, *whose.span(1))  # 45户有需要且符合条件的困难家庭
            return Phrase(whose.start(1), verb.start() if verb else whose.end(1))
        end = stop.start()
        break
    if inside := _INSIDE.search(text, begin, end):
        end = inside.start()
    heads = list(phrasing.head().finditer(text, begin, end))
    if (
        heads
        and end - heads[-1].end() > 1
        and (phrasing.act().match(text, heads[-1].end(), end) or end - begin > trimming.LONGEST // 2)
    ):
        end = heads[-1].end()
    elif not heads and end - begin > trimming.LONGEST * 2 // 3:
        end = begin + trimming.LONGEST * 2 // 3
    of = text.find("的", begin, end)
    if of > begin and any(head.end() == of for head in phrasing.head().finditer(text, begin, of)):
        end = of
    if among := _THEREOF.search(text, begin, end):
        end = among.start()
    while end > begin and (text[end - 1] in " 的了等和与及" or _AMID.search(text, begin, end)):
        end -= 1
    if _ADVERBS.fullmatch(text, begin, end):
        return NOTHING
    return Phrase(begin, end) if end > begin and text[begin:end] not in _NOTHING else NOTHING


def whole(text: str, end: int) -> bool:
    """95%的项目当年开工: whether behind a share stands what it is a share of."""
    return text.startswith("的", end) and _SPEED.match(text, end + 1) is None


def fate(text: str, begin: int) -> Phrase:
    """What became of those that are counted, where neither side names them."""
    match = _FATE.match(text, begin)
    return Phrase(*match.span("fate")) if match else NOTHING


def first_head(text: str, phrase: Phrase) -> Phrase:
    """43个行政村|村集体收入: of what follows a count up to the next figure, the first thing that can be counted."""
    if village := _VILLAGE.match(text, phrase.start, phrase.end):
        return Phrase(phrase.start, village.end())
    for head in phrasing.head().finditer(text, phrase.start, phrase.end):
        if text[head.end() : head.end() + 1] in "级域里" or text.endswith("农村", 0, head.end()):
            continue  # 50家县级龙头企业, 80户农村困难家庭
        if head.end() - phrase.start >= 2 and phrase.end - head.end() >= 2:
            return Phrase(phrase.start, head.end())
    return phrase


def won(text: str, begin: int) -> int:
    """连续三年获得考核优秀: where what is won or kept begins, behind the verb."""
    match = _WON.match(text, begin)
    return match.end() if match else begin


def _part_of_name(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    """就业社区, 运营中心: what looks like a verb is followed by the name's own noun."""
    return bool(phrasing.head().match(text, stop.end(), end)) and stop[0] not in _VERBS


def place(text: str, phrase: Phrase) -> bool:
    """Whether a phrase names a town or a street."""
    return bool(_PLACE.search(text, phrase.start, phrase.end))


def chosen(text: str, figure: Figure, front: Phrase, back: Phrase) -> Phrase:
    """Which of the two names what is measured."""
    if figure.form == "rank" and (
        _PEERS.fullmatch(text, front.start, front.end) or text.startswith(_PLACED, front.start)
    ):
        return NOTHING
    if not back or _MARK.fullmatch(text, back.start, back.end):
        return front
    if text[front.start : front.end] in _AIMED:
        return back
    if figure.unit == "count" and (
        _AMID.search(text, front.start, front.end) or _RANGED.search(text, front.start, front.end)
    ):
        return back  # 报告中的10组数字
    if _YIELDS.search(text, front.start, front.end):
        return back
    if not front or front.bare or figure.form == "ordinal":
        return Phrase(back.start, back.end, front.action)
    if figure.unit != "ratio" and phrasing.done(text, front.start, figure.start):
        return back
    if figure.unit == "ratio" and text.endswith("中", front.start, front.end):
        return back
    if figure.unit == "yuan" and figure.qualifier != "exact":
        sorts = _CLASS.match(text, figure.end) and not _AMOUNT.search(text, front.start, front.end)
        return back if sorts else front
    if figure.unit in _SPREAD and phrasing.head().search(text, back.start, back.end):
        return (
            front
            if _counted(text, front, figure) and not _PLACE.search(text, front.start, front.end)
            else back
        )
    if figure.form == "great" or (figure.unit == "count" and text.startswith("、", figure.start - 1)):
        return back  # 蒙华铁路、3个安置区: the last of a list
    if figure.unit != "count" or figure.form != "plain":
        return front
    if _MADE.search(text, max(0, figure.start - 6), figure.start):
        return back
    if _ETC.search(text[: figure.start][-3:]):
        return back
    if not phrasing.head().search(text, back.start, back.end):
        return front
    return back if _PLACE.search(text, front.start, front.end) or not _counted(text, front, figure) else front


def _counted(text: str, front: Phrase, figure: Figure) -> bool:
    """企业15家集聚: what stands in front is itself the kind of thing that is counted."""
    found = list(phrasing.head().finditer(text, front.start, front.end))
    return (
        bool(found)
        and found[-1].end() == front.end
        and not phrasing.strong().search(text, front.end, figure.start)
    )
