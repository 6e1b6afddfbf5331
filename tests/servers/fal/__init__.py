"""fal as its contract describes it, on this machine only: queue, storage, platform and delivery under one port."""

from tests.servers.fal.outcomes import LOST_ANSWERS, NO_NEWS, OUTCOMES, REFUSALS
from tests.servers.fal.server import FalServer, Job, running_fal, running_fal_process

__all__ = ["LOST_ANSWERS", "NO_NEWS", "OUTCOMES", "REFUSALS", "FalServer", "Job", "running_fal", "running_fal_process"]
