#!/bin/sh -e
# Removes words of ip(8) that depend on its version, or that appear later.
ip -brief link show dev ocits-nd0 | sed 's/@[^ ]*//; s/  */ /g; s/ <.*//'
ip -oneline address show dev ocits-nd0 scope global | sed 's/^[0-9]*: //; s/\\.*//; s/  */ /g; s/ nodad//; s/ scope.*//'
