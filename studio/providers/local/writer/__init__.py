"""The offline writer behind the `ScriptWriter` port."""

from studio.providers.local.writer.writer import LocalWriter

__all__ = ["LocalWriter"]
