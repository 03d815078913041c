"""Chromium, and how a page takes little of a processor in it."""

from __future__ import annotations

__all__ = ["ARGUMENTS", "NAMES"]

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""What the program is called, on one system or another. The first draws no window of its own around
a page, and needs a third of the processor's time for one."""

FEATURES = (
    # What playwright enables, because a second list replaces the first one.
    *("CDPScreenshotNewSurface", "SkipListAccountsWithoutGaiaCookies"),
    # A tab keeps its frame from one document to the next, unless it has crashed. Each new frame
    # begins with an empty document: that takes a tenth of a visit.
    "RenderDocument:level/crashed-frame",
)

ARGUMENTS = (
    # A container has no sandbox to give; what is shown is our own.
    "--no-sandbox",
    # What draws is in the browser's process: a visit takes an eighth less of a processor.
    *("--no-zygote", "--in-process-gpu"),
    # The window is painted as one tile: as the usual 24, a visit takes a twentieth more.
    *("--default-tile-width=1408", "--default-tile-height=1024"),
    f"--enable-features={','.join(FEATURES)}",
)
"""What it is started with."""
