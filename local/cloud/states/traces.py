"""The X-Ray trace header of each execution."""

from __future__ import annotations

TRACES: dict[str, str] = {}
"""Trace headers by execution ARN; the process's, as moto's interpreter is."""
