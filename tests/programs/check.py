"""Print every case with its version, then the faults of the ledger; `check`."""

import django

django.setup()

from gridtown.cases import ledger, store  # noqa: E402

if __name__ == "__main__":
    for number, version in store.fetch("SELECT number, version FROM cases_case ORDER BY id", []):
        print(number, version)
    lone = store.fetch(
        "SELECT count(*) FROM cases_case p WHERE p.state = 'split_up' "
        "AND (SELECT count(*) FROM cases_case c WHERE c.parent_id = p.id) <> 2",
        [],
    )[0][0]
    print("half-done", lone)
    for fault in ledger.verify().faults:
        print("fault", fault.chain, fault.entry, fault.what)
