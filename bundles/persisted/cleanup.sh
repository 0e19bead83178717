#!/bin/sh -e
umount /run/ocits-examples/uts /run/ocits-examples/ipc
rm /run/ocits-examples/uts /run/ocits-examples/ipc
