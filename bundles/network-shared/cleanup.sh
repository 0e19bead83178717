#!/bin/sh -e
$OCITS delete --force network-first
rm /run/ocits-examples/first-net
