"""What a benchmark found: as a table to read and as JSON to compare with, and on what kind of machine."""

import json
import os
import platform
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

LOAD = os.getloadavg()[0]
"""Processes that wanted to run in the minute before this one began: figures of time are good only where it is low."""
Figures = Mapping[str, float]


@dataclass(frozen=True)
class Bar:
    """The most, or where `at_least` is set the least, that a figure may be."""

    value: float
    at_least: bool = False

    def holds(self, figure: float) -> bool:
        """Whether the figure is on the right side."""
        return figure >= self.value if self.at_least else figure <= self.value

    def __str__(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.value:g}"


@dataclass(frozen=True)
class Result:
    """The figures of one benchmark; `bars` by the name of a figure or ratio, `plan` as the product explains itself."""

    name: str
    figures: Figures
    peer: Figures
    ratio: Figures
    bars: Mapping[str, Bar] = field(default_factory=dict)
    plan: tuple[str, ...] = ()

    def missed(self) -> tuple[str, ...]:
        """The names of those that are on the wrong side of their bar."""
        found = {**self.figures, **self.ratio}
        return tuple(name for name, bar in self.bars.items() if not bar.holds(found[name]))


def write(result: Result, folder: Path) -> Path:
    """The JSON file of a benchmark."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{result.name}.json"
    told = {
        "name": result.name,
        "figures": dict(result.figures),
        "peer": dict(result.peer),
        "ratio": dict(result.ratio),
        "bars": {name: str(bar) for name, bar in result.bars.items()},
        "missed": list(result.missed()),
        "plan": list(result.plan),
        "machine": machine(),
    }
    file.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return file


def table(result: Result) -> str:
    """The same for people."""
    lines = [f"Benchmark: {result.name}", ""]
    for title, part in (("figures", result.figures), ("peer", result.peer), ("ratio", result.ratio)):
        lines += [f"  {title}", *_rows(part, result.bars), ""]
    if result.plan:
        lines += ["  the plan, as the engine explains it", *(f"    {line}" for line in result.plan), ""]
    lines.append("  machine: " + ", ".join(f"{name} {value}" for name, value in machine().items()))
    return "\n".join(lines)


def machine() -> dict[str, object]:
    """What the figures were measured on; nothing that tells whose machine it is."""
    return {
        "cores": os.cpu_count() or 0,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_before": round(LOAD, 1),
    }


def _rows(figures: Figures, bars: Mapping[str, Bar]) -> Iterator[str]:
    for name, value in figures.items():
        row = f"    {name:<28}{_number(value):>12}"
        if bar := bars.get(name):
            row += f"   {bar!s:<16}{'holds' if bar.holds(value) else 'MISSED'}"
        yield row


def _number(value: float) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else f"{value:,}"
