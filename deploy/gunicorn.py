"""How the web server runs, in the container and in the demonstration alike."""

import os
from pathlib import Path

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
# Threads share a process's pool of database connections: keep DATABASE_POOL_MAX at this number.
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 30
# What is being answered at SIGTERM is answered.
graceful_timeout = 30
# Longer than the reverse proxy keeps an idle connection, so that it never writes into a closed one.
keepalive = 75
# A process is renewed before what it leaks matters, not all at once.
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# Signals are enough, and several servers of one person would share its socket.
control_socket_disable = True
# The reverse proxy keeps the access log, without query strings and without private links.
accesslog = None
errorlog = "-"
