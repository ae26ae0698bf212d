"""An event loop without selectors: there is nothing to wait for but time, and time is virtual."""

import asyncio
import asyncio.base_events
import asyncio.events
import time


class _Nothing:
    """A selector of no files, whose waiting is sleeping."""

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("every coroutine waits for something that can no longer happen")
        if timeout > 0:
            time.sleep(timeout)
        return []

    def close(self):
        pass


class EventLoop(asyncio.base_events.BaseEventLoop):
    """Runs coroutines, timers and callbacks; has no sockets, pipes, signals or processes."""

    def __init__(self):
        super().__init__()
        self._selector = _Nothing()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def run_in_executor(self, executor, function, *arguments):
        self._check_closed()
        future = self.create_future()
        try:
            future.set_result(function(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future

    def close(self):
        super().close()
        self._selector.close()


class _Policy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = EventLoop


def install():
    """Makes this the loop that `asyncio.run` and `new_event_loop` give."""
    asyncio.SelectorEventLoop = asyncio.EventLoop = EventLoop
    asyncio.events._event_loop_policy = _Policy()
