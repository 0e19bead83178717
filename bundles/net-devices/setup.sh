#!/bin/sh -e
# A veth stands for a hardware device. Its other end stays on the host.
ip link add ocits-nd0 mtu 1400 address 02:00:00:00:00:0d type veth peer name ocits-nd1
ip address add 10.13.14.2/24 broadcast + dev ocits-nd0
ip address add 10.13.15.2/16 dev ocits-nd0
ip address add fd13:14::2/64 dev ocits-nd0 nodad
ip address add 10.13.14.1/24 dev ocits-nd1
ip link set ocits-nd0 up
ip link set ocits-nd1 up
