"""Where a run took place: the machine, how busy it was, and the versions."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("boto3", "botocore", "moto", "pytest")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What figures of two runs can only be compared by."""

    machine: str
    load: str
    python: str
    libraries: dict[str, str]

    def __str__(self) -> str:
        """Name everything in one line."""
        libraries = ", ".join(f"{name} {number}" for name, number in self.libraries.items())
        return f"{self.machine}, {self.load}; {self.python}, {libraries}"


def look_around() -> Surroundings:
    """Return where this process runs; the load is that of the last minute."""
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}"
    return Surroundings(machine, load, python, {name: version(name) for name in LIBRARIES})


def _processor() -> str:
    """Return the processor's name where the system tells it, otherwise its kind."""
    description = Path("/proc/cpuinfo")
    lines = description.read_text(encoding="utf-8").splitlines() if description.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
