"""The papers of a case, each with the article that asks for it."""

from gridtown.kernel.document import Document

DOCUMENTS = (
    Document("summary", "case", after=("punish_on_the_spot",), basis="行政处罚法 52"),
    Document("filing", "case", after=("file",), basis="行政处罚法 54"),
    Document("preserving", "case", after=("preserve",), basis="行政处罚法 56"),
    Document("telling", "case", after=("tell",), basis="行政处罚法 44, 63"),
    Document("hearing", "case", after=("call_hearing",), basis="行政处罚法 64"),
    Document("decision", "case", after=("decide",), basis="行政处罚法 59"),
    Document("service", "case", after=("serve",), basis="行政处罚法 61"),
    Document("urging", "case", after=("urge",), basis="行政强制法 35, 54"),
    Document("agreement", "case", after=("agree",), basis="行政强制法 42"),
    Document("application", "case", after=("ask_court",), basis="行政强制法 55"),
    Document("closing", "case", after=("close",), basis="行政处罚法 47"),
)
