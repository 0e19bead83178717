#!/bin/sh -e
ip link delete ocits-nd0
