"""The pages describe everything that a caller or operator meets, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rich_click as click

from service import app
from service.cli.program import onrecord
from service.datafolder.files import FILES
from service.http.problems.kinds import KINDS
from service.openapi.document import Document
from service.operations.health import Health, PartitionHealth, ProjectionHealth
from service.operations.log_health import LogHealth
from service.operations.metrics import Metrics
from service.settings.environment import load, load_client
from service.signing.redacting.redactor import RedactionHealth
from service.signing.watch import SigningHealth
from service.tally import Tally

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "seeds" / "README.md",
    *DOCS,
]
HTTP = ROOT / "docs" / "http.md"
OPERATIONS = ROOT / "docs" / "operations.md"

BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(\s*<?([^)>\s]*)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)
PAGE = re.compile(r"\bdocs/[\w/-]+\.md\b")
PACKAGE_INDEX = re.compile(r"pypi|pythonhosted|/simple\b", re.IGNORECASE)
ONE_MACHINE = re.compile(r"(?<![\w.~}>-])/(?:home|root|Users|tmp|mnt|work\w*)/")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def spans(page: Path) -> set[str]:
    """What stands in backquotes on the page, outside of blocks of code."""
    return set(SPAN.findall(BLOCK.sub("", page.read_text())))


def test_every_setting_is_documented() -> None:
    """Each setting of the service and of its clients stands in docs/operations.md."""
    settings = [*load({}).masked(), *load_client({}).masked()]
    assert settings
    assert [s.name for s in settings if s.name not in spans(OPERATIONS)] == []


def test_every_metric_is_documented() -> None:
    """Each metric that `/metrics` shows stands in docs/operations.md, under its own name."""
    partition = PartitionHealth(partition=0, checkpoint=1, events=0, seconds=0.0)
    folded = ProjectionHealth(
        running=True,
        connected=True,
        caught_up=True,
        rebuilding=False,
        partitions=[partition],
        stalled=[],
    )
    log = LogHealth(reachable=True, writable=True, durability="fsync", problem=None)
    metrics = Metrics(Tally().row(0), ["/docs"], lambda: 0)
    metrics.observe("GET", "/docs", 200, 0.001)
    calm = RedactionHealth(0, None)
    signing = SigningHealth(True, 0, 1.0, None)  # noqa: FBT003 - signs
    health = Health(
        ready=True,
        log=log,
        projection=folded,
        processes=[],
        signing=signing,
        audit=[],
        redactions=calm,
    )
    shown = metrics.render(health).decode()
    names = re.findall(r"^# TYPE (\S+)", shown, re.MULTILINE)
    # When a series was made is told by the library beside each histogram.
    names = [name for name in names if not name.endswith("_created")]
    assert names
    assert [name for name in names if name not in spans(OPERATIONS)] == []


def test_every_problem_is_documented() -> None:
    """Each kind of problem stands in docs/http.md."""
    assert [slug for slug in KINDS if slug not in spans(HTTP)] == []


def test_every_path_is_documented() -> None:
    """Each path of the OpenAPI document stands in docs/http.md, written out."""
    paths = Document(app.OPERATIONS).content["paths"]
    assert paths
    assert [path for path in paths if path not in spans(HTTP)] == []


def test_every_command_is_documented() -> None:
    """Each command of `onrecord` stands in the README or in a page of docs/."""
    commands = onrecord.list_commands(click.Context(onrecord))
    text = "\n".join(page.read_text() for page in (ROOT / "README.md", *DOCS))
    assert commands
    assert [c for c in commands if not re.search(rf"\bonrecord {c}\b", text)] == []


def test_every_file_of_the_data_folder_is_documented() -> None:
    """The table in docs/operations.md and the list that backups and redactions go by name the same
    files, and keep the same ones."""
    section = OPERATIONS.read_text().partition("## The data folder")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:4] for line in section.splitlines() if line.startswith("| `")]
    told = {
        name: "keep" in verdict
        for names, _, verdict in rows
        for name in SPAN.findall(names)
        if not name.startswith("-")
    }
    assert told == {line.name: line.is_kept for line in FILES}


@each_page
def test_relative_links_resolve(page: Path) -> None:
    """A link to another file of the project leads to a file or folder that is there."""
    found = LINK.findall(SPAN.sub("", BLOCK.sub("", page.read_text())))
    links = [inline or reference for inline, reference in found]
    near = [link.partition("#")[0] for link in links if not ELSEWHERE.match(link)]
    assert [link for link in near if not link or not (page.parent / link).exists()] == []


def test_pages_that_the_code_names_are_there() -> None:
    """A docstring or comment that sends its reader to a page of docs names one that is there."""
    rooms = [ROOT / name for name in ("events", "projections", "service", "benchmarks", "scripts")]
    files = [file for room in rooms for end in ("py", "js") for file in room.rglob(f"*.{end}")]
    named = {(file, page) for file in files for page in PAGE.findall(file.read_text())}
    assert len(named) > 8
    assert [(file.name, page) for file, page in named if not (ROOT / page).is_file()] == []


def test_decisions_are_numbered_without_holes() -> None:
    """Records are called by their numbers: each has one of its own, and none is missing."""
    records = (ROOT / "docs" / "decisions").glob("[0-9]*.md")
    numbers = sorted(int(record.name[:4]) for record in records)
    assert numbers == [*range(1, len(numbers) + 1)]


@each_page
def test_pages_are_of_no_place(page: Path) -> None:
    """No page names a package index's address or a folder of one machine."""
    text = page.read_text()
    assert [found.group() for found in PACKAGE_INDEX.finditer(text)] == []
    assert [found.group() for found in ONE_MACHINE.finditer(text)] == []


def test_every_file_and_function_of_the_paths_is_there() -> None:
    """What docs/architecture.md names in backquotes can be opened: files, and methods in the class
    that is named before them."""
    page = ROOT / "docs" / "architecture.md"
    files = {name for name in spans(page) if re.fullmatch(r"[\w./-]+\.(py|js|lua|toml)", name)}
    missing = [n for n in files if "/" in n and not (ROOT / n).is_file()]
    rooms = ("events", "projections", "service")
    source = "".join(p.read_text() for room in rooms for p in (ROOT / room).rglob("*.py"))
    methods = {name for name in spans(page) if re.fullmatch(r"[A-Z]\w+\.[a-z_]+", name)}
    for name in methods:
        class_, method = name.split(".")
        bodies = re.findall(rf"^class {class_}\b.*\n(?:(?:[ )].*)?\n)*", source, re.MULTILINE)
        if not any(f"def {method}(" in body for body in bodies):
            missing.append(name)
    assert len(files) > 15
    assert len(methods) > 8
    assert missing == []


def test_every_task_on_the_map_has_its_name() -> None:
    """What docs/architecture.md draws as running in the keeper and the workers is the name of a
    task; what stands there behind an arrow is not a task."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    drawn = page.partition("These tasks run in them.")[2].partition("```\n")[2].partition("```")[0]
    tasks = re.findall(r"[┌├└┼]─ ([a-z]+(?:[ -][a-z]+)*)(?= ─|-N| <|-<)", drawn)
    rooms = ("events", "projections", "service")
    source = "".join(p.read_text() for room in rooms for p in (ROOT / room).rglob("*.py"))
    named = {name.rstrip(" -") for name in re.findall(r'\bname=f?"([a-z -]+)', source)}
    for line in re.findall(r"_run\(undo, .*|queues = .*", source):
        named |= {*re.findall(r'"([a-z ]+)"', line)}
    assert len(tasks) > 12
    assert {*tasks} - named == set()
