"""How gunicorn serves the app. BIND, PORT and WEB_CONCURRENCY set the address, the port and the
processes; one that is set but empty counts as left out."""

import gc
import multiprocessing
import os

from config import local

# Reached through a proxy on this machine, unless told otherwise: in a container, BIND=0.0.0.0.
address = os.environ.get("BIND") or "127.0.0.1"
is_whole = address.startswith("unix:") or address.rpartition(":")[2].isdecimal()
bind = address if is_whole else f"{address}:{os.environ.get('PORT') or 8000}"
wsgi_app = "config.wsgi:application"
workers = int(os.environ.get("WEB_CONCURRENCY") or min(multiprocessing.cpu_count(), 4))
# Threads, so that one slow phone doesn't block a whole process.
worker_class = "gthread"
threads = 4
# Seconds; longer than the two between requests of the live page.
keepalive = 5
# Loaded once, and shared by all processes (see `on_starting`).
preload_app = True
# Restart each process now and then, in case memory leaks.
max_requests = 10_000
max_requests_jitter = 1_000
# Signals are enough. Two copies of the app would share a control socket in the home folder.
control_socket_disable = True
# An access log is off, unless asked for with --access-logfile.
logger_class = "config.gunicorn_log.MaskedLogger"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s bytes %(M)s ms'


def on_starting(server):
    # Not the setting `umask`: it would close a socket in a file to the proxy.
    local.keep_private()
    # What is loaded by now is never garbage. Where it isn't looked at, its pages aren't copied.
    gc.collect()
    gc.freeze()
