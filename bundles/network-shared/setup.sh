#!/bin/sh -e
# The first container runs as long as the second one.
$OCITS create --bundle first --pid-file first/pid network-first </dev/null >/dev/null
$OCITS start network-first
pid=$(cat first/pid)
mkdir -p /run/ocits-examples
ln -s "/proc/$pid/ns/net" /run/ocits-examples/first-net
nsenter --net="/proc/$pid/ns/net" ip address add 10.11.12.13/32 dev lo
echo "first $(readlink "/proc/$pid/ns/net")" >>rootfs/known
