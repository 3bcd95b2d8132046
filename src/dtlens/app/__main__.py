"""`python -m dtlens.app --server.port 8501`: the app, all it needs loaded before it answers."""

import gc
import sys
from pathlib import Path

import dtlens.base.stage

import altair  # noqa: F401
import minigrid  # noqa: F401
from streamlit.web import cli

import dtlens.library.counterfactuals
import dtlens.library.reading
import dtlens.library.reasons  # noqa: F401

OPTIONS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",  # it opens no browser, and asks nothing
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "64",  # MB; a checkpoint of the study has one
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "theme.light.primaryColor": "#0072B2",
    "theme.dark.primaryColor": "#56B4E9",
}

if __name__ == "__main__":
    # Streamlit collects garbage after each run of a page: not among all that is loaded here.
    gc.freeze()
    sys.setswitchinterval(5e-4)  # seconds after which a page that is drawn lets another be sent
    options = [f"--{name}={value}" for name, value in OPTIONS.items()]
    cli.main(["run", str(Path(__file__).with_name("main.py")), *options, *sys.argv[1:]])
