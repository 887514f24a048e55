"""`python -m tests.bench [NAME]`: runs one benchmark or all, prints a table each and writes build/bench/NAME.json."""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.bench import archive, sync
from tests.bench.report import Result, table, write
from tests.bench.sync.size import Size

FOLDER = Path("build/bench")


def _tell(what: str) -> None:
    sys.stderr.write(f"{what} ...\n")
    sys.stderr.flush()


BENCHMARKS: dict[str, Callable[[Path], Awaitable[Result]]] = {
    sync.NAME: lambda folder: sync.benchmark(folder, Size(), _tell),
    archive.NAME: lambda folder: archive.benchmark(folder, archive.Size(), _tell),
}


async def run(names: list[str]) -> None:
    """Each in a folder of its own that is gone afterwards."""
    for name in names:
        with tempfile.TemporaryDirectory(prefix="musivault-bench-") as folder:
            result = await BENCHMARKS[name](Path(folder))
        file = write(result, FOLDER)
        sys.stdout.write(f"\n{table(result)}\n\n  {file}\n")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=list(BENCHMARKS), help="which one; all without a name")
    given = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    asyncio.run(run([given.name] if given.name else list(BENCHMARKS)))


if __name__ == "__main__":
    main()
