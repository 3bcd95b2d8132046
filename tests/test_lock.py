"""requirements.lock is all that an installation needs, on every platform that the README names.

A resolver goes through it for each, by what the package index says of packages, and downloads none.
"""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLATFORMS = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin")
PYTHONS = ("3.11", "3.13")  # the first and the last
# Of these there is but the source, which is Python alone; of all others there must be a wheel.
SOURCES = ("antlr4-python3-runtime", "connection-pool", "transformers-stream-generator")
WHEELS = ("--only-binary", ":all:", *(word for name in SOURCES for word in ("--no-binary", name)))


def uv(*words: str) -> subprocess.CompletedProcess[str]:
    """What uv says, asking the package index alone: no wheel that lies at hand."""
    env = {name: value for name, value in os.environ.items() if name != "PIP_FIND_LINKS"}
    env |= {
        "MACOSX_DEPLOYMENT_TARGET": "14.0",
        "UV_DEFAULT_INDEX": env.get("PIP_INDEX_URL", ""),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    return subprocess.run(
        ["uv", "pip", *words], cwd=ROOT, env=env, text=True, capture_output=True, check=False
    )


def resolved(lock: Path, platform: str, python: str, *options: str) -> set[str]:
    """The packages to install, as name==version."""
    target = ("--python-platform", platform, "--python-version", python)
    done = uv("compile", "--quiet", "--no-header", "--no-annotate", *target, *options, str(lock))
    if "error sending request" in done.stderr and "CI" not in os.environ:
        pytest.skip("no package index can be reached")
    assert not done.returncode, done.stderr
    return set(done.stdout.split())


def missing(lock: Path, platform: str, python: str) -> set[str]:
    """What packages of the lock ask for, there, and the lock has not."""
    return resolved(lock, platform, python, *WHEELS) - resolved(lock, platform, python, "--no-deps")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_lock_is_complete(platform: str, python: str) -> None:
    assert missing(ROOT / "requirements.lock", platform, python) == set()


@pytest.mark.parametrize("platform", [PLATFORMS[0], PLATFORMS[2]])
def test_a_lock_without_the_libraries_of_cuda_is_found_out(platform: str, tmp_path: Path) -> None:
    """As it was once: torch did not import where its CPU build was not at hand."""
    text = (ROOT / "requirements.lock").read_text()
    lock = tmp_path / "requirements.lock"
    lock.write_text(re.sub("^(cuda|nvidia|triton).*\n", "", text, flags=re.M))
    lacks = {pin.partition("==")[0] for pin in missing(lock, platform, "3.11")}
    assert ("nvidia-cudnn-cu13" in lacks) == ("linux" in platform)
    assert lacks == set() or "linux" in platform


def test_what_is_installed_fits_together_but_for_what_is_left_out() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]
    absent = re.findall(r"requires `([\w-]+).*not installed", uv("check").stderr)
    assert set(absent) == set(settings["exclude-dependencies"])
    assert f"Found {len(absent)} incompatibilities" in uv("check").stderr


def test_readme_names_the_platforms() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in ("Linux on x86-64", "aarch64", "macOS 14", "Python 3.11 to 3.13", "WSL"):
        assert name in readme
