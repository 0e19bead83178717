#!/bin/sh -e
mkdir -p /run/ocits-examples
touch /run/ocits-examples/uts /run/ocits-examples/ipc
unshare --uts=/run/ocits-examples/uts --ipc=/run/ocits-examples/ipc sh -ec 'hostname persisted; domainname example'
for type in uts ipc; do
  echo "persisted $type:[$(stat -c %i /run/ocits-examples/$type)]" >>rootfs/known
done
