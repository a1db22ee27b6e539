"""How fast figures are read out of a text: `python -m bench.reading FILE...` prints seconds of processor time.

Of each file twenty thousand letters (the text again and again where it is shorter), then what somebody might paste in
by mistake, which must not take longer and longer: twice as much text should take about twice the time.
"""

import argparse
import time
from pathlib import Path

from gridtown.report.claims.answering.files import opened
from gridtown.report.claims.reading.reader import read

LETTERS = 20_000
PIECES = ("“1、", "(3个", "1", "12.5亿元、", "新增的和全面推进项目建设工作中等", "12家。", "\t3", "第", "占")


def took(text: str) -> float:
    """Seconds of processor time to read a text, the least of two."""
    each = []
    for _ in range(2):
        began = time.process_time()
        read(text)
        each.append(time.process_time() - began)
    return min(each)


def repeated(piece: str, letters: int) -> str:
    """A piece again and again, cut at so many letters."""
    return (piece * (letters // len(piece) + 1))[:letters]


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("file", nargs="*", type=Path)
    read(PIECES[3])  # the expressions are compiled once in a process
    for file in arguments.parse_args().file:
        print(f"{file.name}: {took(repeated(opened(file).text, LETTERS)):.2f} s for {LETTERS:,} letters")
    print(f"{'pasted':<40}{'10,000':>8}{'20,000':>8}{'ratio':>7}")
    for piece in PIECES:
        half, whole = took(repeated(piece, LETTERS // 2)), took(repeated(piece, LETTERS))
        print(f"{piece!r:<40}{half:>8.2f}{whole:>8.2f}{whole / half:>7.1f}")


if __name__ == "__main__":
    main()
