"""The shared Merkle vectors: transparency-dev/merkle and the reference tree (Apache-2.0)."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from events.tlog.errors import BadProof
from events.tlog.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash
from events.tlog.proof import (
    consistency_proof,
    inclusion_proof,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from tests.rows import each_row

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "vectors" / "rfc6962"
IN_ALL = 98


def cases(file: str) -> list[Any]:
    path = FOLDER / file
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else []


def hashes(case: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(each) for each in case["proof"] or ()]


INCLUSION = cases("inclusion.json")
CONSISTENCY = cases("consistency.json")


def test_all_vectors_are_there(shared: Path) -> None:
    """Neither file lost a case."""
    assert (len(INCLUSION), len(CONSISTENCY)) == (IN_ALL, IN_ALL)


@each_row("case", INCLUSION)
def test_an_inclusion_proof_is_judged_as_others_judge_it(case: dict[str, Any]) -> None:
    """Each good proof is accepted and each bad one is refused as a proof."""
    root, leaf = base64.b64decode(case["root"]), base64.b64decode(case["leafHash"])
    try:
        verify_inclusion(case["leafIdx"], case["treeSize"], leaf, hashes(case), root)
    except BadProof:
        assert case["wantErr"]
    else:
        assert not case["wantErr"]


@each_row("case", CONSISTENCY)
def test_a_consistency_proof_is_judged_as_others_judge_it(case: dict[str, Any]) -> None:
    """Each good proof is accepted and each bad one is refused as a proof."""
    roots = base64.b64decode(case["root1"]), base64.b64decode(case["root2"])
    try:
        verify_consistency(case["size1"], case["size2"], *roots, hashes(case))
    except BadProof:
        assert case["wantErr"]
    else:
        assert not case["wantErr"]


@pytest.fixture
def tree(shared: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / "reference_tree_8.json").read_text("utf-8"))
    return read


def test_the_reference_tree_has_its_roots(tree: dict[str, Any]) -> None:
    """The tree over the reference leaves has the reference root at every size."""
    growing = Frontier()
    roots = [growing.root().hex()]
    for leaf in tree["leaf_inputs_hex"]:
        growing.append(leaf_hash(bytes.fromhex(leaf)))
        roots.append(growing.root().hex())
    assert roots == tree["root_by_size_hex"]
    assert EMPTY_ROOT.hex() == tree["empty_root_hex"]


def test_the_reference_subtrees_give_every_proof(tree: dict[str, Any]) -> None:
    """From the reference subtrees come roots, and proofs that hold, for all sizes up to 8."""
    levels = tree["complete_subtree_hashes_by_level_hex"]

    def read(level: int, index: int) -> bytes:
        return bytes.fromhex(levels[level][index])

    roots = [bytes.fromhex(root) for root in tree["root_by_size_hex"]]
    for size in range(1, 9):
        assert root_at(size, read) == roots[size]
        for index in range(size):
            path = inclusion_proof(index, size, read)
            verify_inclusion(index, size, read(0, index), path, roots[size])
        for old in range(1, size + 1):
            between = consistency_proof(old, size, read)
            verify_consistency(old, size, roots[old], roots[size], between)


def test_single_hashes_are_those_of_others(tree: dict[str, Any]) -> None:
    """A leaf and a node hash as the reference says."""
    for leaf in tree["single_leaf"]:
        assert leaf_hash(bytes.fromhex(leaf["in"])).hex() == leaf["out"]
    node = {key: bytes.fromhex(value) for key, value in tree["node"].items()}
    assert node_hash(node["left"], node["right"]) == node["out"]
