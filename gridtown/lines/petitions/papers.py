"""The papers that a petition asks for; their texts are in `documents/`."""

from gridtown.kernel.document import Document

DOCUMENTS = (
    Document("transfer_letter", "petition", ("route", "transfer", "pass_on", "divert"), "信访 22"),
    Document("acceptance_notice", "petition", ("accept", "take_simply", "take_up", "study"), "信访 23"),
    Document("refusal_notice", "petition", ("reject",), "信访 19, 23, 36"),
    Document("extension_notice", "petition", ("extend",), "信访 34"),
    Document("opinion_letter", "petition", ("approve",), "信访 31(6), 32"),
    Document("review_opinion", "petition", ("decide_review",), "信访 35"),
    Document("final_opinion", "petition", ("decide_finally",), "信访 36"),
)
