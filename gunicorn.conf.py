"""How gunicorn serves the app. The environment decides where (PORT) and how many."""

import multiprocessing
import os

wsgi_app = "config.wsgi:application"
workers = int(os.environ.get("WEB_CONCURRENCY", min(multiprocessing.cpu_count(), 4)))
# Threads, so that a slow phone does not hold up a whole process.
worker_class = "gthread"
threads = 4
# Longer than the two seconds after which the page of an evening asks again.
keepalive = 5
preload_app = True
# A little memory leaks anywhere in time: begin each process afresh now and then.
max_requests = 10_000
max_requests_jitter = 1_000
# Signals are all that is needed; a socket in the home folder would tie two copies together.
control_socket_disable = True
