"""Threads without threads: `Thread.start` runs the thread to its end before it returns.

Enough for programs that start their `main` in a thread for its larger stack, for workers that are joined, and for
executors. A thread that waits for another one that was not started yet waits for ever.
"""

import _thread
import concurrent.futures.thread
import itertools
import threading

_idents = itertools.count(2)


class _Handle:
    """What `threading` keeps of a thread of the operating system."""

    def __init__(self):
        self.ident = None
        self._done = False

    def is_done(self):
        return self._done

    def _set_done(self):
        self._done = True

    def join(self, timeout=None):
        if self.ident is None:
            raise RuntimeError("thread not started")


def _start_joinable_thread(function, handle=None, daemon=True):
    handle = _Handle() if handle is None else handle
    handle.ident = next(_idents)
    here, threading.get_ident = threading.get_ident, lambda: handle.ident
    try:
        function()
    finally:
        threading.get_ident = here
        handle._set_done()
    return handle


def _start_new_thread(function, args=(), kwargs={}):
    return _start_joinable_thread(lambda: _guarded(function, args, kwargs)).ident


def _guarded(function, args, kwargs):
    try:
        function(*args, **kwargs)
    except SystemExit:
        pass
    except BaseException as error:
        threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))


def _submit(self, function, /, *args, **kwargs):
    if self._shutdown:
        raise RuntimeError("cannot schedule new futures after shutdown")
    future = concurrent.futures.Future()
    future.set_running_or_notify_cancel()
    try:
        future.set_result(function(*args, **kwargs))
    except BaseException as error:
        future.set_exception(error)
    return future


def run_inline():
    """Makes every way to start a thread run it at once."""
    _thread.start_joinable_thread = threading._start_joinable_thread = _start_joinable_thread
    _thread.start_new_thread = _thread.start_new = _start_new_thread
    _thread._ThreadHandle = threading._ThreadHandle = _Handle
    threading.Timer.run = _run_timer
    concurrent.futures.thread.ThreadPoolExecutor.submit = _submit


def _run_timer(self):
    """Nobody can cancel a timer that runs inline before its time is up."""
    import time

    time.sleep(self.interval)
    if not self.finished.is_set():
        self.function(*self.args, **self.kwargs)
    self.finished.set()
