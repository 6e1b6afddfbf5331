"""The queue: it takes orders, says how they fare, gives their results and drops those that wait."""

from __future__ import annotations

import json

from tests.servers.fal.fields import FIELDS
from tests.servers.fal.outcomes import REFUSALS, RUNNER_LOST, RUNNER_LOST_HEADERS, outcome
from tests.servers.fal.replies import NGINX, Replies
from tests.servers.fal.server import Job


class Queue(Replies):
    def _queue(self, path: str) -> None:
        app, is_request, rest = path.partition("/requests/")
        if not is_request:
            self._submit(path)
            return
        request_id, _, action = rest.partition("/")
        job = self.fal.jobs.get(request_id)
        if len(app.split("/")) != 2:
            self.json(405, {"detail": "Method Not Allowed"})
        elif job is None or job.app != app or self.fal.knows_nothing:
            self.json(404, {"status": "NOT_FOUND"})
        elif (self.command, action) == ("GET", "status"):
            self._status(job)
        elif (self.command, action) == ("PUT", "cancel"):
            taken = self.fal.cancel(job)
            self.json(202 if taken else 400, {"status": "CANCELLATION_REQUESTED" if taken else "ALREADY_COMPLETED"})
        elif self.command == "GET" and action in ("", "response"):
            self._result(job)
        else:
            self.json(405, {"detail": "Method Not Allowed"})

    def _submit(self, endpoint: str) -> None:
        if self.command != "POST" or endpoint not in FIELDS:
            self.json(404, {"detail": f"Application '{endpoint}' not found"})
            return
        if not isinstance(self.body, dict):
            self.json(422, {"detail": [{"loc": ["body"], "msg": "JSON object expected", "type": "model_type"}]})
            return
        answer = self.fal.answers.popleft() if self.fal.answers else "well"
        if answer in REFUSALS or answer.startswith("refused:"):
            self._fail(answer, b"")
        else:
            self._take(endpoint, answer)

    def _take(self, endpoint: str, answer: str) -> None:
        webhook, tags = self.query.get("fal_webhook", ""), self.headers.get("X-Fal-Tags") or ""
        job = self.fal.accept(endpoint, self.body, webhook=webhook, tags=tags)
        if job.faults and self.fal.validates_at_once:
            self.json(422, {"detail": job.faults})
            return
        told = {"status": "IN_QUEUE", **self._names(job), "logs": None, "metrics": {}, "queue_position": 0}
        if answer == "no_request_id":
            self.json(200, {name: value for name, value in told.items() if name != "request_id"})
        elif answer == "well":
            self.json(200, told)
        else:
            self._fail(answer, json.dumps(told).encode())

    def _names(self, job: Job) -> dict[str, str]:
        base = f"{self.fal.foreign_urls or self.fal.queue_url}/{job.app}/requests/{job.request_id}"
        urls = {"response_url": base, "status_url": f"{base}/status", "cancel_url": f"{base}/cancel"}
        return {"request_id": job.request_id, **urls}

    def _status(self, job: Job) -> None:
        state, told = job.state, self._names(job)
        news = self.fal.news.popleft() if self.fal.news else "well"
        if news != "well":
            self._fail(news, json.dumps({"status": state, **told}).encode())
        elif job.outcome.status_word:
            # Shown once, then the job goes on as usual.
            told["status"], job.outcome = job.outcome.status_word, outcome("good")
            self.json(200, told)
        elif state == "IN_QUEUE":
            self.json(202, {"status": state, **told, "queue_position": 3})
        elif state == "IN_PROGRESS":
            self.json(202, {"status": state, **told, "logs": None})
        else:
            error = dict(zip(("error", "error_type"), job.outcome.error, strict=True)) if job.outcome.error else {}
            self.json(200, {"status": state, **told, "logs": None, "metrics": {"inference_time": 1.5}, **error})

    def _result(self, job: Job) -> None:
        if job.state != "COMPLETED":
            self.json(400, {"detail": "Request is still in progress"})
        elif job.passing:
            status = job.passing.popleft()
            if status == 400:
                self.json(400, {"detail": "Request is still in progress"})
            elif status == 429:
                self.json(429, {"detail": "Rate limit exceeded"}, Retry_After=self.fal.retry_after)
            elif status == 503:
                self.json(503, RUNNER_LOST, **RUNNER_LOST_HEADERS, x_fal_request_id=job.request_id)
            else:
                self.bytes(status, NGINX, "text/html")
        elif self.fal.results:
            self._fail(self.fal.results.popleft(), json.dumps(self.fal.result_of(job)[1]).encode())
        else:
            status, body, headers = self.fal.result_of(job)
            self.json(status, body, **headers)
