"""The life of a candidacy as a Mermaid diagram, drawn from the workflow table."""

from .models import State
from .workflow import FINAL_STATES, STAFF_LABELS, TRANSITIONS


def state_diagram() -> str:
    """The diagram that `docs/architecture.md` shows between its markers."""
    lines = ["stateDiagram-v2", "    [*] --> submitted : submit"]
    lines += [f"    {state.value} : {STAFF_LABELS[state]}" for state in State]
    for transition in TRANSITIONS.values():
        who = ", ".join(transition.who)
        lines += [
            f"    {source.value} --> {transition.target.value} : {transition.name} ({who})"
            for source in transition.sources
        ]
    lines += [f"    {state.value} --> [*]" for state in State if state in FINAL_STATES]
    return "\n".join(lines)
