"""The papers of reception and mediation, each with the article that asks for it."""

from gridtown.kernel.document import Document

PASSED_ON = ("accept", "take_in_town")
DOCUMENTS = (
    Document("guidance", "reception", ("guide",), "design: what was told is given in writing"),
    Document("application", "dispute", (), "人民调解法 17"),
    Document("registration", "dispute", PASSED_ON, "人民调解法 27"),
    Document("rights", "dispute", PASSED_ON, "人民调解法 4, 23, 24"),
    Document("record", "dispute", ("session",), "人民调解法 27"),
    Document("agreement", "dispute", ("draft",), "人民调解法 29"),
    Document("oral", "dispute", ("agree_orally",), "人民调解法 28, 30"),
    Document("confirmation", "dispute", ("put_in_force", "agree_orally", "county_agree"),
             "人民调解法 33; 司法确认程序规定 3"),
    Document("ending", "dispute", ("fail", "county_fail", "refuse"), "人民调解法 26"),
    Document("unperformed", "dispute", ("unfulfilled",), "人民调解法 32, 33"),
    Document("passing", "dispute", ("to_town", "to_county"), "人民调解法 27; 社会治理三级联动"),
    Document("warning", "dispute", ("warn_risk",), "人民调解法 25"),
    Document("revisit", "dispute", ("revisit",), "人民调解法 31"),
)  # fmt: skip
