"""What a program takes: its processor time and the peak of its memory, from its beginning.

Linux counts towards a program's peak what the program held that started it. So a Python that has
imported nothing starts it, and says what it took.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_START = """
import json, resource, subprocess, sys
ended = subprocess.call(sys.argv[2:], stdout=open(sys.argv[1], "wb"), stderr=subprocess.STDOUT)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"ended": ended, "s": used.ru_utime + used.ru_stime, "MB": used.ru_maxrss / 1024}))
"""


def launched(words: Sequence[str], output: Path) -> Mapping[str, float]:
    """Run a Python with `words` to its end: its processor seconds and peak in MB.

    What it printed is in `output`; where it failed, it is printed on stderr, and there are no
    figures.
    """
    told = subprocess.run(
        [sys.executable, "-S", "-c", _START, str(output), sys.executable, *words],
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, float] = json.loads(told.stdout)
    if figures.pop("ended"):
        print(f"{' '.join(words)} failed:\n{output.read_text()}", file=sys.stderr)
        return {}
    return figures
