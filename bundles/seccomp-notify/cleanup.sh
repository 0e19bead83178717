#!/bin/sh -e
kill "$(cat agent.pid)"
rm /run/ocits-examples/seccomp.sock
