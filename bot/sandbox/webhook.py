"""Webhook delivery as Telegram does it: ordered per chat, repeated with growing pauses."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import aiohttp

from bot.sandbox.errors import ApiError
from bot.sandbox.methods import NOT_IN_A_REPLY, perform
from bot.sandbox.request import Call
from bot.sandbox.updates import Update, Webhook
from bot.sandbox.world import World

HEADER = "X-Telegram-Bot-Api-Secret-Token"
ANSWER_WITHIN = 60
LONGEST_PAUSE = 60.0


def pause_after(failures: int, jitter: Callable[[], float] = random.random) -> float:
    """Seconds before the next try: at once, then 2, 4, 8 … up to 60 to 120."""
    if failures <= 1:
        return 0
    pause = 2.0 ** (failures - 1)
    return pause if pause < LONGEST_PAUSE else LONGEST_PAUSE * (1 + jitter())


class Deliverer:
    """Takes the world's updates to the webhook while one is set.

    Its pauses are multiplied by ``patience``.
    """

    def __init__(self, world: World, patience: float = 1.0) -> None:
        self.world = world
        self.patience = patience
        self.busy: set[tuple[int, str]] = set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as tasks:
            while True:
                hook = self.world.updates.webhook
                if hook.url:
                    self.start_queues(tasks, http, hook)
                await self.world.updates.arrival(None)

    def start_queues(
        self, tasks: asyncio.TaskGroup, http: aiohttp.ClientSession, hook: Webhook
    ) -> None:
        """Give every queue with updates a task of its own, up to max_connections."""
        for queue in self.world.updates.lines():
            if len(self.busy) >= hook.max_connections:
                return
            if (hook.generation, queue) not in self.busy:
                self.busy.add((hook.generation, queue))
                tasks.create_task(self.serve(http, hook, queue))

    async def serve(self, http: aiohttp.ClientSession, hook: Webhook, queue: str) -> None:
        """Deliver one queue in order; its head is repeated until accepted or expired."""
        failures = 0
        try:
            while self.current(hook) and (update := self.world.updates.head(queue)):
                wait = await self.deliver(http, hook, update, failures)
                if wait is None:
                    failures = 0
                    self.world.updates.remove(update)
                else:
                    failures += 1
                    await asyncio.sleep(self.patience * max(wait, pause_after(failures)))
        finally:
            self.busy.discard((hook.generation, queue))
            self.world.updates.wake()

    def current(self, hook: Webhook) -> bool:
        """Whether the webhook is still the one that was set."""
        return self.world.updates.webhook.generation == hook.generation

    async def deliver(
        self, http: aiohttp.ClientSession, hook: Webhook, update: Update, failures: int
    ) -> float | None:
        """Post one update: None when accepted, else the seconds that Retry-After asks for."""
        headers = {HEADER: hook.secret} if hook.secret else {}
        limit = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        try:
            async with http.post(
                hook.url, json=update.body, headers=headers, timeout=limit
            ) as answer:
                if answer.ok:
                    await self.answered(answer)
                    return None
                self.failed(hook, f"Wrong response from the webhook: {answer.status}")
                after = answer.headers.get("Retry-After", "0")
                return min(float(after), 3600) if after.isdigit() else 0.0
        except TimeoutError:
            self.failed(hook, "Read timeout expired")
        except aiohttp.ClientError as error:
            self.failed(hook, f"Connection failed: {error.__class__.__name__}")
        return 0.0 if failures == 0 else 1.0

    def failed(self, hook: Webhook, message: str) -> None:
        """Note what getWebhookInfo tells."""
        hook.last_error_date = self.world.now()
        hook.last_error_message = message

    async def answered(self, answer: aiohttp.ClientResponse) -> None:
        """Do the method that a webhook's reply may carry; its result is never seen."""
        if answer.content_type == "application/json":
            body = await answer.json()
            params = body if isinstance(body, dict) else {}
        elif answer.content_type.startswith("multipart/"):
            params = await parts(answer)
        else:
            return
        method = str(params.pop("method", ""))
        if method and not method.lower().startswith(NOT_IN_A_REPLY):
            try:
                await perform(self.world, Call(method, params))
            except ApiError:
                return  # the journal of calls has the refusal; the bot is never told


async def parts(answer: aiohttp.ClientResponse) -> dict[str, object]:
    """The text fields of a multipart reply."""
    fields: dict[str, object] = {}
    async for part in aiohttp.MultipartReader.from_response(answer):
        if isinstance(part, aiohttp.BodyPartReader) and part.name and not part.filename:
            fields[part.name] = await part.text()
    return fields
