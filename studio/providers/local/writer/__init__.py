"""The offline writer behind the `ScriptWriter` port."""

from studio.providers.local.writer.writer import OUTLINE_HINT, OUTLINE_NOTICE, LocalWriter

__all__ = ["OUTLINE_HINT", "OUTLINE_NOTICE", "LocalWriter"]
