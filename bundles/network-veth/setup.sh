#!/bin/sh -e
ip netns add ocits-example
echo "netns $(stat -L -c %i /run/netns/ocits-example | sed 's/.*/net:[&]/')" >>rootfs/known
