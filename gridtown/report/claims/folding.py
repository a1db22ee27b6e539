"""Text made even, letter for letter, so that every place in it stays where it was."""

import re

# Stands for a line break in the middle of a sentence.
SOFT = "\u200b"
GAP = f"[ \t\u00a0{SOFT}]{{0,4}}"
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20, ord("％"): ord("%"), ord("－"): ord("-"), ord("．"): ord("."), ord("，"): ord(","),
    ord("﹪"): ord("%"), ord("〇"): ord("零"), ord("○"): ord("零"), ord("㎡"): ord("㎡"), ord("\r"): ord(" "),
    ord("｡"): ord("。"), ord("\x0b"): ord("\n"), ord("\u2028"): ord("\n"), ord("\u2029"): ord("\n"),
    ord("："): ord(":"),
}  # fmt: skip
_ENDS = "。!?;:,…、”》)"
_STARTS = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.]|[((][一二三四五六七八九十\d]{1,3}[))]|\d{1,2}[、.)](?!\d)|第[一二三四五六七八九十]{1,3}[章节条]|[①-⑳]|[-•●◆■*])"
)
_FIGURE = re.compile(r"\s*\d[\d,.]*\s*[万亿%‰元个家名人件亩项]")
_WRAP = re.compile(r"(?<=[^\n])\n(?=[^\n])")
_LEAST = 15


def fold(text: str) -> str:
    """Half-width digits and signs, and a soft mark for a line that only ran out of room."""
    even = text.translate(_HALF)
    return _WRAP.sub(lambda at: SOFT if _runs_on(even, at.start()) else "\n", even)


def _runs_on(text: str, at: int) -> bool:
    """Whether the sentence goes on after this line break: the line is long, and does not end as a sentence ends."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at + 1)
    line, after = text[start:at].rstrip(), text[at + 1 : end if end >= 0 else len(text)]
    if "\t" in line or "\t" in after or not line or not after.strip() or _STARTS.match(after):
        return False
    if line[-1] in ",、":
        return True
    if _FIGURE.match(after) and line[-1] not in _ENDS:
        return True
    return len(line) >= _LEAST and line[-1] not in _ENDS and not _STARTS.match(line)
