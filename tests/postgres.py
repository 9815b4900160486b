"""A PostgreSQL server of our own with PostGIS: made in a folder, gone when it is left."""

import ctypes
import getpass
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
POSTGIS = sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
DATABASE = "landgis"
PREFIX = "landgis-pg-"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "jit": "off",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "max_wal_size": "4GB",
    "max_connections": "60",
}
"""Nothing listens on the network, and nobody needs the data after a power cut."""

PR_SET_PDEATHSIG = 1
READY_S = 120.0


class Server:
    """A running cluster: its folder, its superuser and its programs."""

    def __init__(self, folder, **settings):
        self.folder = folder
        self.settings = {**SETTINGS, **settings}
        self._master = None
        # PostgreSQL refuses to run as root.
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self.user = "postgres" if self.prefix else getpass.getuser()
        self._stores = 0

    def run(self, program, *arguments, text=None):
        """Run one program of PostgreSQL as the cluster's owner; its output."""
        command = [*self.prefix, str(BINARIES[-1] / program), *arguments]
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, check=True, cwd=self.folder
        )
        return done.stdout

    def sql(self, text, database="postgres"):
        """Run statements; the words of their rows."""
        options = ("-XqAt", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-d", database)
        return self.run("psql", *options, text=text).split()

    def new_place(self):
        """The address of a store that is not there yet."""
        self._stores += 1
        return self.address(schema=f"store{self._stores}")

    def address(self, database=DATABASE, **more):
        """The address of a database, with parameters."""
        said = {"host": self.folder, "user": self.user, **more}
        listed = "&".join(f"{name}={value}" for name, value in said.items())
        return f"postgresql:///{database}?{listed}"

    def processes(self):
        """The postmaster and its children."""
        master = self._master.pid
        task = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [master, *map(int, task)]

    def kill_backend(self):
        """Kill whoever serves a connection with SIGKILL, and wait until the server is back."""
        for pid in self.processes()[1:]:
            said = Path(f"/proc/{pid}/cmdline").read_bytes()
            if f" {DATABASE} ".encode() in said:
                os.kill(pid, signal.SIGKILL)
                break
        time.sleep(0.1)  # until the postmaster has noticed
        self._await()

    def cpu_s(self):
        """CPU of the living processes and of those that the postmaster has buried."""
        ticks = 0
        for pid in self.processes():
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(t) for t in stat[11:15])
        return ticks / os.sysconf("SC_CLK_TCK")

    def start(self):
        """Start it on a socket in its folder; it goes when this process goes, however it does."""
        said = [f"-c{name}={value}" for name, value in self.settings.items()]
        command = [str(BINARIES[-1] / "postgres"), "-D", str(self.folder / "data"), *said]
        owner = {"user": self.user, "group": self.user, "extra_groups": []} if self.prefix else {}
        with (self.folder / "log").open("ab") as log:
            self._master = subprocess.Popen(
                [*command, "-k", str(self.folder)],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                preexec_fn=_go_with_parent,
                **owner,
            )
        self._await()

    def _await(self):
        """Wait until it answers; raises with the last line of its log where it does not."""
        end = time.monotonic() + READY_S
        ready = [str(BINARIES[-1] / "pg_isready"), "-q", "-h", str(self.folder)]
        while subprocess.run(ready, check=False).returncode:
            if self._master.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / "log").read_text().splitlines()[-1])
            time.sleep(0.1)

    def stop(self):
        """Stop it at once, as a power cut would."""
        if self._master and self._master.poll() is None:
            self._master.send_signal(signal.SIGQUIT)
            self._master.wait()


def _go_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


@contextmanager
def server(**settings):
    """A cluster with an empty database; removed with its files at the end."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    made = Server(folder, **settings)
    if made.prefix:
        shutil.chown(folder, "postgres")
    try:
        data = str(folder / "data")
        made.run("initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                 "--no-sync", "-U", made.user)  # fmt: skip
        made.start()
        made.sql(f"CREATE DATABASE {DATABASE};")
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _sweep():
    """Remove what test runs left behind that were killed: their servers went with them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres():
    """The server of this session; skips with the reason where it cannot be had."""
    if not (BINARIES and POSTGIS):
        pytest.skip("no PostgreSQL with PostGIS: install Debian's postgresql-15-postgis-3")
    with server() as made:
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgis"])
def new_place(request, tmp_path_factory):
    """Gives places for new stores: paths of files, or addresses of schemas on a server."""
    if request.param == "sqlite":
        return lambda: tmp_path_factory.mktemp("store") / "city.db"
    return request.getfixturevalue("postgres").new_place


@pytest.fixture
def place(new_place):
    """Where a store may be made; the test runs once for each kind."""
    return new_place()
