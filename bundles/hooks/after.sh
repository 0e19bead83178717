#!/bin/sh -e
# poststart runs beside the process: a file of its own.
cat log/hooks log/poststart
