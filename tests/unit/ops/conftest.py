from tests.unit.ops.said import said

__all__ = ["said"]
