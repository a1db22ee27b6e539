"""Whether what the flows tell fits the lines: a field that no form has is named before anything is written."""

from collections.abc import Iterable, Iterator, Mapping

from gridtown.demo.flows import Answers, Cases, Flow
from gridtown.kernel.forms import Form, fields_of
from gridtown.kernel.line import Kind, Line

PLACE = frozenset({"lon", "lat"})  # of a device's reading, beside what its form asks


def flow_faults(flows: Mapping[str, Flow], lines: Mapping[str, Line]) -> list[str]:
    """Every place of a flow that names what its line has not: `line: place: name`."""
    found: list[str] = []
    for key, flow in flows.items():
        if key not in lines:
            found.append(f"{key}: line")
            continue
        found += (f"{key}: {fault}" for fault in _of(flow, lines[key]))
    return found


def _of(flow: Flow, line: Line) -> Iterator[str]:
    registers = {register.key: register for register in line.registers}
    kinds = {kind.key: kind for kind in line.kinds}
    tools = {tool.key: tool for tool in line.tools}
    for key, records in flow.records.items():
        if key not in registers:
            yield f"records.{key}"
            continue
        for n, told in enumerate((records.answers, *records.rows)):
            yield from _strange(told, registers[key].form, f"records.{key}.{n}" if n else f"records.{key}")
    for key, use in flow.uses.items():
        if use.tool not in tools:
            yield f"uses.{key}: {use.tool}"
        else:
            yield from _strange(use.answers, tools[use.tool].ask, f"uses.{key}")
    for key, cases in flow.cases.items():
        kind = kinds.get(flow.kind_of(key))
        if kind is None:
            yield f"cases.{key}: {flow.kind_of(key)}"
        else:
            yield from _of_cases(f"cases.{key}", cases, kind, line)


def _of_cases(where: str, cases: Cases, kind: Kind, line: Line) -> Iterator[str]:
    intake: type[Form] = kind.intake
    if cases.signal:
        signals = {signal.key: signal for signal in line.signals}
        if cases.signal not in signals:
            yield f"{where}: {cases.signal}"
        else:
            yield from _strange(cases.answers, signals[cases.signal].form, where)
    else:
        yield from _strange(cases.answers, intake, where)
    procedure = kind.procedure
    for state, steps in cases.at.items():
        if state not in procedure.states:
            yield f"{where}.at.{state}"
            continue
        for step in steps:
            move = procedure.find(step.do, state) if step.do else None
            at = f"{where}.at.{state}: {step.do}"
            if step.do and move is None:
                yield at
            elif move is not None:
                yield from _strange(step.answers, move.form, at)
            if step.within and step.within not in {limit.key for limit in procedure.limits}:
                yield f"{at}: {step.within}"


def _strange(told: Answers, form: type[Form], where: str) -> Iterable[str]:
    """Answers that the form does not ask for, or that the ledger answers by itself."""
    asked = {spec.name for spec in fields_of(form) if not (spec.computed or spec.draws)}
    return (f"{where}: {name}" for name in told if name not in asked)
