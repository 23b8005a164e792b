"""Commands: `python -m dmn analyse FILE...` and `python -m dmn render FILE`."""

from __future__ import annotations

import argparse
import sys

import dmn
from dmn.tools.analysis import analyse_model
from dmn.tools.render import render_model


def analyse(files: list[str]) -> int:
    """Print a report for each table; 1 where there is an error."""
    errors = 0
    for file in files:
        try:
            model = dmn.load(file)
            sheets = analyse_model(model)
        except dmn.DmnError as error:
            sys.stdout.write(f"{error}\n")
            errors += 1
            continue
        for owner, sheet in sheets:
            title = f"{model.name}: {owner}, {sheet.table.policy}, {len(sheet.rows)} rules"
            sys.stdout.write(f"{title}: {len(sheet.findings) or 'no'} findings\n")
            for finding in sheet.findings:
                sys.stdout.write(f"  {finding.severity} {finding.kind}: {finding.message}\n")
                errors += finding.severity == "error"
    return 1 if errors else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dmn", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("analyse", help="report gaps, overlaps and more").add_argument("files", nargs="+")
    commands.add_parser("render", help="write the tables as Markdown").add_argument("file")
    options = parser.parse_args(arguments)
    if options.command == "analyse":
        return analyse(options.files)
    try:
        sys.stdout.write(render_model(dmn.load(options.file)))
    except dmn.ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
