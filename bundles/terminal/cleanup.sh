#!/bin/sh -e
kill "$(cat receiver.pid)"
rm /run/ocits-examples/terminal.sock
