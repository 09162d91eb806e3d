"""A process that draws personal reports for another one, which sends them and takes their PDFs.

Started by app.reports.rendering. It knows no web, no database and no settings, writes no file
and keeps nothing: reports come and papers go through one socket that nobody else has. It ends
when the other end is closed, also by a kill.
"""

import sys
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread

from app.domain.reports.contents import PersonalReport
from app.pdf.engine.letterhead import Letterhead
from app.pdf.pages.personal import render


def render_until_closed(line: Connection) -> None:
    """Take the letterhead from `line`, then answer every list of reports with their PDFs."""
    try:
        letterhead: Letterhead = line.recv()
    except (EOFError, OSError):
        return
    asked: SimpleQueue[list[PersonalReport] | None] = SimpleQueue()
    # Taken in beside the drawing: two ends that both wait to send would wait for ever.
    Thread(target=_take_in, args=(line, asked), daemon=True).start()
    while reports := asked.get():
        try:
            line.send([render(report, letterhead=letterhead) for report in reports])
        except ConnectionError:
            return


def _take_in(line: Connection, asked: "SimpleQueue[list[PersonalReport] | None]") -> None:
    try:
        while True:
            asked.put(line.recv())
    except (EOFError, OSError):
        asked.put(None)  # whoever asked has everything, or is gone


if __name__ == "__main__":
    render_until_closed(Connection(int(sys.argv[1])))
