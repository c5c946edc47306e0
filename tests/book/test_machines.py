"""What readers' machines do to the project: its address, its commands, its environment, Binder."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import build
import environment
import execution
import nbformat
import pytest
import repository
from browser import CHAPTERS, ROOT

import binder

# In pieces, so that it is not rewritten itself.
NEW = "/".join(["https://github.com", "someone-else", "a.book"])


def test_the_address_is_one_setting(tmp_path: Path) -> None:
    """Written into a copy, the old one is gone from every file; written back, no byte differs."""
    for file in repository.texts(ROOT):
        (tmp_path / file.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, tmp_path / file.relative_to(ROOT))
    owner, name = repository.current(ROOT)
    written = repository.rewrite(tmp_path, NEW)
    changed = {file.relative_to(tmp_path).as_posix() for file in written}
    assert {"_config.yml", "README.md", "CITATION.cff"} <= changed
    assert {f"{chapter}.ipynb" for chapter in CHAPTERS} <= {
        name.replace("\\", "/") for name in changed
    }
    for file in repository.texts(tmp_path):
        text = file.read_text(encoding="utf-8").lower()
        for old in (f"github.com/{owner}/{name}", f"{owner}.github.io", f"gh/{owner}/{name}"):
            assert old not in text, f"{file} still names {old}"
    assert repository.current(tmp_path) == ("someone-else", "a.book")
    for chapter in CHAPTERS:
        nbformat.validate(nbformat.read(tmp_path / f"{chapter}.ipynb", as_version=4))
    repository.rewrite(tmp_path, f"https://github.com/{owner}/{name}")
    for file in repository.texts(ROOT):
        assert file.read_bytes() == (tmp_path / file.relative_to(ROOT)).read_bytes(), file


@pytest.mark.parametrize("url", ["", "dmfbook", "https://github.com/dmfbook", "git@github.com:a/b"])
def test_what_is_no_address_is_refused(url: str, tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "_config.yml", tmp_path / "_config.yml")
    with pytest.raises(ValueError, match="is like https"):
        repository.rewrite(tmp_path, url)


def commands(text: str) -> list[str]:
    """Return the commands for which no make is needed."""
    section = text[text.index("### Without make") :]
    section = section[: section.index("\n#", 5)]
    block = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| `make [\w-]+(?: ALL=1)?` \| `([^`]+)` \|$", section, re.MULTILINE)
    return "".join(block).splitlines() + rows


def test_the_commands_work_in_every_shell() -> None:
    """PowerShell and cmd expand no wildcard; cmd knows neither comments nor single quotes."""
    found = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(found) >= 8
    assert [command for command in found if re.search(r"[*?#'$&;\\]|\[a-z\]", command)] == []
    for script in re.findall(r"python (tools/\S+)", "\n".join(found)):
        assert (ROOT / script).exists()


@pytest.mark.thorough
def test_the_command_for_tests_collects_all() -> None:
    """It names no folder: the settings do, and of `book` they take the chapters alone."""
    tests = [c for c in commands((ROOT / "README.md").read_text(encoding="utf-8")) if "pytest" in c]
    assert len(tests) == 2
    for command in tests:
        assert not set(shlex.split(command)) & {"tests", "dmfbook", "book"}
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["pytest"]["ini_options"]["testpaths"] == ["tests", "dmfbook", "book"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "book"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stdout[-2000:]
    files = {line.split("::")[0] for line in run.stdout.splitlines() if "::" in line}
    assert files == {f"{chapter}.ipynb" for chapter in CHAPTERS}


def test_a_changed_test_writes_pages_anew_where_the_ledger_shows_it(tmp_path: Path) -> None:
    test = tmp_path / "numerics/test_it.py"
    test.parent.mkdir()
    source = '@pytest.mark.item("P2-1")\ndef test_it() -> None:\n    assert 1 + 1 == 2\n'
    test.write_text(source, encoding="utf-8")
    told = build.marked_tests(tmp_path)
    for change, shows in {
        ("1 + 1", "3 - 1"): False,
        ("P2-1", "P2-2"): True,
        ("@", "\n@"): True,
    }.items():
        test.write_text(source.replace(*change), encoding="utf-8")
        assert (build.marked_tests(tmp_path) != told) == shows
    test.unlink()
    assert build.marked_tests(tmp_path) != told


def test_a_clone_has_the_line_ends_of_unix() -> None:
    """Also one that Git for Windows makes, which it would else give its own."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this folder is no clone")
    # What a repository says counts more than what a machine does.
    git = ["git", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", "-C", str(ROOT)]
    ends = subprocess.run([*git, "ls-files", "--eol"], capture_output=True, encoding="utf-8")
    if ends.returncode:
        pytest.skip(f"git does not read this folder: {ends.stderr}")
    lines = ends.stdout.splitlines()
    assert len(lines) > 100
    assert [line for line in lines if "i/crlf" in line or "i/mixed" in line] == []
    assert [line for line in lines if "i/lf" in line and "eol=lf" not in line] == []


def test_nothing_of_the_readers_settings_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started by somebody whose files and variables say otherwise, a kernel draws and prints."""
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / "matplotlibrc").write_text("text.usetex: True\nbackend: nonsense\nno such line\n")
    (hostile / "start.py").write_text("raise SystemExit('PYTHONSTARTUP was run')\n")
    for name in ("MPLCONFIGDIR", "HOME", "IPYTHONDIR", "JUPYTER_PATH"):
        monkeypatch.setenv(name, str(hostile))
    monkeypatch.setenv("MATPLOTLIBRC", str(hostile / "matplotlibrc"))
    monkeypatch.setenv("PYTHONSTARTUP", str(hostile / "start.py"))
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    for name in set(os.environ) | set(environment.DROPPED):  # all is put back in the end
        monkeypatch.setenv(name, os.environ.get(name, ""))
    environment.settle(tmp_path / "_build")
    program = "import matplotlib.pyplot as p; p.figure().savefig('a.svg'); print('\u03bb', __doc__)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, encoding="utf-8"
    )
    assert (run.stdout, run.stderr) == ("λ None\n", "")
    assert list((tmp_path / "_build/.matplotlib").glob("fontlist-*.json"))


def test_a_build_loads_no_grammar_and_its_kernels_do_not_warn(tmp_path: Path) -> None:
    """Of what nobody can use: three seconds for each process, and a paragraph for each kernel."""
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT / 'tools')!r})\n"
        "from pathlib import Path\n"
        "from environment import settle\n"
        f"settle(Path({str(tmp_path)!r}))\n"
        "import nbformat\n"
        "from nbclient import NotebookClient\n"
        "cell = nbformat.v4.new_code_cell('print(2)')\n"
        "NotebookClient(nbformat.v4.new_notebook(cells=[cell])).execute()\n"
        "print(cell.outputs[0].text.strip(), 'lark' in sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert (run.stdout, run.stderr) == ("2 False\n", "")


def test_a_build_says_what_was_written_to_stderr(tmp_path: Path) -> None:
    """The cell, and its words."""
    written = nbformat.v4.new_output("stream", name="stderr", text="Matplotlib looks for fonts\n")
    cells = [
        nbformat.v4.new_code_cell("fine = 1"),
        nbformat.v4.new_code_cell("plot()", outputs=[written]),
    ]
    path = tmp_path / ".jupyter_cache/executed/abc/base.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    (said,) = execution.complaints(tmp_path)
    assert "plot()" in said
    assert "Matplotlib looks for fonts" in said


def test_a_build_executes_again_where_an_output_was_missed(tmp_path: Path) -> None:
    """Sphinx does, for the notebook is not kept."""
    printed = nbformat.v4.new_output("stream", text="holds\n")
    told = nbformat.v4.new_code_cell("print('holds')", outputs=[printed])
    quiet = nbformat.v4.new_code_cell("fine = 1")
    stored, executed = tmp_path / "stored.ipynb", tmp_path / "executed.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[told, quiet]), stored)
    nbformat.write(nbformat.v4.new_notebook(cells=[told, quiet]), executed)
    assert execution.whole(executed, stored)
    missed = nbformat.v4.new_code_cell(told.source, id=told.id)
    nbformat.write(nbformat.v4.new_notebook(cells=[missed, quiet]), executed)
    assert not execution.whole(executed, stored)


def test_binder_installs_the_same_pins() -> None:
    """Its requirements are what `make requirements` writes: the chapters', less the image's."""
    text = (ROOT / "binder/requirements.txt").read_text(encoding="utf-8")
    assert text == binder.pins()
    names = {line.split("==")[0] for line in text.splitlines() if not line.startswith("#")}
    assert {"numpy", "scipy", "sympy", "matplotlib", "anywidget", "jupyterlab-myst"} <= names
    assert not names & (binder.IN_THE_IMAGE | {"sphinx", "pytest", "dmfbook"})
    assert (ROOT / "binder/runtime.txt").read_text(encoding="utf-8") == "python-3.11\n"


def test_binder_installs_packages_before_it_copies_the_text() -> None:
    """Else every change of a sentence would install everything anew."""
    command = os.environ.get("REPO2DOCKER") or shutil.which("repo2docker")
    if command is None:
        pytest.skip("repo2docker is not installed (pip install jupyter-repo2docker)")
    assert binder.faults(binder.dockerfile(command)) == []


def test_a_dockerfile_that_copies_first_is_found_out() -> None:
    lines = [
        "COPY --chown=1000:1000 src/ ${REPO_DIR}/",
        "RUN pip install --no-cache-dir -r binder/requirements.txt",
    ]
    assert binder.faults("\n".join([*lines, "RUN ./binder/postBuild"])) == [
        "it copies the repository before it installs the packages"
    ]
    assert len(binder.faults(lines[0])) == 2


def test_files_are_read_in_one_encoding() -> None:
    """No text file is read or written in the encoding of the machine's locale."""
    found = [
        f"{path.relative_to(ROOT)}: {ast.unparse(node)}"
        for folder in ("dmfbook", "tools", "book/_ext", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("read_text", "write_text", "open")
        and ast.unparse(node.func) != "os.open"  # a descriptor, which has no encoding
        and not re.search(r"utf-8|encoding|'[rwa]b'", ast.unparse(node))
    ]
    assert found == []


def test_the_trial_in_webassembly_is_skipped_where_its_files_are_absent() -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    run = subprocess.run(
        ["node", str(ROOT / "tools/wasm.mjs")],
        env={**os.environ, "PYODIDE": str(ROOT / "no such folder")},
        capture_output=True,
        encoding="utf-8",
    )
    assert run.returncode == 0
    assert run.stdout.startswith("skipped: ")
