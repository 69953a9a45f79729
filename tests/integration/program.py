"""Starting a program of the project's: a process of its own, forked from one that has loaded what the suite loads.

Loading takes longer than most runs of the tests do.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.integration.loaded"])

#: What an interpreter reads when it starts, and later no more.
_OF_THE_INTERPRETER = ("PYTHONIOENCODING", "PYTHONOPTIMIZE", "PYTHONUNBUFFERED", "PYTHONUTF8", "LANG", "LC_")


def start(
    module: str,
    arguments: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    output: Path,
    *,
    anew: bool = False,
) -> ForkServerProcess:
    """Starts ``python -m module``, in an interpreter of its own where the environment says something to that.

    Args:
        module: to run.
        arguments: its own.
        directory: to run in.
        environment: all of it.
        output: the file to which all goes that it writes.
        anew: whether in an interpreter of its own whatever the environment says.
    """
    process = _CONTEXT.Process(target=_run, args=(module, list(arguments), directory, dict(environment), output, anew))
    process.start()
    return process


def _run(
    module: str, arguments: list[str], directory: Path, environment: dict[str, str], output: Path, anew: bool
) -> None:
    os.chdir(directory)
    file = os.open(output, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    told = {name for name in environment if name.startswith(_OF_THE_INTERPRETER)}
    if anew or any(environment[name] != os.environ.get(name) for name in told):
        os.execve(sys.executable, [sys.executable, "-m", module, *arguments], environment)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = [str(directory), *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
