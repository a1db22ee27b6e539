"""The layout of official papers (GB/T 9704-2012) as Word has it: styles, fonts, the page.

Lengths are in twips (1/20 pt) where nothing else is said.
"""

from collections.abc import Mapping

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26  # mm, margins of an A4 page (5.2.1)
PAGE = (210, 297)
WIDTH = round((PAGE[0] - LEFT - RIGHT) / 25.4 * 1440)  # of the text: 156 mm, 28 characters
LINE = 579  # 28.95 pt: 22 lines a page
CHAR = 315  # a character of the body, 三号 = 16 pt, closed up a little so that a line holds 28 (5.2.3)
_CLOSER = '<w:spacing w:val="-5"/>'
TITLE, FANG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
# What stands in where a machine has not the fonts that the standard names.
INSTEAD: Mapping[str, str] = {TITLE: "STZhongsong", FANG: "仿宋", HEI: "SimHei", KAI: "楷体", SONG: "SimSun"}
RED = "FF0000"


def fonts(east: str) -> str:
    """The fonts of a run: this one for Chinese, Times for figures and Latin letters."""
    return f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:cs="{LATIN}" w:eastAsia="{east}" w:hint="eastAsia"/>'


def _style(key: str, name: str, paragraph: str, run: str, base: str = "Normal") -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{base}"/><w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _exact(line: int = LINE, before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'


_FIRST = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * CHAR}"/>'
STYLES = f"""<w:styles {W}>
<w:docDefaults><w:rPrDefault><w:rPr>{fonts(FANG)}{_CLOSER}{
    _size(16)
}<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>
</w:rPrDefault><w:pPrDefault/></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>
<w:pPr><w:widowControl w:val="0"/>{_exact()}<w:jc w:val="both"/></w:pPr></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>
<w:uiPriority w:val="1"/><w:semiHidden/></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>
<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>
{
    _style(
        "RedHead",
        "红头",
        _exact(1200, before=1985) + '<w:jc w:val="center"/>',
        fonts(TITLE) + f'<w:color w:val="{RED}"/>',
    )
}
{_style("RedNumber", "红头文号", _exact(before=2 * LINE) + '<w:jc w:val="center"/>', "")}
{
    _style(
        "PaperTitle",
        "公文标题",
        _exact(700) + '<w:jc w:val="center"/><w:outlineLvl w:val="0"/>',
        fonts(TITLE) + _size(22),
    )
}
{_style("Number", "文号", _exact() + '<w:jc w:val="right"/>', "")}
{_style("Body", "公文正文", _FIRST, "")}
{_style("Note", "注", "", _size(14), base="Body")}
{
    _style(
        "Caption",
        "图表题",
        '<w:keepNext/><w:spacing w:before="120"/><w:jc w:val="center"/>',
        fonts(HEI) + _size(14),
    )
}
{_style("AnnexMark", "附件编号", "<w:keepNext/>", fonts(HEI))}
{_style("Left", "主送", "", "")}
{_style("Centre", "居中", '<w:jc w:val="center"/>', "")}
{_style("Right", "居右", '<w:jc w:val="right"/>', "")}
{_style("LevelOne", "一级标题", "<w:keepNext/>" + _FIRST + '<w:outlineLvl w:val="1"/>', fonts(HEI))}
{_style("LevelTwo", "二级标题", "<w:keepNext/>" + _FIRST + '<w:outlineLvl w:val="2"/>', fonts(KAI))}
{_style("Annex", "附件说明", "", "")}
{_style("Closing", "落款", '<w:keepLines/><w:jc w:val="center"/>', "")}
{_style("Signing", "签名栏", _exact(800), "")}
{_style("Cell", "表格", _exact(400) + '<w:jc w:val="left"/>', '<w:spacing w:val="0"/>' + _size(12))}
{_style("CellSmall", "小号表格", _exact(320), _size(10.5), base="Cell")}
{_style("CellHead", "表头", '<w:jc w:val="center"/>', fonts(HEI), base="Cell")}
{
    _style(
        "Copies",
        "版记",
        _exact(480) + '<w:ind w:left="280" w:right="280"/>' + '<w:jc w:val="left"/>',
        _size(14),
    )
}
{
    _style(
        "Picture",
        "照片",
        '<w:keepNext/><w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/>'
        '<w:jc w:val="center"/>',
        "",
    )
}
{_style("PageNumber", "页码", '<w:spacing w:line="240" w:lineRule="auto"/>', fonts(SONG) + _size(14))}
</w:styles>"""

FONTS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:fonts {W}>{"".join(
    f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
    for name, other in INSTEAD.items())}</w:fonts>"""  # fmt: skip

COMPATIBLE = f"""<w:compat {W}><w:compatSetting w:name="compatibilityMode"
 w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>"""
