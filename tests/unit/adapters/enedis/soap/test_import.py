import subprocess
import sys


def test_importing_the_adapter_loads_nothing_heavy() -> None:
    script = (
        "import sys; import restoration.adapters.enedis; "
        "print([name for name in ('zeep', 'lxml', 'requests', 'boto3') if name in sys.modules])"
    )
    shown = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={},
    )
    assert shown.stdout.strip() == "[]"
