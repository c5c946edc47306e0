"""Kernels that are forked from one process, which has loaded the libraries, and not started anew.

Sixteen notebooks would each load sympy, scipy, matplotlib and the library's formulas. Only a build
has such kernels, and only on Linux; the tests of notebooks start theirs as everybody does.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from typing import Any

from environment import ROOT
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

NAME = "forked"
#: What a kernel has loaded when it starts: what chapters import, and what shows explorables.
LOADED = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipywidgets",
    "scipy.optimize",
    "dmfbook.explorables.forms.still",
    "dmfbook.explorables.forms.widget",
    *(f"dmfbook.symbolic.{path.stem}" for path in (ROOT / "dmfbook/symbolic").glob("[!_]*.py")),
)


def serve(command: Sequence[str], folder: str, variables: Mapping[str, str]) -> None:
    """Be the kernel that the command would start."""
    from ipykernel.kernelapp import launch_new_instance

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    gc.freeze()  # nobody looks for garbage in what was loaded
    # It ends with the process from which it was forked.
    parent = f"--IPKernelApp.parent_handle={os.getppid()}"
    launch_new_instance(argv=[*command[command.index("-f") :], parent])


class Kernel:
    """A forked process, with as much of ``subprocess.Popen`` as Jupyter asks for."""

    stdin = stdout = stderr = None

    def __init__(self, *arguments: Any) -> None:
        context = multiprocessing.get_context("forkserver")
        self._process = context.Process(target=serve, args=arguments, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid or 0

    def poll(self) -> int | None:
        """Return the code with which it has ended; nothing while it runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Return the code when it has ended."""
        self._process.join()
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)


class Forked(LocalProvisioner):
    """Tells Jupyter how to start such a kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start it; it has no process group of its own that a signal could be sent to."""
        self.process = Kernel(cmd, str(kwargs.get("cwd") or os.getcwd()), kwargs["env"])
        self.pid = self.process.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info


def fork_kernels() -> None:
    """From now on let this process start forked kernels, where its system can."""
    if sys.platform != "linux":
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(LOADED))
    factory = KernelProvisionerFactory.instance()
    group = KernelProvisionerFactory.GROUP_NAME
    factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}:{Forked.__name__}", group)
    factory.default_provisioner_name = NAME
