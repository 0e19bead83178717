#!/bin/sh -e
# Words of ip(8) that differ from version to version, or come later, are left out.
ip -brief link show dev ocits-nd0 | sed 's/@[^ ]*//; s/  */ /g; s/ <.*//'
ip -oneline address show dev ocits-nd0 scope global | sed 's/^[0-9]*: //; s/\\.*//; s/  */ /g; s/ nodad//; s/ scope.*//'
