"""The environments of samconfig.toml as the commands read them, and the names that a stack can't have."""

from pathlib import Path

import pytest

from scripts.environments import EnvironmentsError, main, read_environment, trouble_with_name
from tests.infrastructure.test_samconfig import MODES


@pytest.mark.parametrize("name", MODES)
def test_environment_can_be_deployed_under_its_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name]) == 0
    assert capsys.readouterr().err == ""


def test_values_of_an_environment_are_read() -> None:
    dev = read_environment("dev")
    assert (dev.stack_name, dev.region, dev.parameters["Mode"]) == ("restoration-dev", "eu-west-3", "on")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Restoration-Dev", "has upper-case letters"),
        ("restoration_dev", "lower-case letters"),
        ("1-restoration", "begins with a letter"),
        ("r" * 38, "has 38 characters. It can have 37"),
    ],
)
def test_name_that_won_t_do_is_refused_in_words(name: str, said: str) -> None:
    assert said in str(trouble_with_name(name))


@pytest.mark.parametrize("name", ["r", "restoration-dev", "r" * 37])
def test_name_that_will_do_is_taken(name: str) -> None:
    assert trouble_with_name(name) is None


def test_environment_that_does_not_exist_is_told_with_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["production"]) == 2
    assert "Take one of dev, staging, prod" in capsys.readouterr().err


def test_environment_without_a_stack_is_told(tmp_path: Path) -> None:
    config = tmp_path / "samconfig.toml"
    config.write_text("version = 0.1\n[mine.deploy.parameters]\nresolve_s3 = true\n", encoding="utf-8")
    with pytest.raises(EnvironmentsError, match="names no stack for mine"):
        read_environment("mine", config)


def test_environment_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "Which environment?" in capsys.readouterr().err
