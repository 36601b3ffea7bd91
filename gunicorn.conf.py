"""How gunicorn serves the app. PORT and WEB_CONCURRENCY set the port and the processes."""

import multiprocessing
import os

wsgi_app = "config.wsgi:application"
workers = int(os.environ.get("WEB_CONCURRENCY", min(multiprocessing.cpu_count(), 4)))
# Threads, so that one slow phone doesn't block a whole process.
worker_class = "gthread"
threads = 4
# Seconds; longer than the two between requests of the live page.
keepalive = 5
preload_app = True
# Restart each process now and then, in case memory leaks.
max_requests = 10_000
max_requests_jitter = 1_000
# Signals are enough. Two copies of the app would share a control socket in the home folder.
control_socket_disable = True
