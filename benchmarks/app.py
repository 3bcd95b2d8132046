"""`python -m benchmarks.app`: how long a person waits for the app, in a real browser (Chromium).

From a key press until the room is that of the new state, and until the last picture or chart on the
page has changed; and until the first page of a visitor is there.
"""

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from playwright.sync_api import Browser, sync_playwright

from dtlens.base.errors import UserError, one_line_errors

PRESSES = 60
PAUSE = 400  # milliseconds between them, after which nothing changes any more
COMMAND = [sys.executable, "-c", "from dtlens.cli import app; app()", "app", "--port"]
WATCH = """() => {
    const since = () => performance.now() - pressed;
    let pressed;
    window.waits = [];
    window.addEventListener("keydown", () => {
        pressed = performance.now();
        window.waits.push({room: 0, all: 0});
    }, true);
    new MutationObserver(changes => changes.forEach(({target}) => {
        const of = window.waits.at(-1);
        if (!of || !target.closest?.('[data-testid="stHtml"], [data-testid="stVegaLiteChart"]'))
            return;
        if (target.closest("[data-testid=stHtml]") && !of.room) of.room = since();
        of.all = since();
    })).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""
DONE = """step => document.body.innerText.includes(`step ${step}, `)
    && document.querySelector('[data-test-script-state="notRunning"]')"""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the app of the project in `folder`, which answers until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*COMMAND, str(port)], cwd=folder, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5)
            break
        except OSError:
            time.sleep(0.5)
    try:
        yield address
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    path = shutil.which("chromium")
    if path is None:
        raise UserError("no chromium: .ci/servers installs it")
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=options) as launched,
    ):
        yield launched


def measure() -> dict[str, float]:
    """Seconds to the first page, and milliseconds from a key to its page."""
    with served(Path.cwd()) as address, chromium() as browser:
        for _ in range(2):  # the second finds the server warm
            tab = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            started = time.perf_counter()
            tab.goto(address)
            tab.wait_for_function(DONE, arg=0, timeout=120_000)
            first = time.perf_counter() - started
            tab.wait_for_function("window.dtlensKeys")
        tab.evaluate(WATCH)
        for step in range(1, PRESSES + 1):
            tab.keyboard.press("ArrowLeft" if step % 2 else "ArrowRight")
            tab.wait_for_function(DONE, arg=step)
            tab.wait_for_timeout(PAUSE)
        waits = pd.DataFrame(tab.evaluate("window.waits"))
    assert len(waits) == PRESSES and (waits > 0).all(axis=None)
    return {"app, first page: seconds": first} | {
        f"app, from key to {what}: milliseconds, {name}": float(waits[column].quantile(share))
        for column, what in (("room", "room"), ("all", "the last chart"))
        for name, share in (("median", 0.5), ("95th percentile", 0.95))
    }


if __name__ == "__main__":
    with one_line_errors():
        for name, value in measure().items():
            print(f"{name}: {value:.2f}")
