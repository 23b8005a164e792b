import importlib.util
import pathlib

_spec = importlib.util.spec_from_file_location("dmn_fuzz", pathlib.Path(__file__).with_name("fuzz.py"))
assert _spec is not None
assert _spec.loader is not None
_fuzz = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_fuzz)


def test_random_and_mutated_inputs_bring_out_only_own_errors_within_a_second() -> None:
    refused, slowest = _fuzz.fuzz(1500, seed=20)
    assert refused > 0
    assert slowest < _fuzz.SLOWEST
