"""One script of many modules: what it exports, imports and refuses, run by node."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from service.page.assets import DOCUMENTS, document
from service.page.script import script_of
from tests.rows import each_row

MODULES = {
    "a/first.js": 'import { say as tell } from "../b/said.js";\n'
    'import * as numbers from "../b/numbers.js";\n'
    'import {\n  twice,\n} from "../b/numbers.js";\n'
    "tell(twice(numbers.ONE), new numbers.Sum(3).total);\n",
    "b/said.js": "/** Says\n * much. */\n/*! licence */\n"
    'import { ONE } from "./numbers.js";\n'
    'export function say(...words) {\n  console.log(ONE, words.join(" "));\n}\n',
    "b/numbers.js": 'export const ONE = 1;\nexport class Sum {\n  total = "all";\n}\n'
    "const two = (n) => 2 * n;export{two as twice};",
}


def test_the_modules_run_as_one() -> None:
    """Each module runs once, before those that import it, with the names that it exports."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node is installed here: on Debian, apt-get install nodejs")
    script = script_of("a/first.js", MODULES.__getitem__)
    done = subprocess.run(
        [node, "--input-type=module"], input=script, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("1 2 all\n", "")


def test_lines_keep_their_numbers() -> None:
    """A module takes as many lines as it has; comments for readers go, licences stay."""
    script = script_of("a/first.js", MODULES.__getitem__)
    assert "Says" not in script
    assert "/*! licence */" in script
    lines = script.split("\n")
    begun = lines.index("const b$said = (() => { // b/said.js")
    assert lines[begun + 5] == "function say(...words) {"
    begun = lines.index("const a$first = (() => { // a/first.js")
    assert lines[begun + 6].startswith("tell(")


@each_row(
    "line",
    [
        "export default 1;",
        "export let n = 1;",
        'export { n } from "./n.js";',
        'import n from "./n.js";',
        'import "./n.js";',
    ],
)
def test_other_forms_are_refused(line: str) -> None:
    """An import or export that cannot be script_of is an error that names it."""
    with pytest.raises(ValueError, match=r"m\.js: cannot join"):
        script_of("m.js", {"m.js": f"{line}\n", "./n.js": "", "n.js": ""}.__getitem__)


@each_row("name", DOCUMENTS)
def test_a_document_loads_one_style_and_one_script(name: str) -> None:
    """Whatever a document names in its folder, one file of each is served in their place."""
    text = document(name)
    assert text.count('rel="stylesheet"') == 1
    assert text.count("<script") == (name != "missing")
    assert text.index("stylesheet") < text.find("<script") or name == "missing"
