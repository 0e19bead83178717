#!/bin/sh -e
# poststart runs at the same time as the process, so it has its own file.
cat log/hooks log/poststart
