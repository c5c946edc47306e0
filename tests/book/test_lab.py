"""A chapter in a real JupyterLab: Run All passes, and a slider moves its picture."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from browser import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

CHAPTER = "scalar_uniqueness"
NEWS = "@jupyterlab/apputils-extension:announcements"
ALL_COUNTED = """() => {
  const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")];
  return prompts.length > 0 && prompts.every((prompt) => /\\d/.test(prompt.textContent));
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a JupyterLab on this machine, with a copy of the chapter and its own settings."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "work").mkdir()
    chapter = json.loads((ROOT / f"book/{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    for cell in chapter["cells"]:
        if cell["cell_type"] == "code":  # so that every number and output seen is of this run
            cell.update(outputs=[], execution_count=None)
    (folder / f"work/{CHAPTER}.ipynb").write_text(json.dumps(chapter), encoding="utf-8")
    settings = folder / "settings/@jupyterlab/notebook-extension"
    settings.mkdir(parents=True)
    # All cells are in the page at once, so that the test can see each of them.
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    (folder / "config/labconfig").mkdir(parents=True)
    quiet = {"disabledExtensions": {NEWS: True}}
    (folder / "config/labconfig/page_config.json").write_text(json.dumps(quiet))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
    environment.pop("DMFBOOK_DISPLAY", None)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={folder / 'work'}",
    ]
    log = (folder / "log").open("w")
    server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            assert server.poll() is None, (folder / "log").read_text()
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                break
            except OSError:
                time.sleep(0.25)
        else:
            pytest.fail(f"JupyterLab does not answer: {(folder / 'log').read_text()}")
        yield address
    finally:
        server.terminate()
        server.wait(30)
        log.close()


@pytest.fixture(scope="module")
def notebook(lab: str, chromium: Any) -> Iterator[Any]:
    """The page of JupyterLab with the chapter open and every cell run."""
    # A kernel that runs already is taken as it is: JupyterLab has no reason to ask for one.
    session = {"path": f"{CHAPTER}.ipynb", "name": CHAPTER, "type": "notebook"}
    body = json.dumps({**session, "kernel": {"name": "python3"}}).encode()
    urllib.request.urlopen(f"{lab}/api/sessions", data=body, timeout=60).close()
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{lab}/lab/tree/{CHAPTER}.ipynb")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    page.locator(".lm-MenuBar-item", has_text="Run").first.click()
    page.locator(".lm-Menu-item", has_text="Run All Cells").first.click()
    page.wait_for_function(ALL_COUNTED, timeout=120_000)
    yield page
    page.close()


def test_run_all_passes(notebook: Any) -> None:
    """No cell fails, and nothing is written to stderr."""
    for kind in ("error", "stderr"):
        outputs = notebook.locator(f"[data-mime-type='application/vnd.jupyter.{kind}']")
        assert outputs.all_inner_texts() == []
    stored = json.loads((ROOT / f"book/{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in stored["cells"] if cell["cell_type"] == "code"]
    assert notebook.locator(".jp-CodeCell").count() == len(code)


def test_statements_are_rendered(notebook: Any) -> None:
    """Theorems and proofs are typeset in JupyterLab too, and no directive is left as raw text."""
    assert notebook.locator(".jp-MarkdownCell", has_text="{prf:theorem}").count() == 0
    assert notebook.locator(".jp-MarkdownCell .katex, .jp-MarkdownCell mjx-container").count() > 0


def test_a_slider_moves_its_picture(notebook: Any) -> None:
    """Moving a native slider by keyboard changes the drawing of the explorable beside it."""
    output = notebook.locator(
        ".jp-OutputArea-output", has=notebook.locator(".dmf-explorable")
    ).first
    picture = output.locator(".dmf-explorable svg[role=img]").first
    picture.scroll_into_view_if_needed()
    before = picture.inner_html()
    assert "path" in before
    output.locator(".noUi-handle").first.focus()
    for _ in range(5):
        notebook.keyboard.press("ArrowLeft")
    notebook.wait_for_function(
        "([svg, before]) => svg.innerHTML !== before", arg=[picture.element_handle(), before]
    )
