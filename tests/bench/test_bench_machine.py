"""The facts beside the figures."""

from pathlib import Path

import pytest

from bench import machine


def test_the_facts_name_processor_cores_load_system_and_packages() -> None:
    facts = machine.facts()
    assert list(facts) == ["processor", "cores", "load before", "system", "packages"]
    assert int(facts["cores"]) >= 1
    assert "tokenizers " in facts["packages"]
    assert "no-such" not in facts["packages"]


def test_the_processor_is_named_with_the_instructions_that_matter(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Tern 9\nflags\t\t: fpu avx2 amx_int8\n\n")
    assert machine._processor(cpuinfo) == "Tern 9 (avx2, amx_int8)"
    cpuinfo.write_text("model name\t: Tern 1\nflags\t\t: fpu\n")
    assert machine._processor(cpuinfo) == "Tern 1 (no AVX)"


@pytest.mark.parametrize(("load", "warned"), [(0.1, False), (0.5, False), (1.7, True)])
def test_a_busy_machine_is_said_to_spoil_the_figures(
    monkeypatch: pytest.MonkeyPatch, load: float, warned: bool
) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0))
    warning = machine.busy_warning()
    assert (warning is not None) == warned
    if warning:
        assert "load 1.70" in warning
