import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model import bundle
from model.bundle import BundleError, default_bundle, load, manifest_of, write_manifest
from model.calibration import Calibration, Platt
from model.labels import NAMES
from model.manifest import Manifest, ManifestError

MANIFEST = Manifest(
    version="test-1",
    created="2026-11-22T10:00:00+00:00",
    max_length=128,
    stride=32,
    max_windows=4096,
    pooling="mean",
    calibration=Calibration(raised=Platt(1.25, -0.5)),
    thresholds=dict.fromkeys(NAMES, 0.5),
    threshold_rule="precision 0.8 at 10% prevalence",
    lineage={"seed": 7, "corpora": []},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bundle"
    (made / "weights").mkdir(parents=True)
    (made / "model.int8.onnx").write_bytes(b"graph" * 1000)
    (made / "weights" / "model.fp16.safetensors").write_bytes(b"w" * 10)
    for name in ("tokenizer.json", "config.json", "report.json"):
        (made / name).write_text("{}")
    write_manifest(made, MANIFEST)
    return made


def _edit(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / "manifest.json"
    form = json.loads(path.read_text())
    change(form)
    path.write_text(json.dumps(form))


def test_a_bundle_loads_as_it_was_written(folder: Path) -> None:
    loaded = load(folder)
    assert loaded.manifest == MANIFEST
    assert loaded.version == "test-1"
    assert loaded.graph == folder / "model.int8.onnx"
    assert set(loaded.files) == {
        "model.int8.onnx",
        "weights/model.fp16.safetensors",
        "tokenizer.json",
        "config.json",
        "report.json",
    }
    for path in (loaded.tokenizer, loaded.encoder_config, loaded.report):
        assert path.read_text() == "{}"


def test_the_manifest_has_the_agreed_fields(folder: Path) -> None:
    form = json.loads((folder / "manifest.json").read_text())
    assert form["format"] == 1
    assert form["labels"] == list(NAMES)
    assert form["heads"] == {"labels": True, "token_labels": False, "target": False}
    assert form["files"]["model.int8.onnx"]["bytes"] == 5000
    assert form["calibration"]["raised"] == {"slope": 1.25, "bias": -0.5}
    assert form["languages"] == ["en"]


def test_one_flipped_byte_is_found(folder: Path) -> None:
    graph = folder / "model.int8.onnx"
    content = bytearray(graph.read_bytes())
    content[2500] ^= 1
    graph.write_bytes(content)
    with pytest.raises(BundleError, match=r"model\.int8\.onnx: its sha256"):
        load(folder)


def test_a_file_cut_short_is_named_with_both_sizes(folder: Path) -> None:
    (folder / "model.int8.onnx").write_bytes(b"graph")
    with pytest.raises(BundleError, match=r"has 5 bytes where manifest\.json says 5000"):
        load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "config.json").unlink()
    with pytest.raises(BundleError, match=r"config\.json: is listed"):
        load(folder)


@pytest.mark.parametrize("name", ["extra.onnx", "deep/other.SAFETENSORS", "evil.pkl"])
def test_weights_that_nobody_listed_are_refused(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    with pytest.raises(BundleError, match=rf"{name}: a weights or graph file"):
        load(folder)


def test_a_stray_note_does_no_harm(folder: Path) -> None:
    (folder / "notes.txt").write_text("kept by the desk")
    assert load(folder).version == "test-1"


def test_a_link_out_of_the_bundle_is_refused(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text("{}")
    (folder / "config.json").unlink()
    (folder / "config.json").symlink_to(outside)
    with pytest.raises(BundleError, match="leads out of the bundle"):
        load(folder)


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../outside.json", "weights/../../x", "a\\b", "C:x", "a//b", "./a", ""]
)
def test_a_name_that_could_escape_is_refused_before_it_is_opened(folder: Path, name: str) -> None:
    _edit(folder, lambda form: form["files"].update({name: {"sha256": "0" * 64, "bytes": 2}}))
    with pytest.raises(BundleError, match=r"manifest\.json: files\["):
        load(folder)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("format", 2, "format: must be 1"),
        ("format", True, "format: must be 1"),
        ("version", "../up", "version: must be"),
        ("version", "", "version: must be"),
        ("created", "yesterday", "created: must be a time"),
        ("labels", ["insult"], "labels: must be incivility"),
        ("labels", list(reversed(NAMES)), "labels: must be incivility"),
        ("heads", {"labels": True}, "heads: must hold exactly"),
        ("heads", {"labels": 1, "token_labels": False, "target": False}, "heads.labels: must be"),
        ("heads", {"labels": False, "token_labels": False, "target": False}, "heads.labels"),
        ("files", {}, "graph: names 'model.int8.onnx', which files does not list"),
        ("files", {"a": 1}, r"files\['a'\]: must hold exactly bytes, sha256"),
        ("files", {"a": {"sha256": "zz", "bytes": 1}}, r"files\['a'\].sha256: must be 64"),
        ("files", {"a": {"sha256": "0" * 64, "bytes": -1}}, r"files\['a'\].bytes: must be"),
        ("graph", "../model.onnx", "graph: '../model.onnx' is not a relative name"),
        ("max_length", 4, "max_length: must be 8 to 8192 tokens, not 4"),
        ("max_length", "128", "max_length: must be a whole number"),
        ("max_length", True, "max_length: must be a whole number"),
        ("stride", 126, "stride: must be 0 to 125 tokens, not 126"),
        ("stride", -1, "stride: must be 0 to 125"),
        ("max_windows", 0, "max_windows: must be at least 1"),
        ("pooling", "sum", "pooling: must be one of"),
        ("calibration", {}, "calibration must hold exactly"),
        ("thresholds", {"insult": 0.5}, "thresholds: must hold exactly"),
        ("thresholds", {**dict.fromkeys(NAMES, 0.5), "insult": 1.5}, "thresholds.insult: must be"),
        ("thresholds", {**dict.fromkeys(NAMES, 0.5), "insult": "x"}, "thresholds.insult: must be"),
        ("threshold_rule", " ", "threshold_rule: must say"),
        ("languages", [], "languages: must list"),
        ("languages", ["English"], "languages: must list"),
        ("languages", [1], "languages: must list"),
        ("lineage", [], "lineage: must be an object"),
        ("surprise", 1, "surprise: is not a field"),
    ],
)
def test_a_wrong_field_is_refused_by_name(
    folder: Path, field: str, value: object, named: str
) -> None:
    _edit(folder, lambda form: form.update({field: value}))
    with pytest.raises(BundleError, match=rf"manifest\.json: {named}"):
        load(folder)


@pytest.mark.parametrize("field", ["version", "thresholds", "calibration", "files", "report"])
def test_a_missing_field_is_refused_by_name(folder: Path, field: str) -> None:
    _edit(folder, lambda form: form.pop(field))
    with pytest.raises(BundleError, match=f"{field}: is missing"):
        load(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_a_manifest_that_is_not_json_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(BundleError, match=r"manifest\.json: is not JSON in UTF-8"):
        load(folder)


def test_what_a_bundle_says_of_itself_is_read_without_its_other_files(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file() and file.name != "manifest.json":
            file.unlink()
    assert manifest_of(folder) == MANIFEST
    with pytest.raises(BundleError, match="is not there"):
        load(folder)
    with pytest.raises(BundleError, match=r"none/manifest\.json: cannot be read"):
        manifest_of(folder / "none")


def test_a_manifest_that_is_not_an_object_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_text("[]")
    with pytest.raises(BundleError, match="must be a JSON object"):
        load(folder)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"manifest\.json: cannot be read \(No such file"):
        load(tmp_path)


def test_what_cannot_be_a_bundle_is_not_written(folder: Path) -> None:
    before = (folder / "manifest.json").read_bytes()
    (folder / "report.json").unlink()
    with pytest.raises(BundleError, match=r"report: names 'report\.json'"):
        write_manifest(folder, MANIFEST)
    with pytest.raises(BundleError, match=r"manifest\.json"):
        write_manifest(folder, replace(MANIFEST, lineage={"loss": float("nan")}))
    assert (folder / "manifest.json").read_bytes() == before
    assert not list(folder.glob(".manifest-*"))


def test_an_impossible_manifest_cannot_even_be_made() -> None:
    with pytest.raises(ManifestError, match="stride: must be"):
        replace(MANIFEST, stride=128)


def test_the_champion_link_wins_over_the_shipped_bundle(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "champion").symlink_to(folder)
    monkeypatch.setenv("COMITY_MODELS_DIR", str(models))
    assert load(default_bundle()).folder == folder
    monkeypatch.delenv("COMITY_MODELS_DIR")
    assert default_bundle(models) == models / "champion"


def test_a_champion_link_that_leads_nowhere_is_refused_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "champion").symlink_to(tmp_path / "gone")
    with pytest.raises(BundleError, match=r"gone/manifest\.json: cannot be read"):
        load(default_bundle(tmp_path))


def test_without_a_champion_the_one_shipped_bundle_speaks(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "SHIPPED", folder.parent)
    monkeypatch.delenv("COMITY_MODELS_DIR", raising=False)
    assert default_bundle() == folder
    assert default_bundle(tmp_path / "empty") == folder


@pytest.mark.parametrize("number", [0, 2])
def test_it_is_an_error_when_not_exactly_one_bundle_ships(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(number):
        (tmp_path / str(i)).mkdir()
        (tmp_path / str(i) / "manifest.json").write_text("{}")
    monkeypatch.setattr(bundle, "SHIPPED", tmp_path)
    monkeypatch.delenv("COMITY_MODELS_DIR", raising=False)
    with pytest.raises(BundleError, match=f"{number} bundles where one should ship"):
        default_bundle()


def test_the_link_is_followed_once_so_all_files_come_from_one_folder(
    folder: Path, tmp_path: Path
) -> None:
    link = tmp_path / "champion"
    link.symlink_to(folder)
    loaded = load(link)
    link.unlink()
    assert loaded.graph.read_bytes() == b"graph" * 1000


@pytest.mark.parametrize(
    "name",
    [
        "model.int8.onnx",
        "weights/model.fp16.safetensors",
        "tokenizer.json",
        "config.json",
        "report.json",
        "manifest.json",
    ],
)
def test_a_flipped_bit_in_any_file_is_refused_with_the_files_name(folder: Path, name: str) -> None:
    whole = (folder / name).read_bytes()
    for at in range(0, len(whole), 1 + len(whole) // 200):
        flipped = bytearray(whole)
        flipped[at] ^= 1
        (folder / name).write_bytes(flipped)
        with pytest.raises(BundleError, match=re.escape(str(folder / name))):
            load(folder)
    (folder / name).write_bytes(whole)
    assert load(folder).version == "test-1"


@pytest.mark.parametrize(
    ("written", "flipped"),
    [(b'"insult": 0.5', b'"insult": 0.7'), (b'"slope": 1.25', b'"slope": 1.35')],
)
def test_another_digit_of_a_threshold_or_of_the_calibration_is_refused(
    folder: Path, written: bytes, flipped: bytes
) -> None:
    path = folder / "manifest.json"
    whole = path.read_bytes()
    assert written in whole
    path.write_bytes(whole.replace(written, flipped, 1))
    with pytest.raises(BundleError, match=r"manifest\.json: sha256: is not that of the other"):
        load(folder)


def test_a_manifest_laid_out_otherwise_is_the_same(folder: Path) -> None:
    _edit(folder, lambda form: form.update(version=form.pop("version")))
    assert load(folder).manifest == MANIFEST


def test_a_manifest_of_before_there_was_a_hash_of_its_own_is_taken(folder: Path) -> None:
    _edit(folder, lambda form: form.pop("sha256"))
    assert load(folder).manifest == MANIFEST


def test_a_lineage_of_any_names_hashes_as_it_is_read_back(folder: Path) -> None:
    odd = {"rows": {10: "ten", 9: "nine"}, "split": (0.9, 0.1), "note": "“ü”"}
    write_manifest(folder, replace(MANIFEST, lineage=odd))
    assert load(folder).manifest.lineage["rows"] == {"10": "ten", "9": "nine"}
