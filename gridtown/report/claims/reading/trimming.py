"""What is taken off the ends of a phrase that names something: light words in front, 达到 and 占全镇的 behind."""

import re

from gridtown.report.claims.reading import phrasing

LONGEST = 26
_TAIL = re.compile(
    r"(?:(?:分别|还|也)?(?:(?<![核应相面反校配派针])对|(?<![方导意转趋志定去走动面])向)|(?:现在|目前|最初|原来|原有|原先|当前)的?|率先|下达|到位|到账|进入|步入|挤进|在全[国省市县区州镇][\u4e00-\u9fff]{0,6}(?<!考核)(?<!考评)(?<!评比)(?<!测评)(?<!竞赛)中|(?:(?<=考核)|(?<=考评)|(?<=评比)|(?<=测评)|(?<=竞赛))中|确保|力争|争取|分居|分列|分获|按?可比口径|(?:增加|提高|提升|上升|增长|扩大|下降|减少|降低)?[到至](?:19|20)\d{2}的|(?:从|由|自|相?比|相?较|与)?(?:(?:19|20)\d{2}年|上年|去年|年初|上月|上季度?|前年)(?:末|底|同期)?的?|上届末?的?|截[至止]到?(?:目前|现在|今)|(?:这|过去|近)?[两三四五六七八九十]年(?:来|间)?累计|[与和同比较](?:(?:19|20)\d{2}年)?第[一二三四五六七八九]次全国[\u4e00-\u9fff]{2}普查的?|[与比较]前[一二两三四五\d]{1,2}年(?:同期)?(?:平均|均值?)?均?相?比?|[比较][\u4e00-\u9fff]{0,8}平均(?:水平)?|[“\"]?(?:十[一二三四]?五|[七八九]五)[”\"]?(?:时?期)?(?:末|间|初)?|仍然|持续上扬|上扬|走高|(?:于|在|自|截至|截止)(?:20\d{2}年)?\d{1,2}月(?:\d{1,2}日|底|初|份)?|"
    r"[下现所]?辖(?:有)?|(?:位居|位列|居|列|排名|排在)[国省市县区]|(?:位居|位列|居|列|排名|排在)全[国省市县区][\u4e00-\u9fff]{0,3}[市县区镇乡]|(?:位居|位列|居|列|排名|排在|在)(?:全[国省市县区])?[一二两三四五六七八九十\d]{1,3}个?(?:乡镇|镇街|街道|[县区市镇乡])|每人(?:每[年月天次])?|每(?:平方公里|平方千米|万人|千人|百人|百户|公顷|[户亩月年天次])|(?:每[年月天])?以|(?<=[积率量额数价值入比])[都均]|的占|[由从自]?(?:年初|原来?|当初|上年|最初)(?:的)?(?:预算|计划|规划|设计|批复)数?|(?<![抢侵])占|[((][^()（）]{1,20}[))]|同比|环比|比上年同期|较上年同期|比去年同期|较去年同期|比上年末|较上年末|比上年|较上年|比去年|较去年|上年同期|按可比价格?(?:计算)?|按不变价格?(?:计算)?|同口径|可比口径|"
    r"达到了?|达成?|共有|共计|合计|总计|累计|共|分别|(?<![户人亩年日月地镇校村单])均|约|(?<![行作成认])为|是|有|增加?到|增长到|增长至|增至|提高到|提高至|上升到|上升至|提升到|提升至|下降到|下降至|降低到|降至|减少到|(?:压减|压降|下降|缩减|精简|降|减)[到至]|扩大到|扩大至|缩短到|缩短至|压缩到|压缩至|升至|增加至|回升至|回落至|恢复到|"
    r"稳定在|保持在?|控制在|维持在|不?超过|突破|超额|完成|实现|继|在|至|到|了|已|已经|也|仅|只|由|从|的|各|每|全部|全年|净增|新增|年均|平均|连续|"
    r"位居|位列|名列|排名|排在|排|居|列|跃居|升至|跻身|荣获|获得|全国|全省|全市|全区|全县|全镇|镇街|省内|市内|区内|县内|逆势|大幅|小幅|显著|明显|稳步|平稳|快速|持续|实际|名义|首次|净|实到|应到|就|每年|再|又|预计|目标|排位|"
    r"增速|增幅|降幅|(?<!自然)增长率|快于|高于|低于|将|等|各类|[:,\s、(（\"“]|[上下]半年|第?[一二三四]季度|前三季度|其中|平均水平|平均)$"
)
_OF = re.compile(
    r"占(?![道地用补线])[\u4e00-\u9fffA-Z]{1,14}?的?$|(?:为|相当于)[\u4e00-\u9fffA-Z]{0,8}(?:计划|目标|任务|预算|年|同期|区|县|市|省|国)[\u4e00-\u9fff]{0,6}的?$"
    r"|完成(?:全年|年度|年初|时序)(?:任务|目标|计划|预算)?进度的?$"
    r"|(?:完成|达到?)(?:全年|年度|年初|预期|既定)?[\u4e00-\u9fff]{0,4}(?:计划|目标|任务|预算)[\u4e00-\u9fff]{0,4}的$"
)
_SHARE_OF = re.compile(
    r"占[\u4e00-\u9fffA-Za-z&]{1,16}的?(?:比重|比例|份额|百分比)(?=(?:已|约|将)?(?:为|是|达到?|由|从|约为?)?$)"
)


def tailed(text: str, begin: int, end: int) -> int:
    """Where the phrase ends without the words that lead over to its figure."""
    while end > begin:
        piece = text[begin:end]
        if (whole := _SHARE_OF.search(piece)) and whole.start() >= 2:
            return begin + whole.end()
        match = _OF.search(piece)
        if match and (match.start() > 0 or match[0][0] in "占相为完达"):
            end = begin + match.start()
            continue
        match = _TAIL.search(piece)
        if match is None:
            return end
        end = begin + match.start()
    return end


def led(text: str, begin: int, end: int) -> int:
    """Where the phrase begins behind its light words."""
    while begin < end and (match := phrasing.light().match(text, begin, end)):
        if end - match.end() < 2 and match.end() < end and match[0] != "其中":
            return begin
        if text[begin:end].startswith("“") and "”" in text[begin:end] and len(match[0]) == 1:
            return begin
        begin = match.end()
    return begin


def shortened(text: str, start: int, end: int) -> int:
    """A long run of words is cut at its last 、 or 和 that leaves a name."""
    cut = max(text.rfind("、", start, end - 2), text.rfind("，", start, end - 2))
    return cut + 1 if cut > start else max(start, end - LONGEST)
