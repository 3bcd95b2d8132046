"""A Slurm of one node on this machine: munged, slurmctld and slurmd, on 127.0.0.1 alone."""

import os
import platform
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil

CONFIG = Path("/etc/slurm/slurm.conf")  # a job's step reads no other
MINE = "# of dtlens' tests\n"
PATH = f"{os.environ['PATH']}:/usr/sbin"
PROGRAMS = {name: shutil.which(name, path=PATH) for name in ("munged", "slurmctld", "slurmd")}


def missing() -> str:
    """Why it cannot be had here; "" if it can."""
    if gone := [name for name, path in PROGRAMS.items() if not path]:
        return f"{', '.join(gone)}: not installed; .ci/servers does that"
    if os.geteuid():
        return "Slurm's own settings are in /etc, which takes root's rights"
    if CONFIG.exists() and not CONFIG.read_text().startswith(MINE):
        return f"{CONFIG} is another Slurm's"
    return ""


class Slurm:
    """Slurm with its state in a folder; it believes in 8 CPUs: two submissions at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.has_munged = False  # one of its own
        host = platform.node().split(".")[0]
        folder.chmod(0o755)  # munged, another user, has its socket in it
        CONFIG.parent.mkdir(exist_ok=True)
        CONFIG.write_text(f"""{MINE}
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MinJobAge=86400
KillWait=5
SchedulerParameters=sched_interval=2,bf_interval=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=32000
PartitionName=main Nodes={host} Default=YES State=UP
SlurmdParameters=config_overrides
""")
        for name in ("state", "spool"):
            (folder / name).mkdir()

    def start(self) -> None:
        """Return once the node takes jobs."""
        for name in ("/run/munge", "/var/log/munge", "/var/lib/munge", "/etc/munge"):
            subprocess.run(["install", "-d", "-o", "munge", "-g", "munge", name], check=True)
        if subprocess.run(["munge", "--no-input"], capture_output=True).returncode:
            user = ["setpriv", "--reuid=munge", "--regid=munge", "--clear-groups"]
            subprocess.run([*user, PROGRAMS["munged"], "--force"], check=True)
            self.has_munged = True
        self.start_controller()
        subprocess.run([PROGRAMS["slurmd"]], check=True)
        self.wait(lambda: "idle" in self.ask("sinfo", "--noheader", "--format=%T"))

    def start_controller(self) -> None:
        subprocess.run([PROGRAMS["slurmctld"]], check=True)
        self.wait(lambda: "UP" in self.ask("scontrol", "ping"))

    def ask(self, *command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True).stdout

    def wait(self, done: Callable[[], bool], seconds: float = 400) -> None:
        """Return once `done()` is so."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, (self.folder / "slurmctld.log").read_text()
            time.sleep(0.2)

    def jobs(self, folder: Path) -> list[list[str]]:
        """State, memory and time limit of a folder's submissions, the first of them first."""
        asked = ["--noheader", "--states=all", "--sort=i", "--format=%T %m %l %Z"]
        jobs = [line.split() for line in self.ask("squeue", *asked).splitlines()]
        return [job[:3] for job in jobs if job[3] == str(folder)]

    def kill(self, name: str) -> None:
        """SIGKILL `slurmctld` or `slurmd`, by its pid file."""
        path = self.folder / f"{name}.pid"
        if path.exists():
            process = psutil.Process(int(path.read_text()))
            process.kill()
            self.wait(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
            path.unlink(missing_ok=True)

    def end(self) -> None:
        subprocess.run(["scancel", "--user=root"], capture_output=True)
        self.wait(lambda: not self.ask("squeue", "--noheader").strip())
        for name in ("slurmctld", "slurmd"):
            self.kill(name)
        if self.has_munged:
            subprocess.run([PROGRAMS["munged"], "--stop"], check=True)
        CONFIG.unlink()
