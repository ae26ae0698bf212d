"""Reaches for what no job may reach, and says what it got."""

import os
import socket

reached = []


def reach(what, action):
    try:
        action()
    except OSError:
        return
    reached.append(what)


def fork():
    if os.fork() == 0:
        os._exit(0)


reach("files", lambda: os.listdir("/"))
reach("the network", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
reach("other processes' signals", lambda: os.kill(os.getppid(), 0))
reach("other processes' memory", lambda: open(f"/proc/{os.getppid()}/mem", "rb"))
reach("new processes", fork)
print("\n".join(reached) or "nothing")
